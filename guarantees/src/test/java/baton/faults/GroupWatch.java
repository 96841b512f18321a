package baton.faults;

import baton.processes.Cluster;
import baton.processes.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.TopicPartition;

/// Looks at a consumer group all the time: who has which partitions since when, and when it was being rearranged.
final class GroupWatch implements AutoCloseable {

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int MADE_OF_MAX = 4;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final String group;
    private final List<Seen> seen = new ArrayList<>();
    private volatile boolean closed;

    /// @param owners by partition, the name that the member gave itself
    record Seen(long atNanos, String state, Map<Integer, String> owners) {
        boolean stable() {
            return state.equals("STABLE");
        }
    }

    GroupWatch(Cluster cluster, String group) {
        this.cluster = cluster;
        this.group = group;
        Thread.ofPlatform().daemon().name("watch-" + group).start(this::watch);
    }

    private void watch() {
        while (!closed) {
            Seen now = look();
            if (now != null) {
                synchronized (seen) {
                    if (seen.isEmpty() || !seen.getLast().state().equals(now.state()) || !seen.getLast().owners().equals(now.owners())) {
                        seen.add(now);
                    }
                }
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private Seen look() {
        try {
            ConsumerGroupDescription found = cluster.admin().describeConsumerGroups(List.of(group)).describedGroups().get(group)
                    .get(5, TimeUnit.SECONDS);
            Map<Integer, String> owners = new TreeMap<>();
            found.members().forEach(member -> member.assignment().topicPartitions().stream().map(TopicPartition::partition)
                    .forEach(partition -> owners.put(partition, member.groupInstanceId().orElse(member.consumerId()))));
            return new Seen(System.nanoTime(), found.groupState().name(), owners);
        } catch (ExecutionException | TimeoutException _) {
            return null; // nobody answers at this moment
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /// Who has which partition now, as far as the group knows.
    Map<Integer, String> owners() {
        return Waiting.until("an answer about " + group, ANSWERED_WITHIN, this::look, now -> now != null).owners();
    }

    /// All changes since a moment.
    List<Seen> since(long nanos) {
        synchronized (seen) {
            return seen.stream().filter(one -> one.atNanos() >= nanos).toList();
        }
    }

    /// Since a moment, what a stall was made of: how long until the group noticed, and until it was arranged anew.
    String madeOf(long faultNanos) {
        List<Seen> changes = since(faultNanos);
        if (changes.isEmpty()) {
            return "the group stayed as it was";
        }
        return changes.stream().limit(MADE_OF_MAX).map(one -> "%s after %.1f s".formatted(one.state().toLowerCase(java.util.Locale.ROOT),
                (one.atNanos() - faultNanos) / 1e9)).collect(Collectors.joining(", ")) + (changes.size() > MADE_OF_MAX ? " …" : "");
    }

    @Override
    public void close() {
        closed = true;
    }
}
