package baton.standalone;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Baton's topics as anybody with a Kafka client sees them.
final class Log {

    private final String bootstrapServers;

    /// A record in words.
    record Entry(String key, String value, Map<String, String> headers, int partition, long offset) {
        String type() {
            return headers.get("ce_type");
        }
    }

    Log(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /// Everything that is committed on a topic at this moment.
    List<Entry> read(String topic) {
        try (var consumer = consumer()) {
            List<TopicPartition> partitions = assign(consumer, topic);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<Entry> entries = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> entries.add(entry(record)));
            }
            return entries;
        }
    }

    /// What will be committed on a topic after this moment.
    Later later(String topic) {
        var later = new Later(consumer());
        try {
            List<TopicPartition> partitions = assign(later.consumer(), topic);
            later.consumer().seekToEnd(partitions);
            partitions.forEach(later.consumer()::position); // now, not at the first poll
            return later;
        } catch (RuntimeException e) {
            later.close();
            throw e;
        }
    }

    /// @param consumer has its place on every partition
    record Later(KafkaConsumer<byte[], byte[]> consumer) implements AutoCloseable {

        /// What comes next: as soon as there are so many, and fewer when the time is over.
        List<Entry> next(int count, Duration within) {
            long deadline = System.nanoTime() + within.toNanos();
            List<Entry> entries = new ArrayList<>();
            while (entries.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> entries.add(entry(record)));
            }
            return entries;
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    /// The records of a topic that match, as soon as there are this many; fails after the time.
    List<Entry> await(String topic, int count, Duration within, Predicate<Entry> matching) {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            List<Entry> found = read(topic).stream().filter(matching).toList();
            if (found.size() >= count) {
                return found;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(topic + " has " + found.size() + " matching records after " + within + ", expected " + count + ": " + found);
            }
        }
    }

    /// Writes a record, to any partition that the key does not choose.
    void write(String topic, Integer partition, byte[] key, byte[] value) {
        Map<String, Object> config = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all");
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, key, value)).get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static List<TopicPartition> assign(KafkaConsumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition())).toList();
        consumer.assign(partitions);
        return partitions;
    }

    private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return new Entry(text(record.key()), text(record.value()), headers, record.partition(), record.offset());
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
