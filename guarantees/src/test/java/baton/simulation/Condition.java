package baton.simulation;

import java.util.Set;

/// The conditions of docs/ARCHITECTURE.md that a simulation can break on purpose, to show that the auditor would see it: with the promises
/// that do not hold any more.
enum Condition {
    /// The number of partitions changes: what belongs to a conversation is decided in two places.
    C2_PARTITIONS("I2", "I3", "I4", "I5", "I7"),
    /// A record in the wrong partition is taken for a command.
    C2_PLACE("I2", "I3", "I12"),
    /// The bridge writes commands in transactions: their ends take up offsets, and the decider believes that commands are missing.
    C3_GAPS("I11"),
    /// The bridge writes commands in a transaction and dies: what stands behind it cannot be read.
    C3_OPEN("I11"),
    /// A decision reads the clock of its instance.
    C4_CLOCK("I2", "I3"),
    /// A decision reads the configuration of its instance.
    C4_CONFIGURATION("I2", "I3"),
    /// No guard of offsets: what Kafka loses or repeats is lost or repeated.
    C5("I2", "I3", "I4", "I12"),
    /// A handler skips a record that fails.
    C6("I2", "I3", "I4", "I11", "I12"),
    /// The answer leaves before the sizes are known: what was told is not what happens.
    C7("I2");

    private final Set<String> promises;

    Condition(String... promises) {
        this.promises = Set.of(promises);
    }

    /// The numbers of the promises that it may break.
    Set<String> promises() {
        return promises;
    }
}
