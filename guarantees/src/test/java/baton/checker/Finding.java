package baton.checker;

/// A promise that was broken, and how.
public record Finding(Promise promise, String what) {
    @Override
    public String toString() {
        return promise + ": " + what;
    }
}
