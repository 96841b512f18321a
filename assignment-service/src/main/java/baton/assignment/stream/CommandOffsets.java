package baton.assignment.stream;

import baton.contract.Topic;
import baton.runtime.KafkaClients;
import baton.runtime.StartRefused;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides where the deciding application begins to read, before it starts (C5 of docs/ARCHITECTURE.md). Its consumer has
/// `auto.offset.reset=none`, because every default would silently decide commands twice or skip them.
///
/// - Neither group nor changelog: a first start; every partition begins at offset 0.
/// - No committed offset, but a changelog: the offset has expired; the partition goes on behind the last command that it applied.
/// - A log that begins behind the next offset or ends before it, or a changelog with another number of partitions: refused, for an
///   operator. Whatever filled such a log up to the next offset would never be decided.
final class CommandOffsets {

    private static final Logger LOG = LoggerFactory.getLogger(CommandOffsets.class);
    private static final int ASK_WITHIN_SECONDS = 15;
    /// A changelog has a record of every command that is not compacted away yet: of a busy deployment, millions.
    private static final Duration CHANGELOG_READ_WITHIN = Duration.ofMinutes(5);

    private final KafkaClients clients;
    private final String group;
    private final String topic;
    private final String appliedChangelog;

    CommandOffsets(KafkaClients clients) {
        this.clients = clients;
        this.group = clients.prefixed(AssignmentTopology.APPLICATION);
        this.topic = Topic.CONVERSATION_COMMANDS.name(clients.settings().topicPrefix());
        this.appliedChangelog = group + "-" + AssignmentTopology.APPLIED + "-changelog";
    }

    /// Commits what is missing; throws [StartRefused] where no offset would be right.
    ///
    /// @return the partitions whose log is empty: nobody has ever written to them
    List<Integer> prepare() throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = clients.admin()) {
            List<TopicPartition> partitions = IntStream.range(0, clients.settings().partitions())
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            Map<TopicPartition, OffsetAndMetadata> committed =
                    new HashMap<>(get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
            committed.values().removeIf(java.util.Objects::isNull);
            boolean begun = hasChangelog(admin);
            Map<TopicPartition, Long> applied = begun && !committed.keySet().containsAll(partitions) ? applied() : Map.of();

            Map<TopicPartition, OffsetAndMetadata> missing = new HashMap<>();
            Map<TopicPartition, Long> nexts = new HashMap<>();
            for (TopicPartition partition : partitions) {
                if (!committed.containsKey(partition)) {
                    missing.put(partition, new OffsetAndMetadata(applied.getOrDefault(partition, -1L) + 1));
                }
                nexts.put(partition, committed.getOrDefault(partition, missing.get(partition)).offset());
            }
            var begins = offsets(admin, partitions, OffsetSpec.earliest());
            var ends = ends(admin, nexts);
            for (TopicPartition partition : partitions) {
                long next = nexts.get(partition);
                long begin = begins.get(partition).offset();
                if (begin > next) {
                    throw new StartRefused(partition + " begins at offset " + begin + ", but the next command to decide is at "
                            + next + ": commands were deleted. Restore the topic; this log is kept for ever");
                }
                long end = ends.get(partition).offset();
                if (end < next) {
                    throw new StartRefused(partition + " ends at offset " + end + ", but the next command to decide is at "
                            + next + ": commands were lost, or the committed offsets were moved. Restore what was changed");
                }
            }
            if (!missing.isEmpty()) {
                get(admin.alterConsumerGroupOffsets(group, missing).all());
                LOG.info("{} begins at {}", group, missing);
            }
            return partitions.stream().filter(partition -> ends.get(partition).offset() == 0).map(TopicPartition::partition).toList();
        }
    }

    /// The ends of the log. A broker that has just taken a partition over shows, until its followers have asked for more, an end that is too
    /// low: so whatever ends before the next command is asked for again for a while.
    private static Map<TopicPartition, ListOffsetsResultInfo> ends(Admin admin, Map<TopicPartition, Long> nexts)
            throws InterruptedException, ExecutionException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ASK_WITHIN_SECONDS);
        while (true) {
            var ends = offsets(admin, List.copyOf(nexts.keySet()), OffsetSpec.latest());
            if (nexts.entrySet().stream().allMatch(next -> ends.get(next.getKey()).offset() >= next.getValue()) || System.nanoTime() > deadline) {
                return ends;
            }
            Thread.sleep(200);
        }
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> offsets(Admin admin, List<TopicPartition> partitions, OffsetSpec which)
            throws InterruptedException, ExecutionException, TimeoutException {
        return get(admin.listOffsets(partitions.stream().collect(Collectors.toMap(partition -> partition, _ -> which))).all());
    }

    /// Whether there has been a start before; refuses a changelog with another number of partitions.
    private boolean hasChangelog(Admin admin) throws InterruptedException, ExecutionException, TimeoutException {
        if (!get(admin.listTopics().names()).contains(appliedChangelog)) {
            return false;
        }
        int partitions = get(admin.describeTopics(List.of(appliedChangelog)).allTopicNames()).get(appliedChangelog).partitions().size();
        if (partitions != clients.settings().partitions()) {
            throw new StartRefused("this deployment was begun with " + partitions + " partitions and is set to "
                    + clients.settings().partitions() + " (baton.partitions): the number can never change");
        }
        return true;
    }

    /// The last applied offset of each partition as its changelog has it.
    private Map<TopicPartition, Long> applied() throws TimeoutException {
        Map<TopicPartition, Long> applied = new HashMap<>();
        try (Consumer<byte[], byte[]> consumer = clients.consumer("applied-offsets", Map.of());
                LongDeserializer toLong = new LongDeserializer()) {
            List<TopicPartition> changelog = IntStream.range(0, clients.settings().partitions())
                    .mapToObj(partition -> new TopicPartition(appliedChangelog, partition))
                    .toList();
            consumer.assign(changelog);
            consumer.seekToBeginning(changelog);
            Map<TopicPartition, Long> ends = consumer.endOffsets(changelog);
            long deadline = System.nanoTime() + CHANGELOG_READ_WITHIN.toNanos();
            while (changelog.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                if (System.nanoTime() > deadline) {
                    throw new TimeoutException(appliedChangelog + " was not read within " + CHANGELOG_READ_WITHIN.toSeconds() + " s");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (record.value() != null && OffsetGuard.KEY.equals(KafkaClients.keyText(record.key()))) {
                        applied.put(new TopicPartition(topic, record.partition()), toLong.deserialize(appliedChangelog, record.value()));
                    }
                }
            }
        }
        return applied;
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(ASK_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
}
