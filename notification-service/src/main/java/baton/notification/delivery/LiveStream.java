package baton.notification.delivery;

import baton.contract.Agent;
import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.EventType;
import baton.contract.Json;
import baton.contract.Notification;
import baton.contract.Topic;
import baton.contract.Unreadable;
import baton.directory.AgentDirectory;
import baton.notification.domain.FeedItem;
import baton.notification.domain.NotificationPolicy;
import baton.runtime.Frame;
import baton.runtime.KafkaClients;
import baton.runtime.LogTail;
import baton.runtime.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/// Tells agents who are connected to this instance what happens, as it happens: tails `notifications` and `conversation-events`,
/// encodes each record once, and lets any number of listeners read.
///
/// Events: `notification` (a [FeedItem], to whom it is for), `conversation` (which one changed, its version and the event's type,
/// to every agent), `resync` (something was missed: ask anew). Their ids resume without loss or repeat. A stream ends when its
/// agent is deactivated, when its token expires, or when its client takes nothing for too long.
@Singleton
public final class LiveStream implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveStream.class);
    private static final char CONVERSATIONS = 'c';
    private static final char NOTIFICATIONS = 'n';
    private static final int BUSY_SECONDS = 5;

    private final AgentDirectory directory;
    private final LiveSettings settings;
    private final Counter stuck;
    private final Map<EventRing.Resync, Counter> resyncs = new EnumMap<>(EventRing.Resync.class);
    private final String notifications;
    private final EventRing ring;
    private final LogTail tail;
    private final Set<LiveListener> listeners = ConcurrentHashMap.newKeySet();
    private final AtomicInteger listenerCount = new AtomicInteger();
    private final Map<String, Integer> listenerCountByAgent = new ConcurrentHashMap<>();
    private final AtomicBoolean pumping = new AtomicBoolean();
    private final ScheduledExecutorService pump =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("live-pump").daemon().factory());

    /// What changed, for `conversation`.
    private record Change(String conversationId, long version, EventType type) {
    }

    LiveStream(KafkaClients clients, AgentDirectory directory, LiveSettings settings, MeterRegistry registry) {
        this.directory = directory;
        this.settings = settings;
        String prefix = clients.settings().topicPrefix();
        this.notifications = Topic.NOTIFICATIONS.name(prefix);
        this.ring = new EventRing(settings.entriesMax(), this::count);
        this.tail = new LogTail(clients, "live", List.of(notifications, Topic.CONVERSATION_EVENTS.name(prefix)),
                new LogTail.From(settings.backlogMax()), new Reader());
        this.stuck = registry.counter("baton.live.stuck");
        for (EventRing.Resync reason : EventRing.Resync.values()) { // there before they first count, or the first would not show as one more
            this.resyncs.put(reason, registry.counter("baton.live.resyncs", "reason", reason.wireName()));
        }
        Gauge.builder("baton.live.listeners", listenerCount, AtomicInteger::get).register(registry);
        directory.onAgentChange(this::closeIfInactive);
    }

    /// Starts reading.
    public void start() {
        tail.start();
        pump.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /// The stream of an agent, from now on or from behind the last event that she got.
    ///
    /// @param lastEventId the id of that event, or null
    /// @param expiresAt   when the stream must end, or null
    public Publisher<Frame> open(String agentId, String lastEventId, Instant expiresAt) {
        if (!tail.caughtUp().isDone()) {
            throw Problem.unavailable("The log is still being read.").asException();
        }
        if (listenerCount.get() >= settings.listenersMax()) {
            throw Problem.overloaded("This instance has " + settings.listenersMax() + " open streams.").retryAfter(BUSY_SECONDS).asException();
        }
        if (listenerCountByAgent.getOrDefault(agentId, 0) >= settings.listenersPerAgentMax()) {
            throw Problem.overloaded("The agent " + agentId + " has " + settings.listenersPerAgentMax() + " open streams.")
                    .retryAfter(BUSY_SECONDS).asException();
        }
        return Flux.create(sink -> listen(agentId, lastEventId, expiresAt, sink));
    }

    /// Tells all listeners, and those who resume from what they got before, to ask anew: a view was rebuilt.
    public void viewRebuilt() {
        ring.rebuilt();
        wake();
    }

    /// Why it is not following the log at this moment; empty when it is.
    public Optional<String> notReadyBecause() {
        return tail.notReadyBecause();
    }

    private void listen(String agentId, String lastEventId, Instant expiresAt, FluxSink<Frame> sink) {
        LiveListener listener = new LiveListener(agentId, expiresAt, ring.open(lastEventId), sink);
        listeners.add(listener);
        listenerCount.incrementAndGet();
        listenerCountByAgent.merge(agentId, 1, Integer::sum);
        sink.onDispose(() -> {
            if (listeners.remove(listener)) {
                listenerCount.decrementAndGet();
                listenerCountByAgent.computeIfPresent(agentId, (_, count) -> count == 1 ? null : count - 1);
            }
        });
        sink.onRequest(_ -> write(listener));
        closeIfInactive(agentId); // she may have been deactivated since her request was let in
    }

    private void write(LiveListener listener) {
        Agent agent = directory.agent(listener.agentId()).filter(Agent::active).orElse(null);
        if (agent == null) {
            listener.close();
        } else if (listener.write(agent)) {
            wake();
        }
    }

    private void wake() {
        if (!pumping.compareAndSet(false, true)) {
            return;
        }
        try {
            pump.execute(() -> {
                pumping.set(false);
                listeners.forEach(this::writeSafely);
            });
        } catch (RejectedExecutionException _) {
            // closed: every listener has been told
        }
    }

    private void writeSafely(LiveListener listener) {
        try {
            write(listener);
        } catch (RuntimeException e) {
            LOG.error("a live stream failed and is closed", e);
            listener.close();
        }
    }

    private void tick() {
        Instant now = Instant.now();
        for (LiveListener listener : listeners) {
            try {
                tick(listener, now);
            } catch (RuntimeException e) {
                LOG.error("a live stream could not be looked after", e); // thrown on, it would end the clock for all
            }
        }
    }

    private void tick(LiveListener listener, Instant now) {
        if (listener.expired(now)) {
            listener.close();
        } else if (listener.stuck(settings.stuckWithin())) {
            stuck.increment();
            listener.close();
        } else if (listener.pingDue(settings.pingEvery())) {
            writeSafely(listener);
        }
    }

    private void closeIfInactive(String agentId) {
        if (directory.agent(agentId).filter(Agent::active).isEmpty()) {
            listeners.stream().filter(listener -> listener.agentId().equals(agentId)).forEach(LiveListener::close);
        }
    }

    private void count(EventRing.Resync reason) {
        resyncs.get(reason).increment();
    }

    /// Puts into the ring what the tail reads.
    private final class Reader implements LogTail.Reader {

        @Override
        public void beginsAt(TopicPartition partition, long offset) {
            ring.beginsAt(slot(partition.topic(), partition.partition()), offset);
            wake();
        }

        @Override
        public void read(ConsumerRecord<byte[], byte[]> record) {
            try {
                if (record.topic().equals(notifications)) {
                    notification(record);
                } else {
                    conversation(record);
                }
            } catch (Unreadable e) {
                LOG.debug("{}-{} at {} is not streamed: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
            }
            wake();
        }

        private void notification(ConsumerRecord<byte[], byte[]> record) {
            if (record.headers().lastHeader(Notification.HEADER_REBUILT) != null) {
                ring.passed(slot(record.topic(), record.partition()), record.offset()); // was told before
                return;
            }
            String recipient = KafkaClients.keyText(record.key());
            if (recipient == null) {
                throw new Unreadable("it has no recipient");
            }
            Notification notification = Json.read(record.value(), Notification.class);
            ring.append(slot(record.topic(), record.partition()), record.offset(),
                    NotificationPolicy.whoSees(recipient, notification), "notification", Json.write(FeedItem.of(notification, false)));
        }

        private void conversation(ConsumerRecord<byte[], byte[]> record) {
            Header type = record.headers().lastHeader(EventJson.HEADER_TYPE);
            Event event = EventJson.read(type == null ? null : new String(type.value(), StandardCharsets.UTF_8), record.value());
            ring.append(slot(record.topic(), record.partition()), record.offset(), _ -> true, "conversation",
                    Json.write(new Change(event.conversationId(), event.version(), EventType.of(event))));
        }

        private Positions.Slot slot(String topic, int partition) {
            return new Positions.Slot(topic.equals(notifications) ? NOTIFICATIONS : CONVERSATIONS, partition);
        }
    }

    @Override
    public void close() {
        tail.close();
        listeners.forEach(LiveListener::close);
        pump.shutdownNow();
    }
}
