package baton.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What a [View] has on the brokers: its consumer group, its changelogs, the topic that it alone writes. Looked at, and thrown away.
final class ViewOnBrokers {

    private static final int ANSWER_WITHIN_SECONDS = 15;
    private static final String DELETE_ENABLED = "delete.topic.enable";

    private final Admin admin;
    private final KafkaClients clients;
    private final String group; // the application's id
    private final View view;

    ViewOnBrokers(Admin admin, KafkaClients clients, View view) {
        this.admin = admin;
        this.clients = clients;
        this.group = clients.prefixed(view.name());
        this.view = view;
    }

    /// Refuses with a problem a rebuild that would not come to its end, before anything is touched: one that this user may not make, or for
    /// which the brokers could not make again what they delete.
    ///
    /// @param replicas that changelogs are made with
    void requireRebuildable(Collection<String> changelogs, int replicas) throws InterruptedException, ExecutionException, TimeoutException {
        requireRemakeable(replicas);
        List<String> needed = new ArrayList<>();
        Map<String, TopicDescription> topics = new HashMap<>(describe(changelogs));
        topics.putAll(describe(view.output().stream().toList()));
        topics.forEach((name, topic) -> {
            if (!mayDelete(topic.authorizedOperations())) {
                needed.add("the topic " + name);
            }
        });
        describeGroup().filter(described -> !mayDelete(described.authorizedOperations())).ifPresent(_ -> needed.add("the consumer group " + group));
        if (!needed.isEmpty()) {
            throw Problem.forbidden("To be rebuilt, " + view.name() + " must be allowed by the brokers to DELETE " + String.join(", ", needed)
                    + ". Nothing was touched.").asException();
        }
    }

