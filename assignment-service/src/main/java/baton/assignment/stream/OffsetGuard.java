package baton.assignment.stream;

import baton.runtime.Halt;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.state.KeyValueStore;

/// Keeps the offset of the last command that a partition has applied, and lets only the next one pass (C5 of
/// docs/ARCHITECTURE.md). It is what makes a state that was committed without its input offset, or an input offset without its
/// state, harmless: Kafka Streams 4.3 does both in rare failures.
///
/// The topic has contiguous offsets, because nobody writes it in a transaction and it is never compacted.
final class OffsetGuard {

    /// The key of its row; the store has one more, see [RulesInForce].
    static final String KEY = "applied";

    private final KeyValueStore<String, Long> store;
    private final int partition;
    private final Gaps gaps;
    private final long restored;
    private long applied;

    enum Verdict {
        /// To be decided now.
        NEXT,
        /// Was decided and committed before the state was restored; deciding it again would double its events.
        DONE_BEFORE
    }

    /// The last gap of each partition, known to all tasks of an application. Kafka Streams lets a task that it took for corrupted go on with
    /// the same consumer, which may stand behind records that it had read ahead and then dropped. Such a gap says nothing of the log. One
    /// that is still there for the consumer of another thread, which begins at the committed offset, does.
    static final class Gaps {

        private final Map<Integer, Gap> seen = new ConcurrentHashMap<>();
        private final LongSupplier thread;

        Gaps() {
            this(() -> Thread.currentThread().threadId());
        }

        /// @param thread says which thread it is that asks; each has a consumer of its own
        Gaps(LongSupplier thread) {
            this.thread = thread;
        }

        private record Gap(long applied, long offset, long thread) {
        }

        private boolean stillThere(int partition, long applied, long offset) {
            Gap now = new Gap(applied, offset, thread.getAsLong());
            Gap before = seen.put(partition, now);
            return before != null && before.applied == applied && before.offset == offset && before.thread != now.thread;
        }
    }

    /// For a task whose stores have just been restored.
    OffsetGuard(KeyValueStore<String, Long> store, int partition, Gaps gaps) {
        this.store = store;
        this.partition = partition;
        this.gaps = gaps;
        Long last = store.get(KEY);
        this.restored = last == null ? -1 : last;
        this.applied = restored;
    }

    /// Whether the record at `offset` is the next one. Throws to have the task restored where the state of this task may be
    /// to blame, and [Halt] where a clean restore has not helped.
    Verdict check(long offset) {
        if (offset == applied + 1) {
            return Verdict.NEXT;
        }
        if (offset <= restored) {
            return Verdict.DONE_BEFORE;
        }
        String what = "partition " + partition + " has applied commands up to offset " + applied + " and was given offset " + offset;
        if (offset > applied && applied == restored && gaps.stillThere(partition, applied, offset)) {
            throw new Halt(what + ": commands in between are missing. If they were deleted, restore the topic; if the committed "
                    + "offsets were moved, set them to " + (applied + 1));
        }
        throw new IllegalStateException(what + ": restoring");
    }

    /// The record at `offset` has been applied; to be called after the conversation's row was put.
    void applied(long offset) {
        store.put(KEY, offset);
        applied = offset;
    }
}
