package baton.notification;

import baton.contract.Topic;
import baton.directory.Topics;
import baton.notification.delivery.AgentWrites;
import baton.notification.delivery.AlertSettingsTable;
import baton.notification.delivery.FeedTail;
import baton.notification.delivery.LiveStream;
import baton.notification.delivery.ReadMarks;
import baton.notification.stream.NotificationTopology;
import baton.runtime.KafkaClients;
import baton.runtime.Service;
import baton.runtime.StreamsRunner;
import baton.runtime.TopicKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/// The life of notification-service: the application that decides who is told, and this instance's view of what was told.
@Singleton
public final class NotificationService implements Service {

    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final MeterRegistry registry;
    private final FeedTail feed;
    private final ReadMarks marks;
    private final AlertSettingsTable settings;
    private final AgentWrites writes;
    private final LiveStream live;
    private StreamsRunner opened;
    private boolean closed;
    private volatile StreamsRunner streams;

    NotificationService(KafkaClients clients, TopicKeeper topics, MeterRegistry registry, FeedTail feed, ReadMarks marks,
            AlertSettingsTable settings, AgentWrites writes, LiveStream live) {
        this.clients = clients;
        this.topics = topics;
        this.registry = registry;
        this.feed = feed;
        this.marks = marks;
        this.settings = settings;
        this.writes = writes;
        this.live = live;
    }

    @Override
    public String name() {
        return NotificationTopology.APPLICATION;
    }

    /// What can fail comes first; the tails, which can be started only once, come when nothing can fail any more.
    @Override
    public void start() throws Exception {
        topics.ensure(Topics.specs(clients.settings(), Topic.CONVERSATION_EVENTS, Topic.NOTIFICATIONS, Topic.NOTIFICATION_READS,
                Topic.NOTIFICATION_SETTINGS, Topic.DEAD_LETTERS));
        Topology topology = NotificationTopology.of(clients.settings().topicPrefix());
        topics.verifyChangelogs(clients.prefixed(name()), topology);
        open(topology);
    }

    private synchronized void open(Topology topology) {
        if (closed) {
            throw new IllegalStateException("closed while it started");
        }
        closeStreams();
        writes.start();
        opened = new StreamsRunner(name(), topology,
                clients.streams(NotificationTopology.APPLICATION, "earliest", clients.settings().commitInterval()), registry);
        opened.start();
        streams = opened;
        feed.start();
        marks.start();
        settings.start();
        live.start();
    }

    @Override
    public Optional<String> notReadyBecause() {
        StreamsRunner running = streams;
        if (running == null) {
            return Optional.of("not started");
        }
        return running.notReadyBecause()
                .or(feed::notReadyBecause)
                .or(marks::notReadyBecause)
                .or(settings::notReadyBecause)
                .or(live::notReadyBecause);
    }

    @Override
    public synchronized void close() {
        closed = true;
        live.close();
        closeStreams();
        feed.close();
        marks.close();
        settings.close();
        writes.close();
    }

    private void closeStreams() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
