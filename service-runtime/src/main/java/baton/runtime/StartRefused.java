package baton.runtime;

/// A start that can never succeed until somebody changes something; the message says what.
public final class StartRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// With what is wrong and what would mend it.
    public StartRefused(String message) {
        super(message);
    }
}
