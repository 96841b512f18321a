package baton.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Agent;
import baton.contract.Role;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Changes of agents and groups when something comes between: Kafka's own producer without brokers, one for each beginning.
class DirectoryWriterTest {

    private static final Map<TopicPartition, Long> ENDS = Map.of(new TopicPartition("agents", 0), 7L);
    private static final CompletableFuture<Void> READ = CompletableFuture.completedFuture(null);
    private static final CompletableFuture<Void> NOT_READ = CompletableFuture.failedFuture(new TimeoutException());
    private static final Agent SAM = new Agent("sam", "Sam", Role.SUPERVISOR, true, List.of());

    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final Deque<Consumer<MockProducer<byte[], byte[]>>> faults = new ArrayDeque<>();
    private final List<String> happened = new ArrayList<>();
    private Function<Map<TopicPartition, Long>, CompletableFuture<Void>> directory = _ -> READ;
    private final DirectoryWriter writer = new DirectoryWriter("", () -> {
        var producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        producers.add(producer);
        happened.add("begun");
        if (!faults.isEmpty()) {
            faults.poll().accept(producer);
        }
        return producer;
    }, () -> ENDS, upTo -> {
        happened.add(upTo.equals(ENDS) ? "read to the end" : "read what was written");
        return directory.apply(upTo);
    });

    @Test
    void readsToTheEndOnceAndThenGoesOnFromWhatItHasWritten() {
        assertThat(put()).isEqualTo("put");
        assertThat(put()).isEqualTo("put");
        assertThat(happened).containsExactly("begun", "read to the end", "decided", "read what was written", "decided", "read what was written");
        assertThat(committed()).isEqualTo(2);
    }

    @Test
    void aChangeThatWasNotSeenIsReadBeforeTheNextOneIsDecided() {
        directory = upTo -> upTo.equals(ENDS) ? READ : NOT_READ;
        assertThatThrownBy(this::put).satisfies(is("outcome-unknown"));
        directory = _ -> READ;
        happened.clear();
        assertThat(put()).isEqualTo("put");
        assertThat(happened).containsExactly("begun", "read to the end", "decided", "read what was written");
    }

    @Test
    void nothingIsDecidedFromADirectoryThatLacksWhatOthersHaveWritten() {
        directory = _ -> NOT_READ;
        assertThatThrownBy(this::put).satisfies(is("unavailable"));
        assertThatThrownBy(this::put).satisfies(is("unavailable"));
        assertThat(happened).containsExactly("begun", "read to the end", "begun", "read to the end");
        assertThat(committed()).isZero();
    }

    @Test
    void whoWasShutOutDecidesAgainAndIsToldWhatIsDecidedThen() {
        assertThat(put()).isEqualTo("put");
        producers.getFirst().fenceProducer();
        happened.clear();
        assertThatThrownBy(() -> writer.change(changes -> {
            if (happened.contains("begun")) {
                throw Problem.notFound("agent", "sam").asException();
            }
            changes.put(SAM);
            return "put";
        })).satisfies(is("agent-not-found"));
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void whoIsShutOutAtTheVeryEndMakesTheChangeAgain() {
        faults.add(producer -> producer.commitTransactionException = new ProducerFencedException("by another instance"));
        assertThat(put()).isEqualTo("put");
        assertThat(happened).containsExactly("begun", "read to the end", "decided", "begun", "read to the end", "decided", "read what was written");
    }

    @Test
    void whoIsRefusedByWhatMayBeItsOwnEffectIsNotToldThatItFailed() {
        faults.add(producer -> producer.commitTransactionException = new ProducerFencedException("by another instance"));
        assertThatThrownBy(() -> writer.change(changes -> {
            if (producers.size() > 1) {
                throw Problem.notFound("group", "sales").asException();
            }
            changes.removeGroup("sales");
            return "removed";
        })).satisfies(is("outcome-unknown"));
    }

    @Test
    void stoppingDoesNotWaitForWhoIsUnderWay() throws Exception {
        var reading = new CountDownLatch(1);
        var never = new CompletableFuture<Void>();
        directory = upTo -> {
            if (upTo.equals(ENDS)) {
                return READ;
            }
            reading.countDown();
            return never;
        };
        CompletableFuture<String> under = CompletableFuture.supplyAsync(this::put);
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
        writer.stop();
        assertThat(under).isNotDone();
        never.completeExceptionally(new TimeoutException());
        assertThat(under).failsWithin(10, TimeUnit.SECONDS);
        assertThatThrownBy(this::put).satisfies(is("unavailable"));
    }

    private String put() {
        return writer.change(changes -> {
            happened.add("decided");
            changes.put(SAM);
            return "put";
        });
    }

    private long committed() {
        return producers.stream().mapToLong(MockProducer::commitCount).sum();
    }

    private static Consumer<Throwable> is(String problem) {
        return refused -> assertThat(((ProblemException) refused).problem().type()).isEqualTo(Problem.TYPE_PREFIX + problem);
    }
}
