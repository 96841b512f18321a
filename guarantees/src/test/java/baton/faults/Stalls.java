package baton.faults;

import baton.checker.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/// How long no command was decided, by partition, since a fault began: the longest time between two answers. And how long commands took
/// from the first sending to the answer.
record Stalls(Map<Integer, Double> longestSeconds, double p50Millis, double p99Millis) {

    static Stalls of(List<Call> calls, long fromNanos, ToIntFunction<String> partition) {
        Map<Integer, List<Long>> answered = new TreeMap<>();
        Map<String, Long> began = new TreeMap<>();
        List<Double> took = new ArrayList<>();
        for (Call call : calls) {
            if (call.endedNanos() < fromNanos) {
                continue;
            }
            String key = call.conversationId() + " " + call.commandId();
            long first = began.merge(key, call.beganNanos(), Math::min);
            if (call.fate() == Call.Fate.DECIDED) {
                answered.computeIfAbsent(partition.applyAsInt(call.conversationId()), _ -> new ArrayList<>(List.of(fromNanos))).add(call.endedNanos());
                took.add((call.endedNanos() - first) / 1e6);
            }
        }
        Map<Integer, Double> longest = new TreeMap<>();
        answered.forEach((number, times) -> {
            times.sort(null);
            long worst = 0;
            for (int i = 1; i < times.size(); i++) {
                worst = Math.max(worst, times.get(i) - times.get(i - 1));
            }
            longest.put(number, worst / 1e9);
        });
        took.sort(null);
        return new Stalls(longest, at(took, 0.5), at(took, 0.99));
    }

    private static double at(List<Double> sorted, double quantile) {
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(quantile * sorted.size())));
    }

    @Override
    public String toString() {
        return "longest without a decision " + longestSeconds.entrySet().stream()
                .map(one -> String.format(Locale.ROOT, "%d: %.1f s", one.getKey(), one.getValue())).collect(Collectors.joining(", "))
                + String.format(Locale.ROOT, "; to an answer p50 %.0f ms, p99 %.0f ms", p50Millis, p99Millis);
    }
}
