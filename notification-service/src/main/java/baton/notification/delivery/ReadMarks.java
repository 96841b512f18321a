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
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far each agent has read: the furthest of her marks on the log. A mark never moves backwards.
///
/// Instances write marks of one agent without knowing of each other's, so a lesser one may come last. For those who read them all the order
/// does not matter; but compaction leaves only the last. So a writer reads on until it meets what it wrote, and where that stands behind
/// a further mark, it writes the further one again.
@Singleton
public final class ReadMarks implements AutoCloseable {

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(ReadMarks.class);

    private final CompactedTable<ReadMark> table;
    private final Map<String, FeedPlace> furthest = new ConcurrentHashMap<>();

    ReadMarks(KafkaClients clients) {
        this.table = new CompactedTable<>(clients, Topic.NOTIFICATION_READS.name(clients.settings().topicPrefix()),
                bytes -> Json.read(bytes, ReadMark.class));
        table.onChange((agentId, mark) -> take(agentId, mark));
    }

    /// Starts reading.
    public void start() {
        table.start();
    }

    /// As soon as all marks have been read, writes those again that stand before a lesser one: what a writer has left that ended between
    /// its writing and its reading.
    public void settle(Producer<byte[], byte[]> producer) {
        table.caughtUp().thenRunAsync(() -> furthest.forEach((agentId, mark) -> move(producer, agentId, mark).exceptionally(failure -> {
            LOG.warn("the mark of {} could not be written again, it stands before a lesser one", agentId, failure);
            return null;
        })), Thread::startVirtualThread);
    }

    /// The last place that an agent has read.
    public Optional<FeedPlace> of(String agentId) {
        return Optional.ofNullable(furthest.get(agentId));
    }

    /// Moves an agent's mark to `upTo` unless it is there or further; completes when this instance sees it so, and no lesser mark of hers
    /// is behind it. Waits only as long as the producer itself does.
    public CompletableFuture<Void> move(Producer<byte[], byte[]> producer, String agentId, FeedPlace upTo) {
        return write(producer, agentId, upTo).orTimeout(SEEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Void> write(Producer<byte[], byte[]> producer, String agentId, FeedPlace upTo) {
        FeedPlace target = of(agentId).map(mark -> further(mark, upTo)).orElse(upTo);
        if (table.get(agentId).filter(last -> last.place().compareTo(target) >= 0).isPresent()) {
            return CompletableFuture.completedFuture(null);
        }
        return table.put(producer, agentId, Json.write(new ReadMark(agentId, target.text())), SEEN_WITHIN)
                .thenComposeAsync(_ -> write(producer, agentId, target), Thread::startVirtualThread); // not on the thread that reads
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
        if (mark == null) {
            furthest.remove(agentId);
        } else {
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
