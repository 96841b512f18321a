package baton.benchmarks;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What Baton's broker says of its topics: how far they reach, how far a group has come, what they take on the disk.
final class Broker implements AutoCloseable {

    private static final int ANSWERED_WITHIN_SECONDS = 30;
    private static final long LOOK_EVERY_MILLIS = 25;
    private static final long STILL_MILLIS = 1_000;
    private static final Duration STILL_WITHIN = Duration.ofSeconds(30);
    private static final long MARKERS_MAX = 5;
    private static final String CHANGELOG = "-changelog";
    /// The broker's own log of itself: it grows while nothing happens.
    private static final String METADATA = "__cluster_metadata";

    private final String bootstrapServers;
    private final Admin admin;

    Broker(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    /// Returns when a group has committed all that a topic without transactions holds now.
    void awaitCommitted(String group, String topic, Duration within) throws InterruptedException, ExecutionException, TimeoutException {
        awaitCommitted(group, topic, 0, within);
    }

    /// The same for a topic with transactions, but for the markers behind the last of its records, which are not always committed: there may be
    /// records among so few.
    void awaitCommittedButMarkers(String group, String topic, Duration within) throws InterruptedException, ExecutionException, TimeoutException {
        awaitCommitted(group, topic, MARKERS_MAX, within);
    }

    private void awaitCommitted(String group, String topic, long behindMax, Duration within)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> ends = ends(topic);
        long deadline = System.nanoTime() + within.toNanos();
        while (!committed(group, ends, behindMax)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(group + " does not come to the end of " + topic + " within " + within.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS); // seldom, because who looks takes time from those who work
        }
    }

    private boolean committed(String group, Map<TopicPartition, Long> ends, long behindMax) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()
                .get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
        return ends.entrySet().stream().allMatch(end -> end.getValue() <= behindMax
                || committed.get(end.getKey()) != null && committed.get(end.getKey()).offset() >= end.getValue() - behindMax);
    }

    private Map<TopicPartition, Long> ends(String topic) throws InterruptedException, ExecutionException, TimeoutException {
        int partitions = admin.describeTopics(List.of(topic)).allTopicNames().get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS).get(topic).partitions().size();
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            asked.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        return admin.listOffsets(asked).all().get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, found -> found.getValue().offset()));
    }

    /// How many records a restore of all local stores would read.
    long changelogRecords(Duration within) throws Exception {
        Set<String> topics = admin.listTopics().names().get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS).stream()
                .filter(topic -> topic.endsWith(CHANGELOG)).collect(Collectors.toSet());
        try (var consumer = new KafkaConsumer<>(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed", ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream().flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(found -> new TopicPartition(found.topic(), found.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + within.toNanos();
            long records = 0;
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the changelogs are not read within " + within.toSeconds() + " s");
                }
                records += consumer.poll(Duration.ofMillis(200)).count();
            }
            return records;
        }
    }

    /// Bytes of the logs on the disk, by topic, all partitions together, when nobody has written for a second.
    Map<String, Long> bytesByTopic() throws Exception {
        Map<String, Long> before = bytesNow();
        long deadline = System.nanoTime() + STILL_WITHIN.toNanos();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(STILL_MILLIS);
            Map<String, Long> now = bytesNow();
            if (now.equals(before)) {
                return now;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("somebody goes on writing to " + differing(before, now));
            }
            before = now;
        }
    }

    private Map<String, Long> bytesNow() throws InterruptedException, ExecutionException, TimeoutException {
        List<Integer> nodes = admin.describeCluster().nodes().get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS).stream().map(Node::id).toList();
        return bytesByTopic(admin.describeLogDirs(nodes).allDescriptions().get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS).values().stream()
                .flatMap(folders -> folders.values().stream()).toList());
    }

    static Map<String, Long> bytesByTopic(Collection<LogDirDescription> folders) {
        Map<String, Long> bytes = new TreeMap<>();
        folders.forEach(folder -> folder.replicaInfos().forEach((partition, replica) -> bytes.merge(partition.topic(), replica.size(), Long::sum)));
        bytes.remove(METADATA);
        return bytes;
    }

    /// What each topic has more than before; topics that have grown only.
    static Map<String, Long> growth(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> grown = new TreeMap<>();
        after.forEach((topic, bytes) -> {
            long more = bytes - before.getOrDefault(topic, 0L);
            if (more > 0) {
                grown.put(topic, more);
            }
        });
        return grown;
    }

    private static Set<String> differing(Map<String, Long> before, Map<String, Long> after) {
        return after.keySet().stream().filter(topic -> !after.get(topic).equals(before.get(topic))).collect(Collectors.toSet());
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
