package baton.benchmarks;

import baton.contract.Actor;
import baton.contract.ChannelMessage;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Json;
import baton.contract.Ownership;
import baton.contract.Topic;
import baton.contract.Visitor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes messages of visitors as channels do, and commands as assignment-service does for a supervisor, straight to their topics: what nobody
/// waits for over HTTP comes as fast as a log takes it. What follows is all Baton's: it carries, decides, folds and tells as ever.
///
/// Nobody but a measurement on a deployment of its own may write commands. They are as the edge would write them, without the header that
/// says whom to answer, keyed and never in a transaction.
final class TopicWriter implements AutoCloseable {

    private static final String SUPERVISOR = "sam";
    private static final String TEXT = "Where is my parcel? It was to come on Friday.";

    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Integer, Written> last = new ConcurrentHashMap<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /// A conversation that was written to.
    ///
    /// @param version that it has when that has been decided
    record Written(String conversationId, long version) {
    }

    TopicWriter(String bootstrapServers) {
        producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true, ProducerConfig.LINGER_MS_CONFIG, 5, ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// A visitor's message, on `channel-messages`.
    ///
    /// @param version that the conversation has when it has been decided
    void message(String conversationId, String messageId, long version) {
        write(Topic.CHANNEL_MESSAGES, conversationId, new ChannelMessage(messageId, "bench", new Visitor("v-" + conversationId, "Vera"), TEXT, null), version);
    }

    /// A supervisor's command, on `conversation-commands`.
    ///
    /// @param version that the conversation has when it has been decided
    void command(String conversationId, String commandId, Command body, long version) {
        write(Topic.CONVERSATION_COMMANDS, conversationId, new CommandEnvelope(body.rulesVersion(), commandId, conversationId, Actor.agent(SUPERVISOR), true,
                Ownership.OWNER, null, body), version);
    }

    private void write(Topic topic, String conversationId, Object value, long version) {
        var written = new Written(conversationId, version);
        producer.send(new ProducerRecord<>(topic.name(""), conversationId.getBytes(StandardCharsets.UTF_8), Json.write(value)), (place, refused) -> {
            if (refused != null) {
                failure.compareAndSet(null, refused);
            } else {
                last.put(place.partition(), written); // in the order of the partition
            }
        });
    }

    /// Returns when all is on the log.
    void flush() {
        producer.flush(); // bounded by the producer's own delivery timeout
        if (failure.get() != null) {
            throw new IllegalStateException("something could not be written", failure.get());
        }
    }

    /// Returns when all that was written has been carried, decided, folded and told: partitions keep their order, so the last of each tells of all.
    void awaitFolded(Broker broker, Account account, Duration within) throws Exception {
        long deadline = System.nanoTime() + within.toNanos();
        broker.awaitCommitted("channel-bridge", Topic.CHANNEL_MESSAGES.name(""), within);
        broker.awaitCommitted("assignment-service", Topic.CONVERSATION_COMMANDS.name(""), left(deadline));
        for (Written written : last.values()) {
            account.awaitView(written.conversationId(), written.version(), left(deadline));
        }
        broker.awaitCommittedButMarkers("notification-service", Topic.CONVERSATION_EVENTS.name(""), left(deadline));
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
