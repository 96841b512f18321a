package baton.notification.delivery;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How far a reader has come in several logs: the offset of the next record of each partition. Immutable.
///
/// As a text, `c0.12_c1.5_n0.3`, it is the id of a server-sent event, fit for a header and for a URL.
record Positions(SortedMap<Slot, Long> next) {

    private static final int PARTITION_MAX = 99_999;
    private static final Pattern PART = Pattern.compile("([a-z])([0-9]{1,5})\\.([0-9]{1,18})");

    /// One partition of the log that this letter stands for.
    record Slot(char log, int partition) implements Comparable<Slot> {
        Slot {
            if (log < 'a' || log > 'z' || partition < 0 || partition > PARTITION_MAX) {
                throw new IllegalArgumentException("not a slot: " + log + partition);
            }
        }

        @Override
        public int compareTo(Slot other) {
            return log == other.log ? Integer.compare(partition, other.partition) : Character.compare(log, other.log);
        }
    }

    Positions {
        next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
    }

    static Positions none() {
        return new Positions(new TreeMap<>());
    }

    /// The positions with this text, or empty if it is none.
    static Optional<Positions> parse(String text) {
        SortedMap<Slot, Long> next = new TreeMap<>();
        for (String part : text.split("_", -1)) {
            Matcher matcher = PART.matcher(part);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            Slot slot = new Slot(matcher.group(1).charAt(0), Integer.parseInt(matcher.group(2)));
            if (next.put(slot, Long.parseLong(matcher.group(3))) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(new Positions(next));
    }

    Positions with(Slot slot, long offset) {
        SortedMap<Slot, Long> changed = new TreeMap<>(next);
        changed.put(slot, offset);
        return new Positions(changed);
    }

    boolean sameSlots(Positions other) {
        return next.keySet().equals(other.next.keySet());
    }

    /// Whether no position is before the other's; both have the same slots.
    boolean reaches(Positions other) {
        return next.entrySet().stream().allMatch(entry -> entry.getValue() >= other.next.get(entry.getKey()));
    }

    /// Whether the record at this offset lies before.
    boolean covers(Slot slot, long offset) {
        return next.getOrDefault(slot, 0L) > offset;
    }

    String text() {
        return next.entrySet().stream().map(Positions::part).collect(Collectors.joining("_"));
    }

    private static String part(Map.Entry<Slot, Long> entry) {
        return "" + entry.getKey().log() + entry.getKey().partition() + "." + entry.getValue();
    }
}
