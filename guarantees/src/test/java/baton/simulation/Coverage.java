package baton.simulation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// How often each thing has happened, in one run or in many.
final class Coverage {

    private final Map<Happening, Long> happened = new EnumMap<>(Happening.class);
    /// What commands came to, by what the reference says: the names of the refusals on the wire, and `accepted`.
    private final Map<String, Long> outcomes = new TreeMap<>();

    void count(Happening happening) {
        happened.merge(happening, 1L, Long::sum);
    }

    void countOutcome(String outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
    }

    Coverage plus(Coverage other) {
        Coverage both = new Coverage();
        Stream.of(this, other).forEach(one -> {
            one.happened.forEach((happening, times) -> both.happened.merge(happening, times, Long::sum));
            one.outcomes.forEach((outcome, times) -> both.outcomes.merge(outcome, times, Long::sum));
        });
        return both;
    }

    /// What has never happened.
    List<Happening> missing() {
        return Stream.of(Happening.values()).filter(happening -> !happened.containsKey(happening)).toList();
    }

    Map<String, Long> outcomes() {
        return outcomes;
    }

    /// A table for people.
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder();
        outcomes.forEach((outcome, times) -> table.append("%,15d  outcome: %s%n".formatted(times, outcome)));
        for (Happening happening : Happening.values()) {
            table.append("%,15d  %s%n".formatted(happened.getOrDefault(happening, 0L), happening.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')));
        }
        return table.toString();
    }
}
