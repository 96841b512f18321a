package baton.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;

/// One partition of a topic: records at contiguous offsets. Readers see what was committed, and nothing behind a transaction that is open.
final class LogPartition {

    /// @param transaction in which it was written, or null
    /// @param marker      whether it only says how the transaction ended
    record Entry(byte[] key, byte[] value, Headers headers, long time, Transaction transaction, boolean marker) {

        boolean isReadable() {
            return !marker && (transaction == null || transaction.isCommitted());
        }

        private boolean isUndecided() {
            return transaction != null && transaction.isOpen();
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private int stable;

    /// Appends and gives the offset.
    long append(Entry entry) {
        entries.add(entry);
        return entries.size() - 1L;
    }

    long end() {
        return entries.size();
    }

    /// Where readers have to stop for now: the first offset whose transaction is open, or the end.
    long stableEnd() {
        while (stable < entries.size() && !entries.get(stable).isUndecided()) {
            stable++;
        }
        return stable;
    }

    /// The offset of the next record to read at or behind `position`; [#stableEnd] if there is none yet.
    long next(long position) {
        long end = stableEnd();
        long offset = position;
        while (offset < end && !entries.get((int) offset).isReadable()) {
            offset++;
        }
        return Math.max(offset, position);
    }

    boolean hasNext(long position) {
        return next(position) < stableEnd();
    }

    Entry at(long offset) {
        return entries.get((int) offset);
    }
}