    private void requireRemakeable(int replicas) throws InterruptedException, ExecutionException, TimeoutException {
        Collection<Node> brokers = get(admin.describeCluster().nodes());
        if (brokers.size() < replicas) {
            throw Problem.unavailable("The changelogs of " + view.name() + " must be created again with " + replicas + " replicas (baton.replicas), and the cluster has "
                    + brokers.size() + (brokers.size() == 1 ? " broker" : " brokers") + " at this moment. Nothing was touched.").asException();
        }
        List<ConfigResource> resources = brokers.stream().map(broker -> new ConfigResource(ConfigResource.Type.BROKER, broker.idString())).toList();
        try {
            for (Config config : get(admin.describeConfigs(resources).all()).values()) {
                ConfigEntry deletion = config.get(DELETE_ENABLED);
                if (deletion != null && "false".equals(deletion.value())) {
                    throw Problem.forbidden("To be rebuilt, " + view.name() + " must delete its changelogs, and the brokers delete no topics ("
                            + DELETE_ENABLED + "=false). Nothing was touched.").asException();
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                throw Problem.forbidden("To be rebuilt, " + view.name() + " must be allowed by the brokers to DESCRIBE_CONFIGS of the cluster: whether topics are deleted ("
                        + DELETE_ENABLED + ") has to be known before. Nothing was touched.").asException();
            }
            throw e;
        }
    }

    /// Refuses with a problem a rebuild before which nobody could say what was folded: people would be told again.
    ///
    /// @param known  the partitions of which it is known all the same
    /// @param reread what was lost before
    void requireFoldedKnown(Collection<String> changelogs, Collection<Integer> known, Reread reread) throws InterruptedException, ExecutionException, TimeoutException {
        Reread all = reread.and(lost(changelogs, known));
        Map<Integer, Long> committed = committed(false);
        Set<Integer> unknown = all.behind(logId(), committed);
        unknown.removeAll(known);
        Map<Integer, Long> toRead = new HashMap<>(all.upTo());
        toRead.keySet().retainAll(unknown);
        unknown.retainAll(withRecords(committed, toRead));
        if (!unknown.isEmpty()) {
            throw Problem.unavailable("How far " + view.name() + " has folded the partitions " + unknown
                    + " of its log is not known: the offsets of its consumer group were lost, and it reads the log again. Ask again when it has caught up.").asException();
        }
    }

    /// Which offsets are lost: those of partitions that there are stores of.
    ///
    /// @param known the partitions that are known to be folded anew
    Reread lost(Collection<String> changelogs, Collection<Integer> known) throws InterruptedException, ExecutionException, TimeoutException {
        Set<Integer> written = written(describe(changelogs)); // first: stores and offsets appear together
        written.removeAll(known);
        return Reread.of(logId(), written, committed(false).keySet(), logEnds());
    }

    /// The partitions of the log that have records from here up to there. Without any, what is committed may stay behind for long: behind the
    /// last record there are marks of transactions, and an application that has read no record since it was started commits nothing.
    Set<Integer> withRecords(Map<Integer, Long> from, Map<Integer, Long> upTo) {
        Map<TopicPartition, Long> open = new HashMap<>();
        upTo.forEach((partition, end) -> {
            if (from.getOrDefault(partition, 0L) < end) {
                open.put(new TopicPartition(view.log(), partition), end);
            }
        });
        Set<Integer> found = new TreeSet<>();
        if (open.isEmpty()) {
            return found;
        }
        try (Consumer<byte[], byte[]> consumer = clients.consumer("rest-" + view.name(), Map.of())) {
            consumer.assign(open.keySet());
            open.keySet().forEach(partition -> consumer.seek(partition, from.getOrDefault(partition.partition(), 0L)));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_WITHIN_SECONDS);
            while (!open.isEmpty()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    Long end = open.get(new TopicPartition(record.topic(), record.partition()));
                    if (end != null && record.offset() < end) {
                        found.add(record.partition());
                    }
                }
                boolean late = System.nanoTime() > deadline;
                open.entrySet().removeIf(partition -> {
                    if (late) {
                        found.add(partition.getKey().partition()); // not known to be without
                    }
                    return found.contains(partition.getKey().partition()) || late || consumer.position(partition.getKey()) >= partition.getValue();
                });
            }
        }
        return found;
    }

    /// The id of the log. Throws [IllegalStateException] where there is none.
    String logId() throws InterruptedException, ExecutionException, TimeoutException {
        return describe(List.of(view.log())).values().stream().map(topic -> topic.topicId().toString()).findFirst()
                .orElseThrow(() -> new IllegalStateException(view.log() + " is not there"));
    }

    /// Where the log ends, by partition.
    Map<Integer, Long> logEnds() throws InterruptedException, ExecutionException, TimeoutException {
        return ends(view.log(), IsolationLevel.READ_COMMITTED);
    }

    private static boolean mayDelete(Set<AclOperation> operations) {
        return operations == null || operations.contains(AclOperation.DELETE); // null where nobody keeps order
    }

    private Map<String, TopicDescription> describe(Collection<String> topics) throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, TopicDescription> found = new HashMap<>();
        var asked = admin.describeTopics(TopicCollection.ofTopicNames(topics), new DescribeTopicsOptions().includeAuthorizedOperations(true));
        for (var answer : asked.topicNameValues().entrySet()) {
            unless(UnknownTopicOrPartitionException.class, answer.getValue()).ifPresent(topic -> found.put(answer.getKey(), topic));
        }
        return found;
    }

    /// The partitions of changelogs that have something.
    private Set<Integer> written(Map<String, TopicDescription> changelogs) throws InterruptedException, ExecutionException, TimeoutException {
        List<TopicPartition> all = changelogs.entrySet().stream().flatMap(changelog -> changelog.getValue().partitions().stream()
                .map(partition -> new TopicPartition(changelog.getKey(), partition.partition()))).toList();
        return ends(all, IsolationLevel.READ_COMMITTED).entrySet().stream().filter(end -> end.getValue() > 0).map(end -> end.getKey().partition()).collect(Collectors.toCollection(TreeSet::new));
    }

    private Optional<ConsumerGroupDescription> describeGroup() throws InterruptedException, ExecutionException, TimeoutException {
        return unless(GroupIdNotFoundException.class, admin.describeConsumerGroups(List.of(group),
                new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true)).describedGroups().get(group));
    }

    /// Who is in the group.
    List<String> members() throws InterruptedException, ExecutionException, TimeoutException {
        return describeGroup().stream().flatMap(described -> described.members().stream())
                .map(member -> member.groupInstanceId().orElse(member.clientId()) + " at " + member.host()).toList();
    }

    /// Up to where the group has folded, by partition of its log.
    ///
    /// @param stable whether to wait for transactions of it that are open
    Map<Integer, Long> committed(boolean stable) throws InterruptedException, ExecutionException, TimeoutException {
        Map<Integer, Long> committed = new HashMap<>();
        unless(GroupIdNotFoundException.class, admin.listConsumerGroupOffsets(Map.of(group, new ListConsumerGroupOffsetsSpec()),
                new ListConsumerGroupOffsetsOptions().requireStable(stable)).partitionsToOffsetAndMetadata(group)).orElse(Map.of())
                .forEach((partition, offset) -> {
                    if (offset != null && partition.topic().equals(view.log())) {
                        committed.put(partition.partition(), offset.offset());
                    }
                });
        return committed;
    }

    /// The ids of those topics that there are.
    List<String> ids(Collection<String> topics) throws InterruptedException, ExecutionException, TimeoutException {
        return describe(topics).values().stream().map(topic -> topic.topicId().toString()).sorted().toList();
    }

    /// Where what the view has written ends; empty while a transaction is open there: what is behind its beginning is not to be seen yet,
    /// would not be deleted, and might come to light when it has been written a second time.
    Optional<Map<Integer, Long>> outputEnds() throws InterruptedException, ExecutionException, TimeoutException {
        if (view.output().isEmpty()) {
            return Optional.of(Map.of());
        }
        Map<Integer, Long> decided = ends(view.output().get(), IsolationLevel.READ_COMMITTED);
        return decided.equals(ends(view.output().get(), IsolationLevel.READ_UNCOMMITTED)) ? Optional.of(decided) : Optional.empty();
    }

    private Map<Integer, Long> ends(String topic, IsolationLevel isolation) throws InterruptedException, ExecutionException, TimeoutException {
        return ends(describe(List.of(topic)).values().stream().flatMap(described -> described.partitions().stream())
                .map(partition -> new TopicPartition(topic, partition.partition())).toList(), isolation)
                .entrySet().stream().collect(Collectors.toMap(end -> end.getKey().partition(), Map.Entry::getValue));
    }

    private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, IsolationLevel isolation)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, OffsetSpec> latest = partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        get(admin.listOffsets(latest, new ListOffsetsOptions(isolation)).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /// How long the output is kept; empty for ever, and where there is none.
    Optional<Duration> outputKeptFor() throws InterruptedException, ExecutionException, TimeoutException {
        if (view.output().isEmpty()) {
            return Optional.empty();
        }
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, view.output().get());
        long millis = Long.parseLong(get(admin.describeConfigs(List.of(resource)).values().get(resource)).get(TopicConfig.RETENTION_MS_CONFIG).value());
        return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
    }

    /// Deletes topics by their ids; returns when they are gone, by whomever.
    void deleteChangelogs(List<String> ids) throws InterruptedException, ExecutionException, TimeoutException {
        List<Uuid> uuids = ids.stream().map(Uuid::fromString).toList();
        for (KafkaFuture<Void> deleted : admin.deleteTopics(TopicCollection.ofTopicIds(uuids)).topicIdValues().values()) {
            unless(UnknownTopicIdException.class, deleted);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_WITHIN_SECONDS);
        while (anyThere(uuids)) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("changelogs were deleted and are still there after " + ANSWER_WITHIN_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private boolean anyThere(List<Uuid> ids) throws InterruptedException, ExecutionException, TimeoutException {
        for (KafkaFuture<TopicDescription> described : admin.describeTopics(TopicCollection.ofTopicIds(ids)).topicIdValues().values()) {
            if (unless(UnknownTopicIdException.class, described).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// Deletes what the view had written, up to where it ended then.
    void deleteOutput(Map<Integer, Long> ends) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, RecordsToDelete> records = new HashMap<>();
        view.output().ifPresent(output -> ends.forEach((partition, end) -> {
            if (end > 0) {
                records.put(new TopicPartition(output, partition), RecordsToDelete.beforeOffset(end));
            }
        }));
        get(admin.deleteRecords(records).all());
    }

    /// Deletes the group with its offsets; false if somebody is in it.
    boolean deleteGroup() throws InterruptedException, ExecutionException, TimeoutException {
        try {
            unless(GroupIdNotFoundException.class, admin.deleteConsumerGroups(List.of(group)).deletedGroups().get(group));
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupNotEmptyException) {
                return false;
            }
            throw e;
        }
    }

    /// The answer, or nothing where it is that there is no such thing.
    private static <T> Optional<T> unless(Class<? extends Exception> noSuchThing, KafkaFuture<T> asked)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            return Optional.ofNullable(get(asked));
        } catch (ExecutionException e) {
            if (noSuchThing.isInstance(e.getCause())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
}
