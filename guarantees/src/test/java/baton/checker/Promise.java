package baton.checker;

/// What is promised, numbered as in docs/INVARIANTS.md.
public enum Promise {
    /// Every acknowledged command is on the log at the acknowledged place.
    I1,
    /// Replaying the log gives the decision that each caller was told.
    I2,
    /// The events are the fold of the commands.
    I3,
    /// Versions 1..n, one owner or none.
    I4,
    /// What was answered before something else was sent is before it on the log.
    I5,
    /// A repeated id has one effect.
    I6,
    /// The inbox is the fold of the events.
    I7,
    /// A read that asked for a version shows it or says stale.
    I8,
    /// Everybody is told once, and nobody wrongly.
    I9,
    /// A restored store is what it was.
    I10,
    /// Everything comes to rest.
    I11,
    /// Nothing is skipped.
    I12,
    /// Every answer is one of those that the contract knows: never a bare 500.
    ANSWERS;
}
