package baton.checker;

/// A store that was wiped: what it held, and what it held when it was there again.
public record Restored(String store, Object before, Object after) {
}
