package baton.runtime;

/// Thrown by an endpoint to answer with a problem.
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /// What the caller gets.
    public Problem problem() {
        return problem;
    }
}
