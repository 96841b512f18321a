package baton.notification.delivery;

import baton.contract.Json;
import baton.contract.Topic;
import baton.runtime.CompactedTable;
import baton.runtime.KafkaClients;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;

/// The alerts that each agent has switched on.
@Singleton
public final class AlertSettingsTable implements AutoCloseable {

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

    private final CompactedTable<AlertSettings> table;

    AlertSettingsTable(KafkaClients clients) {
        this.table = new CompactedTable<>(clients, Topic.NOTIFICATION_SETTINGS.name(clients.settings().topicPrefix()),
                bytes -> Json.read(bytes, AlertSettings.class));
    }

    /// Starts reading.
    public void start() {
        table.start();
    }

    /// An agent's settings.
    public AlertSettings of(String agentId) {
        return table.get(agentId).orElseGet(() -> AlertSettings.none(agentId));
    }

    /// Writes settings; completes when this instance sees them.
    public CompletableFuture<Void> put(Producer<byte[], byte[]> producer, AlertSettings settings) {
        return table.put(producer, settings.agentId(), Json.write(settings), SEEN_WITHIN);
    }

    /// Whether everything has been read that was there at the start.
    public boolean complete() {
        return table.complete();
    }

    /// Why they are not complete at this moment; empty when they are.
    public Optional<String> notReadyBecause() {
        return table.notReadyBecause();
    }

    @Override
    public void close() {
        table.close();
    }
}
