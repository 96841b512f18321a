package baton.notification.delivery;

import baton.contract.Json;
import baton.contract.Notification;
import baton.contract.Topic;
import baton.contract.Unreadable;
import baton.notification.domain.Feeds;
import baton.runtime.KafkaClients;
import baton.runtime.LogTail;
import baton.runtime.Rebuild;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the [Feeds] of this instance up to date with the topic `notifications`.
///
/// While the topic is rebuilt, it is no longer or not yet whole: the feeds stay as they were, and take in what is new; when it is done
/// they are folded once more, from the beginning, and take their place. Where they had not been read yet, they are not shown before.
@Singleton
public final class FeedTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FeedTail.class);

    private final KafkaClients clients;
    private final CopyOnWriteArrayList<Runnable> onceRebuilt = new CopyOnWriteArrayList<>();
    private volatile Fold shown;
    /// What takes the place of the one that is shown when it has been read; null for none.
    private Fold next;
    /// Whether the one that is shown was read while the topic was not whole.
    private volatile boolean half;
    private boolean closed;

    private final class Fold {
        private final Feeds feeds = new Feeds();
        private final LogTail tail = new LogTail(clients, "notifications-feed",
                List.of(Topic.NOTIFICATIONS.name(clients.settings().topicPrefix())), LogTail.From.beginning(), record -> take(record, feeds));
    }

    FeedTail(KafkaClients clients) {
        this.clients = clients;
        this.shown = new Fold();
    }

    /// Starts reading.
    ///
    /// @param rebuild the last one of the topic
    public synchronized void start(Rebuild rebuild) {
        half |= rebuild.underWay();
        shown.tail.start();
    }

    /// Follows a rebuild of the topic, a step further.
    public synchronized void follow(Rebuild rebuild) {
        if (next != null) {
            close(next); // of the rebuild before, or of what is not whole any more
            next = null;
        }
        if (rebuild.underWay()) {
            half |= !shown.tail.caughtUp().isDone();
        } else if (!closed) {
            Fold anew = new Fold();
            next = anew;
            anew.tail.caughtUp().thenRunAsync(() -> show(anew), Thread::startVirtualThread);
            anew.tail.start();
        }
    }

    private void show(Fold anew) {
        synchronized (this) {
            if (next != anew) {
                return;
            }
            close(shown);
            shown = anew;
            next = null;
            half = false;
        }
        onceRebuilt.forEach(Runnable::run);
    }

    private static void close(Fold fold) {
        Thread.startVirtualThread(fold.tail::close); // which waits for its thread
    }

    /// Calls `listener` when the feeds are those of the rebuilt topic.
    public void onceRebuilt(Runnable listener) {
        onceRebuilt.add(listener);
    }

    /// The feeds, as far as they have been read.
    public Feeds feeds() {
        return shown.feeds;
    }

    /// Whether everything has been read that was there at the start: before, a feed has holes.
    public boolean complete() {
        return !half && shown.tail.caughtUp().isDone();
    }

    /// Why it is not up to date at this moment; empty when it is.
    public Optional<String> notReadyBecause() {
        return half ? Optional.of("the notifications are being rebuilt") : shown.tail.notReadyBecause();
    }

    private static void take(ConsumerRecord<byte[], byte[]> record, Feeds feeds) {
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
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.tail.close();
            next = null;
        }
        shown.tail.close();
    }
}
