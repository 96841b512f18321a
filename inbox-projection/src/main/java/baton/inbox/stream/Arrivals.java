package baton.inbox.stream;

import baton.runtime.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows a partition that has come to this instance as soon as it has folded what was on the log when it came. Before, it would be older
/// than what others have shown of it, or, where the inbox is made anew, without most of its conversations, and look like new.
///
/// The end of the log is not where its last event is: transactions leave marks, and aborted ones records that nobody sees. So the last
/// event is looked up.
final class Arrivals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);
    private static final long LOOK_EVERY_MILLIS = 10;
    private static final long PAUSE_MILLIS = 500;
    private static final Duration LOOKED_UP_WITHIN = Duration.ofSeconds(10);
    /// Where the last event is looked for at first, before the end; then in ten times as many records.
    private static final long TAIL_RECORDS = 100;

    private final KafkaClients clients;
    private final String group;
    private final String log;
    private final InboxShards shards;
    private final Thread thread = Thread.ofVirtual().name("inbox-arrivals").unstarted(this::run);
    /// The offset behind the last event that a shard must have folded to be shown.
    private final Map<LiveShard, Long> targets = Collections.synchronizedMap(new IdentityHashMap<>());

    /// @param group the consumer group whose offsets say what was folded before
    Arrivals(KafkaClients clients, String group, String log, InboxShards shards) {
        this.clients = clients;
        this.group = group;
        this.log = log;
        this.shards = shards;
    }

    void start() {
        thread.start();
    }

    /// The offset behind the last event that was on the log when this shard came; empty while that is not known, and once it is shown.
    OptionalLong awaited(LiveShard shard) {
        Long target = targets.get(shard);
        return target == null ? OptionalLong.empty() : OptionalLong.of(target);
    }

    private void run() {
        try {
            while (true) {
                shards.awaitArriving();
                TimeUnit.MILLISECONDS.sleep(look() ? LOOK_EVERY_MILLIS : PAUSE_MILLIS);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// Whether it knows now what all that are coming have to fold.
    private boolean look() throws InterruptedException {
        Map<Integer, LiveShard> arriving = shards.arriving();
        targets.keySet().retainAll(arriving.values());
        show(arriving);
        Map<Integer, LiveShard> unknown = new HashMap<>(arriving);
        unknown.values().removeAll(targets.keySet());
        if (unknown.isEmpty() || lookUp(unknown)) {
            return true;
        }
        if (unknown.size() > 1) {
            // One of them has no leader, perhaps: that is no reason to hide the others.
            for (Map.Entry<Integer, LiveShard> one : unknown.entrySet()) {
                lookUp(Map.of(one.getKey(), one.getValue()));
                show(arriving);
            }
        }
        return targets.keySet().containsAll(unknown.values());
    }

    private void show(Map<Integer, LiveShard> arriving) {
        arriving.forEach((partition, shard) -> {
            Long target = targets.get(shard);
            if (target != null && shard.foldedTo() >= target) {
                shards.arrived(partition, shard);
            }
        });
    }

    private boolean lookUp(Map<Integer, LiveShard> unknown) throws InterruptedException {
        try {
            Map<Integer, Long> lasts = behindTheLast(unknown.keySet());
            unknown.forEach((partition, shard) -> targets.put(shard, lasts.get(partition)));
            return true;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            LOG.debug("the end of {} cannot be looked up in the partitions {}, trying again", log, unknown.keySet(), e);
        } catch (Error e) {
            // This thread is the only one that shows what has come: without it a partition would stay hidden until a restart.
            LOG.error("the end of {} cannot be looked up, trying again", log, e);
        }
        return false;
    }

    /// The offset behind the last event of each partition, or 0 where all were folded before.
    private Map<Integer, Long> behindTheLast(Set<Integer> partitions) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> begins;
        Map<TopicPartition, Long> lasts = new HashMap<>();
        Set<TopicPartition> asked = partitions.stream().map(partition -> new TopicPartition(log, partition)).collect(Collectors.toSet());
        try (Consumer<byte[], byte[]> consumer = clients.consumer("inbox-arrivals", Map.of())) {
            consumer.assign(asked); // else it warns of what it is told about partitions that are not its own
            begins = new HashMap<>(consumer.beginningOffsets(asked));
            committed(asked).forEach((partition, offset) -> begins.merge(partition, offset, Math::max));
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(asked));
            ends.entrySet().removeIf(end -> end.getValue() <= begins.get(end.getKey()));
            for (long tail = TAIL_RECORDS; !ends.isEmpty(); tail *= 10) {
                readTails(consumer, begins, ends, tail, lasts);
                long read = tail;
                ends.entrySet().removeIf(end -> lasts.containsKey(end.getKey()) || end.getValue() - read <= begins.get(end.getKey()));
            }
        }
        return asked.stream().collect(Collectors.toMap(TopicPartition::partition, partition -> lasts.getOrDefault(partition, 0L)));
    }

    private Map<TopicPartition, Long> committed(Collection<TopicPartition> partitions) throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = clients.admin()) {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()
                    .get(LOOKED_UP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return partitions.stream().filter(partition -> offsets.get(partition) != null)
                    .collect(Collectors.toMap(partition -> partition, partition -> offsets.get(partition).offset()));
        }
    }

    /// Reads the last records before the ends, and notes the offset behind the last one that can be seen.
    private static void readTails(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> begins, Map<TopicPartition, Long> ends, long tail,
            Map<TopicPartition, Long> lasts) throws TimeoutException {
        consumer.assign(ends.keySet());
        ends.forEach((partition, end) -> consumer.seek(partition, Math.max(begins.get(partition), end - tail)));
        long deadline = System.nanoTime() + LOOKED_UP_WITHIN.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("the end of the log was not reached within " + LOOKED_UP_WITHIN);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                lasts.merge(new TopicPartition(record.topic(), record.partition()), record.offset() + 1, Math::max);
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
