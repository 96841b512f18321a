package baton.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The present content of a compacted topic of one partition, in memory, by key. Every instance holds all of it.
///
/// A record that cannot be read is reported and changes nothing: the last good value stays.
public final class CompactedTable<V> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CompactedTable.class);

    private final String topic;
    private final Function<byte[], V> decoder;
    private final Map<String, V> values = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<BiConsumer<String, V>> listeners = new CopyOnWriteArrayList<>();
    private final LogTail tail;

    /// @param decoder throws a runtime exception for bytes that it cannot read
    public CompactedTable(KafkaClients clients, String topic, Function<byte[], V> decoder) {
        this.topic = topic;
        this.decoder = decoder;
        this.tail = new LogTail(clients, topic, java.util.List.of(topic), LogTail.From.beginning(), this::take);
    }

    /// Starts reading.
    public void start() {
        tail.start();
    }

    /// The present value of a key.
    public Optional<V> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /// All present values by key, in no order; a live view.
    public Map<String, V> all() {
        return java.util.Collections.unmodifiableMap(values);
    }

    /// Calls `listener` with each key that changes and its new value, or null when it is gone, on the reading thread.
    public void onChange(BiConsumer<String, V> listener) {
        listeners.add(listener);
    }

    /// Writes a value (null removes) and completes when this table shows it.
    public CompletableFuture<Void> put(Producer<byte[], byte[]> producer, String key, byte[] value, Duration within) {
        CompletableFuture<Long> written = new CompletableFuture<>();
        try {
            producer.send(new ProducerRecord<>(topic, 0, KafkaClients.key(key), value), (metadata, failure) -> {
                if (failure != null) {
                    written.completeExceptionally(failure);
                } else {
                    written.complete(metadata.offset());
                }
            });
        } catch (RuntimeException e) {
            written.completeExceptionally(e);
        }
        return written.thenCompose(offset -> tail.reached(new TopicPartition(topic, 0), offset, within));
    }

    /// Completes when the table's topic has been read up to the offset that is there for it, if any.
    public CompletableFuture<Void> read(Map<TopicPartition, Long> upTo, Duration within) {
        long next = upTo.getOrDefault(new TopicPartition(topic, 0), 0L);
        return next == 0 ? CompletableFuture.completedFuture(null) : tail.reached(new TopicPartition(topic, 0), next - 1, within);
    }

    /// Completes when everything has been read that was there at the start, on the reading thread.
    public CompletableFuture<Void> caughtUp() {
        return tail.caughtUp();
    }

    /// Whether everything has been read that was there at the start; stays so while brokers are away.
    public boolean complete() {
        return tail.caughtUp().isDone();
    }

    /// Why the content is not complete at this moment; empty when it is.
    public Optional<String> notReadyBecause() {
        return tail.notReadyBecause();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        String key = KafkaClients.keyText(record.key());
        if (key == null) {
            LOG.warn("{}: the record at {} has no key", topic, record.offset());
            return;
        }
        V value;
        try {
            value = record.value() == null ? null : decoder.apply(record.value());
        } catch (RuntimeException e) {
            LOG.warn("{}: the record at {} with key {} cannot be read: {}", topic, record.offset(), key, e.getMessage());
            return;
        }
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
        listeners.forEach(listener -> listener.accept(key, value));
    }

    @Override
    public void close() {
        tail.close();
    }
}
