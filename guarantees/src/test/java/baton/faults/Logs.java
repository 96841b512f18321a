package baton.faults;

import baton.checker.LogRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The topics, read as a whole, and on each further reading only what is new.
final class Logs implements AutoCloseable {

    private final String bootstrapServers;
    private final Log committed;
    private final Log all;

    Logs(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.committed = new Log("read_committed");
        this.all = new Log("read_uncommitted");
    }

    /// What is committed on a topic at this moment.
    List<LogRecord> read(String topic) {
        return committed.read(topic);
    }

    /// What was written in transactions that were aborted.
    List<LogRecord> aborted(String topic) {
        List<LogRecord> everything = all.read(topic);
        Map<Integer, Long> last = new HashMap<>();
        Set<LogRecord.Place> good = new HashSet<>();
        for (LogRecord record : committed.read(topic)) {
            good.add(record.place());
            last.put(record.partition(), record.offset());
        }
        return everything.stream().filter(record -> !good.contains(record.place()))
                .filter(record -> record.offset() < last.getOrDefault(record.partition(), 0L)).toList();
    }

    /// Where each partition ends for those who read what is committed.
    Map<Integer, Long> ends(String topic) {
        return committed.ends(topic).entrySet().stream().collect(Collectors.toMap(end -> end.getKey().partition(), Map.Entry::getValue));
    }

    /// Writes a record as it is, and says where it stands.
    LogRecord.Place write(String topic, Integer partition, byte[] key, byte[] value, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all"));
        config.putAll(more);
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            RecordMetadata written = producer.send(new ProducerRecord<>(topic, partition, key, value)).get(20, TimeUnit.SECONDS);
            return new LogRecord.Place(topic, written.partition(), written.offset());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        committed.consumer.close();
        all.consumer.close();
    }

    private final class Log {

        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Map<String, List<LogRecord>> known = new HashMap<>();
        private final Map<TopicPartition, Long> positions = new HashMap<>();

        private Log(String isolation) {
            consumer = new KafkaConsumer<>(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                    isolation, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }

        private Collection<TopicPartition> partitions(String topic) {
            return consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition())).toList();
        }

        private synchronized Map<TopicPartition, Long> ends(String topic) {
            return consumer.endOffsets(partitions(topic));
        }

        private synchronized List<LogRecord> read(String topic) {
            Collection<TopicPartition> partitions = partitions(topic);
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, positions.getOrDefault(partition, 0L)));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<LogRecord> records = known.computeIfAbsent(topic, _ -> new ArrayList<>());
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Map<String, String> headers = new TreeMap<>();
                    for (Header header : record.headers()) {
                        headers.put(header.key(), text(header.value()));
                    }
                    records.add(new LogRecord(topic, record.partition(), record.offset(), Instant.ofEpochMilli(record.timestamp()),
                            text(record.key()), text(record.value()), headers));
                }
            }
            partitions.forEach(partition -> positions.put(partition, consumer.position(partition)));
            return List.copyOf(records);
        }
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
