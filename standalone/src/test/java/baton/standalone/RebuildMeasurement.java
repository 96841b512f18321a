package baton.standalone;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Reason;
import baton.contract.Visitor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long a rebuild takes, beside a consumer that does nothing but read the same log: prints both. No test of anything; run by name, with
/// `-Dbaton.events=1000000`.
class RebuildMeasurement {

    private static final int EVENTS = Integer.getInteger("baton.events", 1_000_000);
    private static final int EVENTS_EACH = 10;
    private static final Visitor VERA = new Visitor("vera", "Vera");

    @Test
    void printsHowLongARebuildTakes(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client sam = Client.signIn(baton.url(), "sam", baton.password());
            fill(baton.bootstrapServers());
            long filled = System.nanoTime();
            while (sam.get("/api/inbox/counts").body().path("completed").asInt() < EVENTS / EVENTS_EACH) {
                if (System.nanoTime() - filled > Duration.ofMinutes(6).toNanos()) {
                    throw new AssertionError("the inbox has not folded them: " + sam.get("/api/inbox/counts"));
                }
                Thread.onSpinWait();
            }
            double read = read(baton.bootstrapServers());
            Views.rebuild(sam);
            Views.awaitRebuilt(sam, 1);
            for (String view : new String[] {"inbox", "notifications"}) {
                var status = sam.get("/api/" + view + "/rebuild").body();
                double seconds = Duration.between(Instant.parse(status.path("requestedAt").asText()), Instant.parse(status.path("endedAt").asText())).toMillis() / 1e3;
                System.out.printf("%s: %d events rebuilt in %.1f s, %.1f times what reading them takes (%.1f s)%n", view, EVENTS, seconds, seconds / read, read);
            }
        }
    }

    /// Conversations of ten events: opened, four messages, an assignment, two replies, then given back and completed.
    private static void fill(String bootstrapServers) {
        Map<String, Object> config = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.LINGER_MS_CONFIG, 20, ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        Instant at = Instant.now().minusSeconds(3600);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < EVENTS / EVENTS_EACH; i++) {
                String id = "measured-" + i;
                for (int version = 1; version <= EVENTS_EACH; version++) {
                    Event event = event(id, version, at.plusMillis(i));
                    var record = new ProducerRecord<>("conversation-events", Log.bytes(id), EventJson.value(event));
                    EventJson.headers(event).forEach((name, text) -> record.headers().add(name, Log.bytes(text)));
                    producer.send(record);
                }
            }
        }
    }

    private static Event event(String id, int version, Instant at) {
        Actor visitor = Actor.visitor("vera");
        Actor ana = Actor.agent("ana");
        String command = "k-" + version;
        String text = "This is message " + version + " of a conversation about a parcel that has not come.";
        return switch (version) {
            case 1 -> new Event.ConversationOpened(id, version, at, visitor, command, "web", VERA);
            case 2, 3, 6, 7 -> new Event.MessageReceived(id, version, at, visitor, command, "m-" + version, "web", VERA, text, null);
            case 4 -> new Event.ConversationAssigned(id, version, at, Actor.agent("sam"), command, "ana", null, "sam", Reason.MANUAL);
            case 5, 8 -> new Event.ReplySent(id, version, at, ana, command, text);
            case 9 -> new Event.ConversationUnassigned(id, version, at, ana, command, "ana", "ana", Reason.COMPLETED);
            default -> new Event.ConversationCompleted(id, version, at, ana, command);
        };
    }

    /// How long a consumer needs that does nothing with what it reads.
    private static double read(String bootstrapServers) {
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        long began = System.nanoTime();
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor("conversation-events").stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100));
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }
}
