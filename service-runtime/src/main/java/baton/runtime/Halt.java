package baton.runtime;

/// Thrown by a processor that must not go on: going on would skip or double a record. The application stops for an
/// operator; health says why. Nothing restarts it but a new process.
public final class Halt extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// With what is wrong and what an operator can do.
    public Halt(String message) {
        super(message);
    }
}
