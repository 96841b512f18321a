package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.notification.delivery.ReadMarks;
import baton.notification.domain.FeedPlace;
import baton.runtime.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Several instances move the mark of one agent. What compaction would leave, the last record, is the furthest of them.
class ReadMarksIT {

    private final String agent = Shared.fresh("agent");
    private final List<ReadMarks> instances = new ArrayList<>();
    private Producer<byte[], byte[]> producer;

    @BeforeEach
    void openTheProducer() {
        producer = Shared.baton().context().getBean(KafkaClients.class).producer("read-marks", Duration.ofSeconds(5), Map.of());
    }

    @AfterEach
    void close() {
        instances.forEach(ReadMarks::close);
        producer.close();
    }

    @Test
    void anInstanceThatWritesALesserMarkLastWritesTheFurtherOneAgain() throws Exception {
        ReadMarks ahead = instance();
        ahead.start();
        ahead.move(producer, agent, place(10)).get(10, TimeUnit.SECONDS);
        ReadMarks behind = instance();
        CompletableFuture<Void> moved = behind.move(producer, agent, place(5)); // it has read nothing yet
        behind.start();
        moved.get(10, TimeUnit.SECONDS);
        assertThat(behind.of(agent)).contains(place(10));
        assertThat(written()).containsExactly(place(10), place(5), place(10));
        ahead.move(producer, agent, place(7)).get(10, TimeUnit.SECONDS);
        assertThat(ahead.of(agent)).contains(place(10));
        assertThat(written()).as("there was nothing to do").hasSize(3);
    }

    @Test
    void anInstanceThatStartsMendsWhatOneThatEndedHasLeft() throws Exception {
        for (int at : new int[] {10, 5}) {
            Shared.log().write("notification-reads", 0, Log.bytes(agent), Log.bytes(
                    "{\"agentId\":\"%s\",\"upTo\":\"%s\"}".formatted(agent, place(at).text())));
        }
        ReadMarks started = instance();
        started.settle(producer);
        started.start();
        List<Log.Entry> marks = Shared.log().await("notification-reads", 3, Duration.ofSeconds(10), entry -> entry.key().equals(agent));
        assertThat(marks.getLast().value()).contains(place(10).text());
        assertThat(started.of(agent)).contains(place(10));
    }

    @Test
    void whateverTheOrderOfManyTheLastIsTheFurthest() throws Exception {
        List<CompletableFuture<Void>> moves = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            instance().start();
        }
        List<Integer> places = new ArrayList<>(java.util.stream.IntStream.rangeClosed(1, 200).boxed().toList());
        java.util.Collections.shuffle(places, new java.util.Random(1));
        places.forEach(at -> moves.add(instances.get(at % 3).move(producer, agent, place(at))));
        for (CompletableFuture<Void> move : moves) {
            move.get(10, TimeUnit.SECONDS);
        }
        assertThat(instances).extracting(marks -> marks.of(agent)).allSatisfy(mark -> assertThat(mark).contains(place(200)));
        assertThat(written().getLast()).isEqualTo(place(200));
    }

    /// A producer that does not know its topic, or whose buffer is full, waits in `send`.
    @Test
    void aWriteThatWaitsHoldsUpNobodyElse() throws Exception {
        var stuck = new CountDownLatch(1);
        var waits = new CountDownLatch(1);
        var waiting = new MockProducer<byte[], byte[]>() {
            @Override
            public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                stuck.countDown();
                try {
                    waits.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return null;
            }
        };
        ReadMarks marks = instance();
        marks.start();
        Thread held = Thread.ofVirtual().start(() -> marks.move(waiting, agent, place(1)));
        try {
            assertThat(stuck.await(10, TimeUnit.SECONDS)).isTrue();
            var others = CompletableFuture.supplyAsync(() -> marks.move(producer, agent + "-2", place(1)), Thread::startVirtualThread);
            others.get(10, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS);
            assertThat(marks.of(agent + "-2")).contains(place(1));
        } finally {
            waits.countDown();
            held.join();
        }
    }

    /// As another instance has it.
    private ReadMarks instance() {
        ReadMarks marks = Shared.baton().context().createBean(ReadMarks.class);
        instances.add(marks);
        return marks;
    }

    private List<FeedPlace> written() {
        return Shared.log().read("notification-reads").stream().filter(entry -> entry.key().equals(agent))
                .map(entry -> FeedPlace.parse(entry.value().replaceAll(".*\"upTo\":\"([^\"]*)\".*", "$1"), "upTo")).toList();
    }

    private static FeedPlace place(int at) {
        return new FeedPlace(at, "c-1", 1);
    }
}
