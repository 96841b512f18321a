package baton.inbox.stream;

import baton.contract.Event;
import baton.contract.Json;
import baton.contract.Status;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxFold;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.InboxShard;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.domain.ThreadEntry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// One partition of the inbox: open rows in order on the heap, completed ones and threads in RocksDB. One thread folds, others read;
/// a lock makes every page and its counts be of one moment.
///
/// What readers see may not be committed yet. That is no harm: after an abort the same events make the same rows again.
final class LiveShard {

    private static final String COUNT = "completed";
    static final int WAITERS_MAX = 10_000;
    private static final byte ACTIVITY = 'a';
    private static final byte WAITING = 'w';

    private final KeyValueStore<String, byte[]> openRows;
    private final KeyValueStore<String, byte[]> completedRows;
    private final KeyValueStore<Bytes, byte[]> completedOrder;
    private final KeyValueStore<String, Long> completedCount;
    private final KeyValueStore<Bytes, byte[]> threads;
    private final InboxShard shard;
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, Set<Waiter>> waiters = new HashMap<>();
    private int waiting;
    private volatile boolean closed;
    private volatile long foldedTo;

    private record Waiter(long version, CompletableFuture<Boolean> reached) {
    }

    /// Rebuilds the order from the stores, which have been restored.
    LiveShard(KeyValueStore<String, byte[]> openRows, KeyValueStore<String, byte[]> completedRows,
            KeyValueStore<Bytes, byte[]> completedOrder, KeyValueStore<String, Long> completedCount,
            KeyValueStore<Bytes, byte[]> threads) {
        this.openRows = openRows;
        this.completedRows = completedRows;
        this.completedOrder = completedOrder;
        this.completedCount = completedCount;
        this.threads = threads;
        Long completed = completedCount.get(COUNT);
        this.shard = new InboxShard(completed == null ? 0 : completed);
        try (KeyValueIterator<String, byte[]> rows = openRows.all()) {
            rows.forEachRemaining(entry -> shard.restore(row(entry.value)));
        }
    }

    /// Takes an event in; on the folding thread only.
    void apply(Event event) {
        InboxRow before = find(event.conversationId());
        if (InboxFold.isRepeated(before, event)) {
            return;
        }
        InboxRow after = InboxFold.apply(before, event);
        lock.writeLock().lock();
        try {
            ThreadEntry.of(before, event).ifPresent(entry ->
                    threads.put(threadKey(event.conversationId(), event.version()), Json.write(entry)));
            store(before, after);
            shard.replace(before, after);
            answerWaiters(after);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Notes that the log has been folded up to this offset, which is the next one; on the folding thread only.
    void foldedTo(long offset) {
        foldedTo = offset;
    }

    /// How far the log has been folded since the shard was made; 0 while nothing has.
    long foldedTo() {
        return foldedTo;
    }

    private void store(InboxRow before, InboxRow after) {
        String id = after.conversationId();
        boolean wasCompleted = before != null && before.status() == Status.COMPLETED;
        boolean isCompleted = after.status() == Status.COMPLETED;
        byte[] bytes = Json.write(after);
        if (wasCompleted) {
            completedOrder.delete(orderKey(ACTIVITY, Sort.NEWEST.place(before)));
            completedOrder.delete(orderKey(WAITING, Sort.WAITING.place(before)));
        }
        if (isCompleted) {
            completedRows.put(id, bytes);
            completedOrder.put(orderKey(ACTIVITY, Sort.NEWEST.place(after)), bytes);
            completedOrder.put(orderKey(WAITING, Sort.WAITING.place(after)), bytes);
        } else {
            openRows.put(id, bytes);
        }
        if (wasCompleted != isCompleted) {
            completedCount.put(COUNT, shard.completed() + (isCompleted ? 1 : -1));
            if (isCompleted) {
                openRows.delete(id);
            } else {
                completedRows.delete(id);
            }
        }
    }

    /// Holds the shard still while `reads` run; readers do not hold each other.
    <T> T reading(java.util.function.Supplier<T> reads) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new InboxShards.PartitionMissing();
            }
            return reads.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Whether it has left this instance.
    boolean closed() {
        return closed;
    }

    /// A conversation's row, or null. Within [#reading], or on the folding thread.
    InboxRow find(String conversationId) {
        InboxRow open = shard.row(conversationId);
        return open != null ? open : row(completedRows.get(conversationId));
    }

    /// The rows of a selection in order, behind a cursor. Within [#reading]; iterators over stores are added to `opened`, for
    /// the caller to close.
    List<Iterator<InboxRow>> sources(Selection selection, Sort sort, Cursor cursor, List<AutoCloseable> opened) {
        List<Iterator<InboxRow>> sources = new ArrayList<>(shard.sources(selection, sort, cursor));
        if (selection.completed() && selection.unassigned()) {
            KeyValueIterator<Bytes, byte[]> rows = completed(sort, cursor, opened);
            sources.add(new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public InboxRow next() {
                    return row(rows.next().value);
                }
            });
        }
        return sources;
    }

