package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The topics, as anybody with a Kafka client sees them.
record KafkaLog(String bootstrapServers) {

    private static final Duration THERE_WITHIN = Duration.ofSeconds(40);

    /// A record in words.
    record Entry(String key, String value, Map<String, String> headers, int partition, long offset) {
        String id() {
            return headers.get("ce_id");
        }
    }

    /// The records of a topic that match, as soon as there are this many.
    List<Entry> await(String topic, int count, Predicate<Entry> matching) {
        long deadline = System.nanoTime() + THERE_WITHIN.toNanos();
        while (true) {
            List<Entry> found = read(topic).stream().filter(matching).toList();
            if (found.size() >= count) {
                return found;
            }
            assertThat(System.nanoTime()).as("%s has %s matching records of %s: %s", topic, found.size(), count, found).isLessThan(deadline);
        }
    }

    /// Everything that is committed on a topic at this moment, in order within each partition.
    List<Entry> read(String topic) {
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed", ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<Entry> entries = new ArrayList<>();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Map<String, String> headers = new HashMap<>();
                    for (Header header : record.headers()) {
                        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
                    }
                    entries.add(new Entry(new String(record.key(), StandardCharsets.UTF_8), new String(record.value(), StandardCharsets.UTF_8), headers,
                            record.partition(), record.offset()));
                }
            }
            return entries;
        }
    }
}
