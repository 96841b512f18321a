package baton.simulation;

/// The auditor's finding: a promise of docs/INVARIANTS.md does not hold.
final class Breach extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final String promise;

    Breach(String promise, String what) {
        super(promise + " is broken: " + what);
        this.promise = promise;
    }

    /// Its number, such as `I3`.
    String promise() {
        return promise;
    }
}
