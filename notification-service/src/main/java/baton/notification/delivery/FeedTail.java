package baton.notification.delivery;

import baton.contract.Json;
import baton.contract.Notification;
import baton.contract.Topic;
import baton.contract.Unreadable;
import baton.notification.domain.Feeds;
import baton.runtime.KafkaClients;
import baton.runtime.LogTail;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the [Feeds] of this instance up to date with the topic `notifications`.
@Singleton
public final class FeedTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FeedTail.class);

    private final Feeds feeds = new Feeds();
    private final LogTail tail;

    FeedTail(KafkaClients clients) {
        this.tail = new LogTail(clients, "notifications-feed",
                List.of(Topic.NOTIFICATIONS.name(clients.settings().topicPrefix())), LogTail.From.beginning(), this::take);
    }

    /// Starts reading.
    public void start() {
        tail.start();
    }

    /// The feeds, as far as they have been read.
    public Feeds feeds() {
        return feeds;
    }

    /// Whether everything has been read that was there at the start: before, a feed has holes.
    public boolean complete() {
        return tail.caughtUp().isDone();
    }

    /// Why it is not up to date at this moment; empty when it is.
    public Optional<String> notReadyBecause() {
        return tail.notReadyBecause();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String recipient = KafkaClients.keyText(record.key());
        if (recipient == null) {
            LOG.warn("notifications: the record {}-{} has no recipient", record.partition(), record.offset());
            return;
        }
        try {
            feeds.take(recipient, Json.read(record.value(), Notification.class));
        } catch (Unreadable e) {
            LOG.warn("notifications: the record {}-{} cannot be read: {}", record.partition(), record.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        tail.close();
    }
}
