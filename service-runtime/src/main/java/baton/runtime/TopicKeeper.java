package baton.runtime;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Creates the topics that are missing and verifies those that are there, the changelogs of Kafka Streams too (C1 and C2 of
/// docs/ARCHITECTURE.md). A topic that is not what it must be is never changed: the start is refused with what to do.
///
/// How many replicas there must be is a setting, `baton.replicas`. The brokers that happen to answer say nothing about it: while there
/// are too few of them, nothing is created, and the start is tried again.
@Singleton
public final class TopicKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(TopicKeeper.class);
    private static final int ASK_WITHIN_SECONDS = 15;
    private static final int TOLD_MAX = 4;

    private final KafkaClients clients;
    private final int replicas;
    private final int inSyncMin;

    TopicKeeper(KafkaClients clients) {
        this.clients = clients;
        this.replicas = clients.settings().replicas();
        this.inSyncMin = clients.settings().inSyncReplicasMin();
    }

    /// There are fewer brokers than replicas to create. That can mend itself.
    public static final class TooFewBrokers extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooFewBrokers(int brokers, int replicas, Collection<String> missing) {
            super(String.join(", ", missing) + " must be created with " + replicas + " replicas (baton.replicas), and the cluster has "
                    + many(brokers, "broker") + " at this moment: start more, or accept fewer replicas with BATON_REPLICAS", null, false, false);
        }
    }

    /// Returns when every topic is there and as it must be. Throws [StartRefused] if one is not, and [TooFewBrokers] if one is
    /// missing that cannot be created yet.
    public void ensure(Collection<TopicSpec> specs) throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, TopicSpec> wanted = specs.stream().collect(Collectors.toMap(TopicSpec::name, spec -> spec));
        try (Admin admin = clients.admin()) {
            Map<String, TopicDescription> present = describe(admin, wanted.keySet());
            List<TopicSpec> missing = specs.stream().filter(spec -> !present.containsKey(spec.name())).toList();
            if (!missing.isEmpty()) {
                create(admin, missing);
                present.putAll(describe(admin, missing.stream().map(TopicSpec::name).toList()));
            }
            verify(admin, present, wanted);
        }
    }

    /// Verifies the changelogs that an application's stores have by now; Kafka Streams itself creates those that are missing. Throws
    /// [StartRefused] if one is not as safe as it must be, and [TooFewBrokers] if one is missing that cannot be created yet. Every store
    /// must have a changelog.
    ///
    /// @param application its id, with the deployment's prefix
    public void verifyChangelogs(String application, Topology topology) throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> changelogs = changelogs(application, topology);
        try (Admin admin = clients.admin()) {
            Map<String, TopicDescription> present = describe(admin, changelogs);
            Set<String> missing = new TreeSet<>(changelogs);
            missing.removeAll(present.keySet());
            if (!missing.isEmpty()) {
                requireBrokers(admin, missing);
            }
            verify(admin, present, Map.of());
        }
    }

    /// The names of the changelogs that an application's stores have, or will have.
    static Set<String> changelogs(String application, Topology topology) {
        return stores(topology).stream().map(store -> application + "-" + store + "-changelog").collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> stores(Topology topology) {
        return topology.describe().subtopologies().stream()
                .flatMap(subtopology -> subtopology.nodes().stream())
                .filter(TopologyDescription.Processor.class::isInstance)
                .flatMap(node -> ((TopologyDescription.Processor) node).stores().stream())
                .collect(Collectors.toSet());
    }

    private void requireBrokers(Admin admin, Collection<String> missing) throws InterruptedException, ExecutionException, TimeoutException {
        int brokers = get(admin.describeCluster().nodes()).size();
        if (brokers < replicas) {
            throw new TooFewBrokers(brokers, replicas, missing);
        }
    }

    private void create(Admin admin, List<TopicSpec> missing) throws InterruptedException, ExecutionException, TimeoutException {
        List<String> names = missing.stream().map(TopicSpec::name).toList();
        requireBrokers(admin, names);
        List<NewTopic> topics = missing.stream().map(spec -> {
            Map<String, String> config = new HashMap<>(spec.config());
            config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, String.valueOf(inSyncMin));
            config.put(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
            config.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, KafkaClients.ANY_TIME);
            return new NewTopic(spec.name(), spec.partitions(), (short) replicas).configs(config);
        }).toList();
        for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
            try {
                get(created);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another service was quicker
                    throw e;
                }
            }
        }
        // A topic that was just created is not known to every broker at once.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ASK_WITHIN_SECONDS);
        while (describe(admin, names).size() < names.size()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("topics were created but did not appear within " + ASK_WITHIN_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Map<String, TopicDescription> describe(Admin admin, Collection<String> topics)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, TopicDescription> found = new TreeMap<>();
        for (var answer : admin.describeTopics(topics).topicNameValues().entrySet()) {
            try {
                found.put(answer.getKey(), get(answer.getValue()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return found;
    }

    /// @param specs what is wanted of the topics beside their safety, where Baton says it
    private void verify(Admin admin, Map<String, TopicDescription> present, Map<String, TopicSpec> specs)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<ConfigResource, Config> configs = get(admin.describeConfigs(present.keySet().stream().map(TopicKeeper::resource).toList()).all());
        var replication = new Replication();
        List<String> wrong = new ArrayList<>();
        List<String> refusing = new ArrayList<>();
        present.forEach((name, topic) -> {
            Config config = configs.get(resource(name));
            replication.check(topic, config);
            ConfigEntry after = config.get(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG);
            if (after != null && !KafkaClients.ANY_TIME.equals(after.value())) {
                refusing.add(name);
            }
            expect(wrong, name, config, TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, "false");
            TopicSpec spec = specs.get(name);
            if (spec != null) {
                if (topic.partitions().size() != spec.partitions()) {
                    wrong.add(name + " has " + topic.partitions().size() + " partitions, this deployment is set to "
                            + spec.partitions() + " (baton.partitions); the number must never change");
                }
                spec.config().forEach((key, value) -> expect(wrong, name, config, key, value));
            }
        });
        wrong.addAll(0, replication.wrong());
        if (!wrong.isEmpty()) {
            throw new StartRefused("topics are not as they must be: " + String.join("; ", wrong));
        }
        if (!refusing.isEmpty()) { // those that were made before it was known that clocks can be this wrong
            LOG.warn("a broker's clock that is wrong can stop what writes to {}{}: set {}={} with kafka-configs.sh",
                    String.join(", ", refusing.subList(0, Math.min(TOLD_MAX, refusing.size()))),
                    refusing.size() > TOLD_MAX ? " and " + (refusing.size() - TOLD_MAX) + " more" : "",
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, KafkaClients.ANY_TIME);
        }
    }

    /// Finds the topics that are less safe than the setting promises; those that lack the same are told together.
    private final class Replication {
        private final Map<String, List<String>> lacking = new LinkedHashMap<>();
        private int acceptable = replicas;

        void check(TopicDescription topic, Config config) {
            int has = topic.partitions().stream().mapToInt(partition -> partition.replicas().size()).min().orElse(0);
            int inSync = Integer.parseInt(config.get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG).value());
            if (has < replicas || inSync < inSyncMin) {
                lacking.computeIfAbsent(many(has, "replica") + " and min.insync.replicas=" + inSync, _ -> new ArrayList<>()).add(topic.name());
                acceptable = Math.max(1, Math.min(acceptable, Math.min(has, inSync + 1)));
            }
        }

        List<String> wrong() {
            List<String> wrong = new ArrayList<>();
            lacking.forEach((state, topics) -> wrong.add(String.join(", ", topics) + (topics.size() == 1 ? " has " : " have ") + state
                    + ", baton.replicas=" + replicas + " needs " + replicas + " and " + inSyncMin
                    + " (raise them with kafka-reassign-partitions.sh and kafka-configs.sh, or accept this with BATON_REPLICAS=" + acceptable + ")"));
            return wrong;
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static String many(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static void expect(List<String> wrong, String topic, Config config, String key, String value) {
        String actual = config.get(key) == null ? "not set" : config.get(key).value();
        // How long a topic with a limit is kept is an operator's choice; that one without a limit has none is not.
        boolean free = key.equals("retention.ms") && !value.equals("-1");
        if (!free && !value.equals(actual)) {
            wrong.add(topic + " has " + key + "=" + actual + ", it needs " + value + " (set it with kafka-configs.sh)");
        }
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(ASK_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
}
