package baton.runtime;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topic `view-rebuilds`: what was asked for and done, in one order, for all views and all of their instances. Private, like the
/// changelogs of Kafka Streams, and kept for ever: some records for each rebuild.
///
/// Whoever takes a step appends it and looks whether it [counted][Rebuild#after]. Besides, it has what rebuilds must know of offsets that
/// were [lost][Reread].
@Singleton
public final class RebuildLog {

    private static final Logger LOG = LoggerFactory.getLogger(RebuildLog.class);
    private static final String TOPIC = "view-rebuilds";
    private static final String REREAD = "reread ";
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final TopicPartition log;
    private final LogTail tail;
    private final Map<String, Rebuild> rebuilds = new ConcurrentHashMap<>();
    private final Map<String, Reread> rereads = new ConcurrentHashMap<>();
    private final Set<Long> counted = ConcurrentHashMap.newKeySet();
    private final CopyOnWriteArrayList<BiConsumer<String, Rebuild>> listeners = new CopyOnWriteArrayList<>();
    private Admin admin;
    private boolean closed;

    RebuildLog(KafkaClients clients) {
        this.clients = clients;
        this.log = new TopicPartition(clients.prefixed(TOPIC), 0);
        this.tail = new LogTail(clients, TOPIC, List.of(log.topic()), LogTail.From.beginning(), this::take);
    }

    /// What the topic must be like.
    TopicSpec spec() {
        return new TopicSpec(log.topic(), 1, Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1"));
    }

    /// Starts reading, once, and returns when all is known that was there; the topic must exist.
    void start() throws InterruptedException, ExecutionException, TimeoutException {
        synchronized (this) {
            if (admin == null && !closed) {
                admin = clients.admin();
                tail.start();
            }
        }
        tail.caughtUp().get(SEEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// The last rebuild of a view, as far as this instance has read.
    public Rebuild of(String view) {
        return rebuilds.getOrDefault(view, Rebuild.NONE);
    }

    /// Which of a view's offsets were lost, as far as this instance has read.
    Reread reread(String view) {
        return rereads.getOrDefault(view, Reread.NONE);
    }

    /// Calls `listener` with each view whose rebuild comes a step further, on the reading thread.
    public void onStep(BiConsumer<String, Rebuild> listener) {
        listeners.add(listener);
    }

    /// Returns when this instance has read what is on the log at this moment.
    void refresh() throws InterruptedException, ExecutionException, TimeoutException {
        long end = admin().listOffsets(Map.of(log, OffsetSpec.latest())).partitionResult(log)
                .get(SEEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS).offset();
        if (end > 0) {
            tail.reached(log, end - 1, SEEN_WITHIN).get();
        }
    }

    /// Appends a step; whether it counts.
    boolean append(String view, RebuildStep step) throws InterruptedException, ExecutionException, TimeoutException {
        return counted.contains(append(view, step.bytes()));
    }

    /// Appends that offsets were lost.
    void append(String view, Reread reread) throws InterruptedException, ExecutionException, TimeoutException {
        append(REREAD + view, reread.bytes());
    }

    private long append(String key, byte[] value) throws InterruptedException, ExecutionException, TimeoutException {
        try (Producer<byte[], byte[]> producer = clients.producer(TOPIC, SEEN_WITHIN, Map.of())) {
            long offset = producer.send(new ProducerRecord<>(log.topic(), 0, KafkaClients.key(key), value))
                    .get(SEEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS).offset();
            tail.reached(log, offset, SEEN_WITHIN).get();
            return offset;
        }
    }

    private synchronized Admin admin() {
        if (admin == null) {
            throw new IllegalStateException("the log of rebuilds is not being read");
        }
        return admin;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String view = KafkaClients.keyText(record.key());
        RebuildStep step;
        try {
            if (view.startsWith(REREAD)) {
                rereads.merge(view.substring(REREAD.length()), Reread.read(record.value()), Reread::and);
                return;
            }
            step = RebuildStep.read(record.value());
        } catch (IOException | RuntimeException e) {
            LOG.warn("{}: the record at {} is no step of a rebuild: {}", log.topic(), record.offset(), e.getMessage());
            return;
        }
        of(view).after(step).ifPresent(rebuild -> {
            rebuilds.put(view, rebuild);
            counted.add(record.offset());
            listeners.forEach(listener -> listener.accept(view, rebuild));
        });
    }

    @PreDestroy
    synchronized void close() {
        closed = true;
        tail.close();
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
            admin = null;
        }
    }
}
