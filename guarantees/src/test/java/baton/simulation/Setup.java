package baton.simulation;

import java.util.List;

/// What kind of world a seed makes: most are small and rough, because that is where things meet.
///
/// @param ownership    the deployment's rule for all commands; null if each command may have another one
/// @param pendingMax   callers that may wait at one instance
/// @param roughness    0: no faults; 1: some; 2: many
/// @param longPast     whether so much is said in one conversation that it forgets ids
/// @param broken       the condition that is broken on purpose, or null
/// @param sizesRefused whether some texts are too large to be published
record Setup(int partitions, int instances, int conversations, String ownership, int pendingMax, int roughness, int steps,
        boolean longPast, Condition broken, boolean sizesRefused) {

    /// One world in so many has a long past.
    private static final int LONG_PASTS = 400;

    /// For a run in which Baton is as it is.
    static Setup of(Chance chance) {
        boolean longPast = chance.oneIn(LONG_PASTS);
        return new Setup(chance.between(1, 3), chance.between(1, 3), longPast ? 1 : chance.between(1, 6),
                chance.oneIn(3) ? null : chance.of(List.of("owner", "owner", "open")), chance.oneIn(8) ? 1 : chance.between(3, 10),
                chance.oneIn(10) ? 0 : chance.between(1, 2), longPast ? 2_000 : chance.between(40, 160), longPast, null, false);
    }

    /// The same with a condition broken, in a world where that can do harm.
    Setup breaking(Condition condition) {
        return new Setup(Math.max(2, partitions), Math.max(2, instances), Math.max(2, conversations), ownership, pendingMax, 2, Math.max(100, steps),
                longPast, condition, condition == Condition.C7);
    }

    /// The same where some texts are too large, and nothing is broken.
    Setup refusingSizes() {
        return new Setup(partitions, instances, conversations, ownership, pendingMax, roughness, steps, longPast, null, true);
    }
}
