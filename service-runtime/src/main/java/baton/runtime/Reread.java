package baton.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// That the offsets of a view's consumer group were lost, as they are where nobody was in it for longer than brokers keep them, while its
/// stores are there. The view reads its log again and drops what it knows; until it has come to where the log ended then, what it has
/// committed is less than what it has folded, and a rebuild that went by it would tell people again. Immutable.
///
/// @param log  the id of the log
/// @param upTo where it ended, by partition whose offset was lost
record Reread(String log, Map<Integer, Long> upTo) {

    static final Reread NONE = new Reread("", Map.of());

    Reread {
        upTo = Map.copyOf(upTo);
    }

    /// What is to be read again when there is stores, but no offset, of these partitions.
    static Reread of(String log, Collection<Integer> written, Collection<Integer> committed, Map<Integer, Long> ends) {
        Map<Integer, Long> upTo = new HashMap<>();
        for (int partition : written) {
            if (!committed.contains(partition)) {
                upTo.put(partition, ends.getOrDefault(partition, 0L));
            }
        }
        return new Reread(log, upTo);
    }

    /// This, and what was lost besides.
    Reread and(Reread more) {
        if (!more.log.equals(log)) {
            return more;
        }
        Map<Integer, Long> both = new HashMap<>(upTo);
        more.upTo.forEach((partition, end) -> both.merge(partition, end, Math::max));
        return new Reread(log, both);
    }

    /// The partitions of which less has been committed than was folded.
    Set<Integer> behind(String id, Map<Integer, Long> committed) {
        Set<Integer> behind = new TreeSet<>();
        if (id.equals(log)) {
            upTo.forEach((partition, end) -> {
                if (committed.getOrDefault(partition, 0L) < end) {
                    behind.add(partition);
                }
            });
        }
        return behind;
    }

    byte[] bytes() {
        try {
            return RebuildStep.JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("lost offsets could not be written", e);
        }
    }

    /// Reads one; an [IOException] says why it is none.
    static Reread read(byte[] bytes) throws IOException {
        return RebuildStep.JSON.readValue(bytes, Reread.class);
    }
}
