package baton.assignment.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far the decisions are behind what was carried from channels. There is one log for all commands of a conversation, so whatever
/// visitors have written is decided before what an agent asks for next; were all of it carried at once, she would wait until all of it
/// was decided. So messages wait where they came from, on `channel-messages`, and only [#AHEAD_MAX] of them before her, and what one batch
/// has more; of each instance that carries messages, because each counts up to the last that it has written itself.
///
/// Counted by offsets, whoever decides: up to where the deciding application's offsets are committed. They are asked for only where more than
/// the bound might be undecided.
final class UndecidedCommands {

    /// Commands on all partitions that may be undecided while more messages are carried. The fastest decider takes some hundredths of a
    /// second for so many, and its offsets are committed ten times a second, so no flood is carried slower than it is decided.
    static final int AHEAD_MAX = 2_000;
    /// How long messages are held back: where nobody decides for a partition, those of all others go on, a batch in this time.
    static final Duration HELD_WITHIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(UndecidedCommands.class);
    private static final long ASKED_EVERY_MILLIS = 20;

    private final Committed committed;
    private final Map<TopicPartition, Long> written = new HashMap<>();
    private final Map<TopicPartition, Long> decided = new HashMap<>();

    /// Asks how far the deciding application has come, on all partitions of the commands.
    interface Committed {
        Map<TopicPartition, OffsetAndMetadata> ask() throws InterruptedException, ExecutionException, TimeoutException;
    }

    UndecidedCommands(Committed committed) {
        this.committed = committed;
    }

    /// Notes where a message was carried to.
    void wrote(RecordMetadata place) {
        var partition = new TopicPartition(place.topic(), place.partition());
        written.merge(partition, place.offset() + 1, Math::max);
        decided.putIfAbsent(partition, place.offset()); // until it is asked for, all before counts as decided
    }

    /// Returns when few enough are undecided, or where nobody says so within [#HELD_WITHIN], or is asked to any more.
    void awaitFew(BooleanSupplier closed) throws InterruptedException {
        long deadline = System.nanoTime() + HELD_WITHIN.toNanos();
        while (undecided() > AHEAD_MAX && !closed.getAsBoolean() && System.nanoTime() < deadline) {
            try {
                committed.ask().forEach((partition, offset) ->
                        decided.computeIfPresent(partition, (_, known) -> offset == null ? known : offset.offset()));
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("how far the decisions have come is not known at this moment", e);
            }
            if (undecided() > AHEAD_MAX) {
                TimeUnit.MILLISECONDS.sleep(ASKED_EVERY_MILLIS);
            }
        }
    }

    private long undecided() {
        return written.entrySet().stream().mapToLong(end -> Math.max(0, end.getValue() - decided.get(end.getKey()))).sum();
    }
}
