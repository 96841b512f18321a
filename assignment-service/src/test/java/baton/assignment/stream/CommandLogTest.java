package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.assignment.Samples;
import baton.contract.Command;
import baton.runtime.Launch;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/// How the producer of commands meets its topic, and what a caller is told where it does not.
class CommandLogTest {

    /// A producer that waits shorter than connecting takes.
    private static final class Distant extends MockProducer<byte[], byte[]> {
        private int timeoutsLeft;

        Distant(int timeouts) {
            timeoutsLeft = timeouts;
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            if (timeoutsLeft-- > 0) {
                throw new TimeoutException("no metadata after 100 ms");
            }
            return Collections.nCopies(4, new PartitionInfo(topic, 0, null, null, null));
        }
    }

    @Test
    void asksAgainWhereConnectingTakesLongerThanTheProducerWaits() throws Exception {
        var distant = new Distant(3);
        CommandLog.meet(distant, "conversation-commands", 4, Duration.ofSeconds(15));
        assertThat(distant.timeoutsLeft).isNegative();
    }

    @Test
    void givesUpAtItsDeadline() {
        assertThatThrownBy(() -> CommandLog.meet(new Distant(Integer.MAX_VALUE), "conversation-commands", 4, Duration.ofMillis(1)))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> CommandLog.meet(new Distant(Integer.MAX_VALUE), "conversation-commands", 4, Duration.ofMinutes(10)))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void whatThereIsNoRoomForIsSentAgainUntilThereIs() throws Exception {
        CompletableFuture<RecordMetadata> taken = new CompletableFuture<>();
        var answers = new ArrayDeque<>(List.of(failed(new BufferExhaustedException("full")), failed(new TimeoutException("no metadata")), taken));
        assertThat(CommandLog.whenTaken(answers::remove, inTenMinutes(), () -> false)).isSameAs(taken);
        assertThat(answers).isEmpty();
    }

    @Test
    void whatFailsForGoodIsNotSentAgainNorWhatNobodyWaitsFor() throws Exception {
        var answers = new ArrayDeque<>(List.of(failed(new RecordTooLargeException()), failed(new BufferExhaustedException("full")),
                failed(new BufferExhaustedException("full"))));
        assertThat(CommandLog.whenTaken(answers::remove, inTenMinutes(), () -> false).exceptionNow()).isInstanceOf(RecordTooLargeException.class);
        assertThat(CommandLog.whenTaken(answers::remove, inTenMinutes(), () -> true).exceptionNow()).isInstanceOf(BufferExhaustedException.class);
        assertThat(CommandLog.whenTaken(answers::remove, System.nanoTime(), () -> false).exceptionNow()).isInstanceOf(BufferExhaustedException.class);
        assertThat(answers).isEmpty();
    }

    private static CompletableFuture<RecordMetadata> failed(Exception failure) {
        return CompletableFuture.failedFuture(failure);
    }

    private static long inTenMinutes() {
        return System.nanoTime() + Duration.ofMinutes(10).toNanos();
    }

    /// What was certainly not written is said to be so: there is no outcome to ask for.
    @Test
    void saysUnavailableWhereNoBrokerIsFound() {
        try (ApplicationContext context = Launch.start(Map.of("micronaut.server.port", -1, "baton.jwt-secret", "0123456789abcdef0123456789abcdef",
                "baton.bootstrap-servers", "localhost:1"), new String[0], "assignment-service")) {
            CommandLog commands = context.getBean(CommandLog.class);
            commands.open();
            assertThat(commands.decide(Samples.by("ana", new Command.Reply("hello")))).failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat().havingCause().isInstanceOfSatisfying(ProblemException.class, refused ->
                            assertThat(refused.problem().type()).isEqualTo(Problem.TYPE_PREFIX + "unavailable"));
        }
    }
}
