package baton.runtime;

/// Thrown where a processor is given a partition for a fold that is no longer, or not yet, the view's: nothing is wrong, its application
/// is being closed, and the one that follows it is [admitted][FoldedBefore#admit].
public final class NotAdmitted extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// With the reason.
    public NotAdmitted(String message) {
        super(message, null, false, false);
    }
}
