package baton.notification.delivery;

import baton.notification.domain.FeedPlace;
import baton.runtime.KafkaClients;
import baton.runtime.Problem;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What agents write: how far they have read, and their settings. Each write completes when this instance shows it.
@Singleton
public final class AgentWrites implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentWrites.class);
    private static final Duration DELIVERED_WITHIN = Duration.ofSeconds(5);
    private static final int BLOCKED_MILLIS_MAX = 2_000;

    private final KafkaClients clients;
    private final ReadMarks marks;
    private final AlertSettingsTable settings;
    private volatile Producer<byte[], byte[]> producer;

    AgentWrites(KafkaClients clients, ReadMarks marks, AlertSettingsTable settings) {
        this.clients = clients;
        this.marks = marks;
        this.settings = settings;
    }

    /// Opens its producer, once.
    public synchronized void start() {
        if (producer == null) {
            producer = clients.producer("notification-service-agents", DELIVERED_WITHIN,
                    Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCKED_MILLIS_MAX));
            marks.settle(producer);
        }
    }

    /// Moves an agent's mark forward to `upTo`; never backwards.
    public CompletableFuture<Void> markRead(String agentId, FeedPlace upTo) {
        return write(to -> marks.move(to, agentId, upTo));
    }

    /// Keeps an agent's settings.
    public CompletableFuture<Void> put(AlertSettings chosen) {
        return write(to -> settings.put(to, chosen));
    }

    private CompletableFuture<Void> write(Function<Producer<byte[], byte[]>, CompletableFuture<Void>> write) {
        Producer<byte[], byte[]> to = producer;
        if (to == null) {
            throw Problem.unavailable("The service is still starting.").asException();
        }
        return write.apply(to).exceptionally(failure -> {
            LOG.warn("a write of an agent did not arrive in time", failure);
            throw Problem.unavailable("It was not confirmed in time; it may be sent again.").asException();
        });
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2));
        }
    }
}
