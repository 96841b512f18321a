package baton.notification.delivery;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How far a reader has come in several logs: the offset of the next record of each partition. Immutable.
///
/// As a text, `c0.12_c1.5_n0.3`, it is the id of a server-sent event, fit for a header and for a URL.
///
/// In arrays, because there is a new one for each record of the live stream, of the same slots.
final class Positions {

    private static final int PARTITION_MAX = 99_999;
    private static final Pattern PART = Pattern.compile("([a-z])([0-9]{1,5})\\.([0-9]{1,18})");
    private static final Positions NONE = new Positions(new Slot[0], new long[0]);

    /// In order; shared with others, and never changed.
    private final Slot[] slots;
    private final long[] next;

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

    private Positions(Slot[] slots, long[] next) {
        this.slots = slots;
        this.next = next;
    }

    static Positions none() {
        return NONE;
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
        return Optional.of(of(next));
    }

    private static Positions of(SortedMap<Slot, Long> next) {
        return new Positions(next.keySet().toArray(new Slot[0]), next.values().stream().mapToLong(Long::longValue).toArray());
    }

    Positions with(Slot slot, long offset) {
        int at = Arrays.binarySearch(slots, slot);
        if (at >= 0) {
            long[] changed = next.clone();
            changed[at] = offset;
            return new Positions(slots, changed);
        }
        SortedMap<Slot, Long> more = new TreeMap<>(Map.of(slot, offset));
        for (int i = 0; i < slots.length; i++) {
            more.put(slots[i], next[i]);
        }
        return of(more);
    }

    /// Whether there are none, because no log has been read yet.
    boolean isEmpty() {
        return slots.length == 0;
    }

    /// The offset of the next record, or empty where that log is not read.
    OptionalLong next(Slot slot) {
        int at = Arrays.binarySearch(slots, slot);
        return at < 0 ? OptionalLong.empty() : OptionalLong.of(next[at]);
    }

    boolean sameSlots(Positions other) {
        return Arrays.equals(slots, other.slots);
    }

    /// Whether no position is before the other's; both have the same slots.
    boolean reaches(Positions other) {
        if (!sameSlots(other)) {
            throw new IllegalArgumentException(this + " and " + other + " are of different logs");
        }
        for (int i = 0; i < next.length; i++) {
            if (next[i] < other.next[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether the record at this offset lies before.
    boolean covers(Slot slot, long offset) {
        return next(slot).orElse(0) > offset;
    }

    String text() {
        var text = new StringBuilder();
        for (int i = 0; i < slots.length; i++) {
            text.append(i == 0 ? "" : "_").append(slots[i].log()).append(slots[i].partition()).append('.').append(next[i]);
        }
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Positions positions && sameSlots(positions) && Arrays.equals(next, positions.next);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(slots) + Arrays.hashCode(next);
    }

    @Override
    public String toString() {
        return text();
    }
}
