package baton.contract;

/// Bytes that are not what their topic promises. The message is a full reason, fit for a dead letter's header.
public final class Unreadable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// With the reason.
    public Unreadable(String reason) {
        super(reason);
    }
}
