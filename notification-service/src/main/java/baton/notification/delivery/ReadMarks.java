package baton.notification.delivery;

import baton.contract.Json;
import baton.contract.Topic;
import baton.notification.domain.FeedPlace;
import baton.runtime.CompactedTable;
import baton.runtime.KafkaClients;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.Producer;

/// How far each agent has read. A mark never moves backwards.
@Singleton
public final class ReadMarks implements AutoCloseable {

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

    private final CompactedTable<ReadMark> table;
    private final Map<String, FeedPlace> furthest = new ConcurrentHashMap<>();
    private final Map<String, FeedPlace> written = new ConcurrentHashMap<>();

    ReadMarks(KafkaClients clients) {
        this.table = new CompactedTable<>(clients, Topic.NOTIFICATION_READS.name(clients.settings().topicPrefix()),
                bytes -> Json.read(bytes, ReadMark.class));
        table.onChange((agentId, mark) -> take(agentId, mark));
    }

    /// Starts reading.
    public void start() {
        table.start();
    }

    /// The last place that an agent has read.
    public Optional<FeedPlace> of(String agentId) {
        return Optional.ofNullable(furthest.get(agentId));
    }

    /// Moves an agent's mark to `upTo` unless it is there or further; completes when this instance sees it so.
    public CompletableFuture<Void> move(Producer<byte[], byte[]> producer, String agentId, FeedPlace upTo) {
        FeedPlace now = furthest.get(agentId);
        if (now != null && now.compareTo(upTo) >= 0) {
            return CompletableFuture.completedFuture(null);
        }
        synchronized (written) { // chosen and sent in one order, so that the log's last mark is the furthest
            FeedPlace target = written.merge(agentId, upTo, ReadMarks::further);
            byte[] value = Json.write(new ReadMark(agentId, target.text()));
            return table.put(producer, agentId, value, SEEN_WITHIN);
        }
    }

    /// Whether everything has been read that was there at the start.
    public boolean complete() {
        return table.complete();
    }

    /// Why they are not complete at this moment; empty when they are.
    public Optional<String> notReadyBecause() {
        return table.notReadyBecause();
    }

    private void take(String agentId, ReadMark mark) {
        if (mark != null) {
            furthest.merge(agentId, mark.place(), ReadMarks::further);
        }
    }

    private static FeedPlace further(FeedPlace one, FeedPlace other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public void close() {
        table.close();
    }
}
