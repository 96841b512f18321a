package baton.simulation;

/// The conditions of docs/ARCHITECTURE.md that a simulation can break on purpose, to show that the auditor would see it.
enum Condition {
    /// The number of partitions changes.
    C2_PARTITIONS,
    /// A record in the wrong partition is taken for a command.
    C2_PLACE,
    /// The bridge writes commands in transactions: their ends take up offsets.
    C3_GAPS,
    /// The bridge writes commands in a transaction and dies: it stays open.
    C3_OPEN,
    /// A decision reads the clock of its instance.
    C4_CLOCK,
    /// A decision reads the configuration of its instance.
    C4_CONFIGURATION,
    /// No guard of offsets.
    C5,
    /// A handler skips a record that fails.
    C6,
    /// The answer leaves before the sizes are known.
    C7
}
