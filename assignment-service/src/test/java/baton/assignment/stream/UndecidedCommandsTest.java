package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How many messages of channels are before an agent's command, and what happens where nobody decides.
@Timeout(60)
class UndecidedCommandsTest {

    private static final List<TopicPartition> PARTITIONS = List.of(new TopicPartition("conversation-commands", 0), new TopicPartition("conversation-commands", 1));
    private static final int BATCH = 500;
    /// What others have written before.
    private static final long BEGIN = 70_000;

    private final Map<TopicPartition, Long> ends = new HashMap<>(Map.of(PARTITIONS.get(0), BEGIN, PARTITIONS.get(1), BEGIN));
    private final Map<TopicPartition, Long> decided = new HashMap<>(ends);
    private int asked;

    @Test
    void nobodyIsAskedWhileFewAreUndecided() throws Exception {
        var undecided = new UndecidedCommands(this::committed);
        for (int written = 0; written < UndecidedCommands.AHEAD_MAX; written += BATCH) {
            write(undecided);
            undecided.awaitFew(() -> false);
        }
        assertThat(asked).isZero();
    }

    @Test
    void noMoreThanTheBoundAndABatchAreEverUndecidedWhereSomebodyDecides() throws Exception {
        var undecided = new UndecidedCommands(() -> {
            decide(BATCH / 4);
            return committed();
        });
        long most = 0;
        for (int batch = 0; batch < 20; batch++) {
            write(undecided);
            most = Math.max(most, left());
            undecided.awaitFew(() -> false);
            assertThat(left()).as("when more may be carried").isLessThanOrEqualTo(UndecidedCommands.AHEAD_MAX);
        }
        assertThat(most).isBetween(UndecidedCommands.AHEAD_MAX + 1L, UndecidedCommands.AHEAD_MAX + (long) BATCH);
    }

    /// What was on the log before the first message was carried counts as soon as it is asked for.
    @Test
    void whatOthersHaveWrittenBeforeCountsToo() throws Exception {
        PARTITIONS.forEach(partition -> decided.put(partition, BEGIN - UndecidedCommands.AHEAD_MAX));
        var undecided = new UndecidedCommands(() -> {
            decide(BATCH);
            return committed();
        });
        for (int written = 0; written <= UndecidedCommands.AHEAD_MAX; written += BATCH) {
            write(undecided);
        }
        undecided.awaitFew(() -> false);
        assertThat(left()).isLessThanOrEqualTo(UndecidedCommands.AHEAD_MAX);
        assertThat(asked).isGreaterThan(1);
    }

    @Test
    void whereNobodyDecidesAnotherBatchIsCarriedAfterAWhile() throws Exception {
        assertHeldFor(new UndecidedCommands(this::committed));
    }

    @Test
    void whereNobodySaysWhoDecidesToo() throws Exception {
        assertHeldFor(new UndecidedCommands(() -> {
            asked++;
            if (asked % 2 == 0) {
                throw new TimeoutException();
            }
            throw new ExecutionException(new IllegalStateException("no coordinator"));
        }));
    }

    @Test
    void whoIsClosedIsNotHeld() throws Exception {
        var undecided = new UndecidedCommands(this::committed);
        writeTooMuch(undecided);
        undecided.awaitFew(() -> true);
        assertThat(asked).isZero();
    }

    private void assertHeldFor(UndecidedCommands undecided) throws InterruptedException {
        writeTooMuch(undecided);
        long began = System.nanoTime();
        undecided.awaitFew(() -> false);
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(UndecidedCommands.HELD_WITHIN.toNanos())
                .isLessThan(TimeUnit.SECONDS.toNanos(30));
        assertThat(asked).isPositive();
    }

    private void writeTooMuch(UndecidedCommands undecided) {
        for (int written = 0; written <= UndecidedCommands.AHEAD_MAX; written += BATCH) {
            write(undecided);
        }
    }

    /// A batch, one on this partition and one on that.
    private void write(UndecidedCommands undecided) {
        for (int i = 0; i < BATCH; i++) {
            TopicPartition partition = PARTITIONS.get(i % PARTITIONS.size());
            long offset = ends.merge(partition, 1L, Long::sum) - 1;
            undecided.wrote(new RecordMetadata(partition, offset, 0, 0, 0, 0));
        }
    }

    /// So many on each partition.
    private void decide(int commands) {
        decided.replaceAll((partition, offset) -> Math.min(ends.get(partition), offset + commands));
    }

    private long left() {
        return PARTITIONS.stream().mapToLong(partition -> ends.get(partition) - decided.get(partition)).sum();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        asked++;
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        decided.forEach((partition, offset) -> committed.put(partition, new OffsetAndMetadata(offset)));
        committed.put(new TopicPartition("another", 0), null);
        return committed;
    }
}
