package baton.notification;

import baton.contract.Topic;
import baton.directory.Topics;
import baton.notification.delivery.AgentWrites;
import baton.notification.delivery.AlertSettingsTable;
import baton.notification.delivery.FeedTail;
import baton.notification.delivery.LiveStream;
import baton.notification.delivery.ReadMarks;
import baton.notification.stream.NotificationTopology;
import baton.runtime.FoldedBefore;
import baton.runtime.KafkaClients;
import baton.runtime.Rebuild;
import baton.runtime.RebuildLog;
import baton.runtime.Service;
import baton.runtime.StreamsRunner;
import baton.runtime.TopicKeeper;
import baton.runtime.View;
import baton.runtime.ViewRunner;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/// The life of notification-service: the application that decides who is told, and this instance's view of what was told.
@Singleton
public final class NotificationService implements Service, View {

    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final RebuildLog rebuilds;
    private final FeedTail feed;
    private final ReadMarks marks;
    private final AlertSettingsTable settings;
    private final AgentWrites writes;
    private final LiveStream live;
    private final ViewRunner runner;
    private volatile boolean started;
    private boolean closed;

    NotificationService(KafkaClients clients, TopicKeeper topics, RebuildLog rebuilds, MeterRegistry registry, FeedTail feed, ReadMarks marks,
            AlertSettingsTable settings, AgentWrites writes, LiveStream live) {
        this.clients = clients;
        this.topics = topics;
        this.rebuilds = rebuilds;
        this.feed = feed;
        this.marks = marks;
        this.settings = settings;
        this.writes = writes;
        this.live = live;
        this.runner = new ViewRunner(this, clients, topics, rebuilds, registry);
    }

    @Override
    public String name() {
        return NotificationTopology.APPLICATION;
    }

    @Override
    public String log() {
        return Topic.CONVERSATION_EVENTS.name(clients.settings().topicPrefix());
    }

    @Override
    public Optional<String> output() {
        return Optional.of(Topic.NOTIFICATIONS.name(clients.settings().topicPrefix()));
    }

    @Override
    public Duration commitInterval() {
        return clients.settings().commitInterval();
    }

    @Override
    public Topology topology(FoldedBefore before) {
        return NotificationTopology.of(clients.settings().topicPrefix(), before);
    }

    /// What can fail comes first; the tails, which can be started only once, come when nothing can fail any more.
    @Override
    public void start() throws Exception {
        topics.ensure(Topics.specs(clients.settings(), Topic.CONVERSATION_EVENTS, Topic.NOTIFICATIONS, Topic.NOTIFICATION_READS,
                Topic.NOTIFICATION_SETTINGS, Topic.DEAD_LETTERS));
        runner.start();
        open();
    }

    private synchronized void open() {
        if (closed) {
            throw new IllegalStateException("closed while it started");
        }
        writes.start();
        feed.onceRebuilt(live::viewRebuilt);
        rebuilds.onStep(this::follow);
        feed.start(rebuilds.of(name()));
        marks.start();
        settings.start();
        live.start();
        started = true;
    }

    /// The views' own readers have to ask anew when they are done: the feeds' when this instance has read them again.
    private void follow(String view, Rebuild rebuild) {
        if (view.equals(name())) {
            feed.follow(rebuild);
        } else if (!rebuild.underWay()) {
            live.viewRebuilt();
        }
    }

    /// Its life, for who wants it rebuilt.
    public ViewRunner runner() {
        return runner;
    }

    @Override
    public Optional<String> notReadyBecause() {
        return started ? runner.notReadyBecause()
                .or(feed::notReadyBecause)
                .or(marks::notReadyBecause)
                .or(settings::notReadyBecause)
                .or(live::notReadyBecause) : Optional.of("not started");
    }

    /// What the application writes, this instance's tails read, in their own time.
    @Override
    public Optional<String> notReadableBecause() {
        return Optional.empty();
    }

    @Override
    public void opened(StreamsRunner opened) {
        // nothing else depends on it
    }

    @Override
    public void closing() {
        // nothing else depends on it
    }

    @Override
    public synchronized void close() {
        closed = true;
        live.close();
        runner.close();
        feed.close();
        marks.close();
        settings.close();
        writes.close();
    }
}
