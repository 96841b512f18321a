package baton.contract;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The value of a record on `agents`: a person of the team. The record's key is her id.
///
/// @param activePeriods when she was active, oldest first; a notification for everyone is hers if she was active then
public record Agent(String id, String name, Role role, boolean active, List<Period> activePeriods) {

    /// Periods that are kept; the oldest are forgotten.
    public static final int ACTIVE_PERIODS_MAX = 32;

    /// From `from` (inclusive) to `to` (exclusive; null: still).
    public record Period(Instant from, Instant to) {
        /// Refuses a period without a beginning.
        public Period {
            if (from == null) {
                throw new InvalidField("activePeriods.from", "is missing");
            }
        }

        private boolean contains(Instant at) {
            return !at.isBefore(from) && (to == null || at.isBefore(to));
        }
    }

    /// Refuses missing parts; freezes the list.
    public Agent {
        Ids.require(id, "id");
        Texts.requireName(name, "name");
        if (role == null) {
            throw new InvalidField("role", "is missing");
        }
        activePeriods = activePeriods == null ? List.of() : activePeriods;
        if (activePeriods.stream().anyMatch(Objects::isNull)) {
            throw new InvalidField("activePeriods", "must not have a null");
        }
        activePeriods = List.copyOf(activePeriods);
    }

    /// The agent as a supervisor wants her from `at` on; `before` is how she was, or null for a new one.
    public static Agent changed(Agent before, String id, String name, Role role, boolean active, Instant at) {
        List<Period> periods = new ArrayList<>(before == null ? List.of() : before.activePeriods());
        boolean wasActive = before != null && before.active();
        if (active && !wasActive) {
            periods.add(new Period(at, null));
        } else if (!active && wasActive && !periods.isEmpty()) {
            periods.set(periods.size() - 1, new Period(periods.getLast().from(), at));
        }
        int forgotten = Math.max(0, periods.size() - ACTIVE_PERIODS_MAX);
        return new Agent(id, name, role, active, periods.subList(forgotten, periods.size()));
    }

    /// Whether she was active at that time.
    public boolean wasActive(Instant at) {
        return activePeriods.stream().anyMatch(period -> period.contains(at));
    }

    /// Whether she may take conversations from their owners.
    public boolean supervisor() {
        return role == Role.SUPERVISOR;
    }
}