    private KeyValueIterator<Bytes, byte[]> completed(Sort sort, Cursor cursor, List<AutoCloseable> opened) {
        byte kind = sort == Sort.WAITING ? WAITING : ACTIVITY;
        Bytes least = Bytes.wrap(new byte[] {kind});
        Bytes most = Bytes.wrap(new byte[] {(byte) (kind + 1)}); // excluded by nature: no key is one byte long
        Bytes after = cursor == null ? null : orderKey(kind, cursor.after());
        KeyValueIterator<Bytes, byte[]> rows = sort.descending()
                ? completedOrder.reverseRange(least, after == null ? most : after)
                : completedOrder.range(after == null ? least : after, most);
        opened.add(rows); // before it is moved, which may fail
        if (after != null && rows.hasNext() && rows.peekNextKey().equals(after)) {
            rows.next();
        }
        return rows;
    }

    /// The index on the heap, for counts. Within [#reading].
    InboxShard index() {
        return shard;
    }

    /// The last `limit` entries before version `before`, oldest first. Within [#reading].
    List<ThreadEntry> thread(String conversationId, long before, int limit) {
        List<ThreadEntry> entries = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> newestFirst =
                threads.reverseRange(threadKey(conversationId, 0), threadKey(conversationId, Math.max(1, before) - 1))) {
            while (entries.size() < limit && newestFirst.hasNext()) {
                entries.add(Json.read(newestFirst.next().value, ThreadEntry.class));
            }
        }
        return entries.reversed();
    }

    /// Completes with true when the conversation has reached the version; with false where that cannot be waited for. The caller sets
    /// the deadline.
    CompletableFuture<Boolean> reached(String conversationId, long version) {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        lock.writeLock().lock();
        try {
            InboxRow row = closed ? null : find(conversationId);
            if (row != null && row.version() >= version) {
                reached.complete(true);
            } else if (closed || waiting >= WAITERS_MAX) {
                reached.complete(false);
            } else {
                Waiter waiter = new Waiter(version, reached);
                waiters.computeIfAbsent(conversationId, _ -> new HashSet<>()).add(waiter);
                waiting++;
                // Not on the thread that keeps the deadlines: it is everybody's, and the lock may take a while.
                reached.whenCompleteAsync((_, _) -> forget(conversationId, waiter));
            }
        } finally {
            lock.writeLock().unlock();
        }
        return reached;
    }

    private void forget(String conversationId, Waiter waiter) {
        lock.writeLock().lock();
        try {
            Set<Waiter> here = waiters.get(conversationId);
            if (here != null && here.remove(waiter)) {
                waiting--;
                if (here.isEmpty()) {
                    waiters.remove(conversationId);
                }
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void answerWaiters(InboxRow row) {
        Set<Waiter> here = waiters.getOrDefault(row.conversationId(), Set.of());
        for (Waiter waiter : List.copyOf(here)) {
            if (waiter.version() <= row.version()) {
                here.remove(waiter);
                waiting--;
                // Away from this thread: what they do next is none of the fold's time, and must not run under its lock.
                waiter.reached().completeAsync(() -> true);
            }
        }
        if (here.isEmpty()) {
            waiters.remove(row.conversationId());
        }
    }

    /// Nobody reads after this returns.
    void close() {
        lock.writeLock().lock();
        try {
            closed = true;
            waiters.values().forEach(here -> here.forEach(waiter -> waiter.reached().completeAsync(() -> false)));
            waiters.clear();
            waiting = 0;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static InboxRow row(byte[] bytes) {
        return bytes == null ? null : Json.read(bytes, InboxRow.class);
    }

    /// Sorted like [Sort.Place]: the kind of order, the time, the id. With the sign turned over, the bytes of times sort as they do.
    private static Bytes orderKey(byte kind, Sort.Place place) {
        byte[] id = place.conversationId().getBytes(StandardCharsets.US_ASCII);
        return Bytes.wrap(ByteBuffer.allocate(9 + id.length).put(kind).putLong(place.millis() ^ Long.MIN_VALUE).put(id).array());
    }

    /// The conversation, a zero that no id contains, the version.
    private static Bytes threadKey(String conversationId, long version) {
        byte[] id = conversationId.getBytes(StandardCharsets.US_ASCII);
        return Bytes.wrap(ByteBuffer.allocate(id.length + 9).put(id).put((byte) 0).putLong(version).array());
    }
}
