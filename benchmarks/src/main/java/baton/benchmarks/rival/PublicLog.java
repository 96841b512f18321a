package baton.benchmarks.rival;

import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Ids;
import baton.contract.Json;
import baton.contract.SentReply;
import baton.contract.Topic;
import baton.runtime.KafkaClients;
import baton.runtime.TopicKeeper;
import baton.runtime.TopicSpec;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// The topics that the public reads: what was sent is there when its future says so, in the order of sending.
@Singleton
public final class PublicLog implements AutoCloseable {

    private static final Duration SENT_WITHIN = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final String events;
    private final String replies;
    private volatile Producer<byte[], byte[]> producer;

    PublicLog(KafkaClients clients, TopicKeeper topics) {
        this.clients = clients;
        this.topics = topics;
        this.events = Topic.CONVERSATION_EVENTS.name(clients.settings().topicPrefix());
        this.replies = Topic.CONVERSATION_REPLIES.name(clients.settings().topicPrefix());
    }

    /// Makes the topics, if they are not there; before anything is sent.
    public void open() throws Exception {
        topics.ensure(Stream.of(Topic.CONVERSATION_EVENTS, Topic.CONVERSATION_REPLIES)
                .map(topic -> new TopicSpec(topic.name(clients.settings().topicPrefix()), topic.partitions(clients.settings().partitions()), topic.config()))
                .toList());
        close();
        producer = clients.producer("publisher", SENT_WITHIN, Map.of(ProducerConfig.LINGER_MS_CONFIG, 1));
    }

    /// Sends an event.
    public Future<RecordMetadata> send(Event event) {
        var record = new ProducerRecord<>(events, KafkaClients.key(event.conversationId()), EventJson.value(event));
        EventJson.headers(event).forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return producer.send(record);
    }

    /// Sends a reply to whom the conversation is with.
    public Future<RecordMetadata> send(Event.ReplySent event, String channel, String visitorId) {
        return producer.send(new ProducerRecord<>(replies, KafkaClients.key(event.conversationId()), Json.write(new SentReply(
                Ids.eventId(event.conversationId(), event.version()), event.conversationId(), channel, visitorId, event.text(), event.at()))));
    }

    /// Returns when all are acknowledged.
    public static void await(List<Future<RecordMetadata>> sent) throws InterruptedException, ExecutionException, TimeoutException {
        for (Future<RecordMetadata> one : sent) {
            one.get(2 * SENT_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ofSeconds(2));
        }
    }
}
