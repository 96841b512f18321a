package baton.scaleout;

import baton.processes.Deployment;
import baton.processes.ServiceKind;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;

/// Which instance of a service has which partition, as its consumer group says.
final class Instances {

    static final int PARTITIONS = 4;

    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(90);

    private final Deployment deployment;
    private final ServiceKind kind;

    Instances(Deployment deployment, ServiceKind kind) {
        this.deployment = deployment;
        this.kind = kind;
    }

    List<ServiceProcess> all() {
        return deployment.instances(kind);
    }

    /// By partition; of those only that somebody has at this moment.
    SortedMap<Integer, ServiceProcess> places() {
        SortedMap<Integer, ServiceProcess> places = new TreeMap<>();
        ConsumerGroupDescription group = group();
        if (group != null && group.groupState() == GroupState.STABLE) {
            group.members().forEach(member -> member.assignment().topicPartitions().forEach(partition ->
                    places.put(partition.partition(), named(member.groupInstanceId().orElse(member.consumerId())))));
        }
        return places;
    }

    /// What the group says of itself; null while nobody answers.
    ConsumerGroupDescription group() {
        String name = kind.moduleName();
        try {
            return deployment.cluster().admin().describeConsumerGroups(List.of(name)).describedGroups().get(name).get(5, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException _) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Kafka Streams adds the number of the thread to an instance's name.
    private ServiceProcess named(String member) {
        return all().stream().filter(service -> member.startsWith(service.name()) || member.contains(service.name())).findFirst()
                .orElseThrow(() -> new AssertionError("nobody knows " + member));
    }

    /// Waits until all partitions are with somebody, and all instances that run have some.
    void awaitBalance() {
        long running = all().stream().filter(ServiceProcess::alive).count();
        Waiting.until("partitions of " + kind + " at " + running + " instances", SETTLED_WITHIN, () -> {
            ConsumerGroupDescription group = group();
            return group != null && group.groupState() == GroupState.STABLE
                    && group.members().stream().mapToInt(member -> member.assignment().topicPartitions().size()).sum() == PARTITIONS
                    && group.members().stream().filter(member -> !member.assignment().topicPartitions().isEmpty()).count() == running;
        });
    }

    /// The partitions that an instance has.
    List<Integer> of(ServiceProcess service) {
        return places().entrySet().stream().filter(place -> place.getValue() == service).map(java.util.Map.Entry::getKey).toList();
    }
}
