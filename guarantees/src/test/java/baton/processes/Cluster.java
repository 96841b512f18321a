package baton.processes;

import baton.standalone.FreePort;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;

/// Kafka brokers as processes, each of them a controller as well, with their logs in a folder. Clients reach each of them directly or, if
/// they began with [#wiredBootstrapServers()], over its [Wire].
public final class Cluster implements AutoCloseable {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

    private final List<Broker> brokers = new ArrayList<>();
    private final String bootstrapServers;
    private final String wiredBootstrapServers;
    private volatile Admin admin;

    /// Starts so many brokers; [#awaitBrokers()] waits for them.
    ///
    /// @param more settings of every broker, which outrank those that are here
    public static Cluster start(Path folder, int size, Map<String, String> more) throws IOException {
        Cluster cluster = new Cluster(folder, size, more);
        cluster.brokers.forEach(Broker::start);
        return cluster;
    }

    private Cluster(Path folder, int size, Map<String, String> more) throws IOException {
        int[] ports = new int[size];
        int[] wiredPorts = new int[size];
        int[] controllerPorts = new int[size];
        for (int i = 0; i < size; i++) {
            ports[i] = FreePort.local();
            wiredPorts[i] = FreePort.local();
            controllerPorts[i] = FreePort.local();
        }
        String voters = IntStream.range(0, size).mapToObj(i -> (i + 1) + "@localhost:" + controllerPorts[i]).collect(Collectors.joining(","));
        String clusterId = Uuid.randomUuid().toString();
        for (int i = 0; i < size; i++) {
            int id = i + 1;
            Wire wire = Wire.to(wiredPorts[i]);
            Path log = Files.createDirectories(folder.resolve("broker-" + id));
            Properties config = settings(size);
            config.putAll(Map.of("node.id", String.valueOf(id), "controller.quorum.voters", voters, "log.dirs", log.toString(),
                    "listeners", "PLAINTEXT://localhost:" + ports[i] + ",WIRED://localhost:" + wiredPorts[i] + ",CONTROLLER://localhost:"
                            + controllerPorts[i],
                    "advertised.listeners", "PLAINTEXT://localhost:" + ports[i] + ",WIRED://localhost:" + wire.port()));
            config.putAll(more);
            config.put(BrokerMain.CLUSTER_ID, clusterId);
            Path file = folder.resolve("broker-" + id + ".properties");
            try (Writer writer = Files.newBufferedWriter(file)) {
                config.store(writer, null);
            }
            brokers.add(new Broker(id, log, new JavaProcess("broker-" + id, folder.resolve("broker-" + id + ".log"), List.of("-Xmx256m"),
                    JavaProcess.classPath(), List.of(BrokerMain.class.getName(), file.toString()), Map.of()), wire));
        }
        bootstrapServers = IntStream.of(ports).mapToObj(port -> "localhost:" + port).collect(Collectors.joining(","));
        wiredBootstrapServers = brokers.stream().map(broker -> "localhost:" + broker.wire().port()).collect(Collectors.joining(","));
    }

    /// Kafka's own, but for what makes faults short and small machines enough.
    private static Properties settings(int size) {
        Properties config = new Properties();
        config.putAll(Map.of("process.roles", "broker,controller", "controller.listener.names", "CONTROLLER",
                "inter.broker.listener.name", "PLAINTEXT",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,WIRED:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "auto.create.topics.enable", "false"));
        config.putAll(Map.of("offsets.topic.replication.factor", String.valueOf(size), "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", String.valueOf(size), "transaction.state.log.num.partitions", "4",
                "transaction.state.log.min.isr", String.valueOf(Math.max(1, size - 1)),
                "share.coordinator.state.topic.replication.factor", String.valueOf(size),
                "share.coordinator.state.topic.min.isr", String.valueOf(Math.max(1, size - 1)),
                "min.insync.replicas", String.valueOf(Math.max(1, size - 1)), // of the brokers' own topics; Baton says it of each of its own
                "default.replication.factor", String.valueOf(size)));
        // As docs/OPERATING.md says: who was killed holds back the others for less long.
        config.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        config.putAll(Map.of("broker.session.timeout.ms", "2000", "broker.heartbeat.interval.ms", "300",
                "replica.lag.time.max.ms", "3000", // how long a silent replica holds back what needs all in sync
                "group.initial.rebalance.delay.ms", "0", "group.min.session.timeout.ms", "1000",
                "offsets.retention.minutes", String.valueOf(Integer.MAX_VALUE), "log.cleaner.dedupe.buffer.size", "8388608",
                "num.network.threads", "2", "num.io.threads", "4", "num.recovery.threads.per.data.dir", "2"));
        return config;
    }

    /// Where clients begin.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /// Where clients begin that shall be cut off from brokers.
    public String wiredBootstrapServers() {
        return wiredBootstrapServers;
    }

    /// How many there are, whether they run or not.
    public int size() {
        return brokers.size();
    }

    /// One of them, by its id, from 1.
    public Broker broker(int id) {
        return brokers.get(id - 1);
    }

    /// All of them.
    public List<Broker> brokers() {
        return List.copyOf(brokers);
    }

    /// For describing what is there.
    public synchronized Admin admin() {
        if (admin == null) {
            admin = Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000, AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000));
        }
        return admin;
    }

    /// Waits until all of them are in the cluster.
    public Cluster awaitBrokers() {
        return awaitBrokers(size());
    }

    /// Waits until exactly this many are in the cluster.
    public Cluster awaitBrokers(int count) {
        Waiting.until("a cluster of " + count + " brokers", ANSWERS_WITHIN, () -> {
            for (Broker broker : brokers) {
                if (count == size() && !broker.alive()) {
                    throw new AssertionError("broker " + broker.id() + " has ended:\n" + broker.output());
                }
            }
            try {
                return admin().describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == count;
            } catch (ExecutionException | TimeoutException _) {
                return false; // not yet
            }
        });
        return this;
    }

    /// The partitions of a topic that a broker leads.
    public List<Integer> led(String topic, Broker by) {
        return description(topic).partitions().stream().filter(partition -> partition.leader() != null && partition.leader().id() == by.id())
                .map(TopicPartitionInfo::partition).toList();
    }

    /// Makes a broker the leader of all partitions of a topic; all replicas must be in sync.
    public void lead(String topic, Broker by) {
        try {
            Map<TopicPartition, Optional<NewPartitionReassignment>> order = new HashMap<>();
            for (TopicPartitionInfo partition : description(topic).partitions()) {
                List<Integer> replicas = new ArrayList<>(partition.replicas().stream().map(Node::id).toList());
                replicas.remove((Integer) by.id());
                replicas.addFirst(by.id());
                order.put(new TopicPartition(topic, partition.partition()), Optional.of(new NewPartitionReassignment(replicas)));
            }
            admin().alterPartitionReassignments(order).all().get(20, TimeUnit.SECONDS);
            Waiting.until(topic + " being led by broker " + by.id(), ANSWERS_WITHIN, () -> {
                admin().electLeaders(ElectionType.PREFERRED, order.keySet()).partitions().get(20, TimeUnit.SECONDS);
                return led(topic, by).size() == order.size();
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private TopicDescription description(String topic) {
        return Waiting.until("a description of " + topic, ANSWERS_WITHIN, () -> {
            try {
                return admin().describeTopics(List.of(topic)).allTopicNames().get(10, TimeUnit.SECONDS).get(topic);
            } catch (ExecutionException | TimeoutException _) {
                return null; // not at this moment
            }
        }, found -> found != null);
    }

    /// Does something to the wires of all brokers.
    public void wires(Consumer<Wire> what) {
        brokers.forEach(broker -> what.accept(broker.wire()));
    }

    /// Waits until each partition of each topic has all its replicas in sync.
    public void awaitInSync() {
        Waiting.until("all replicas in sync", ANSWERS_WITHIN, () -> {
            try {
                return admin().describeTopics(admin().listTopics(new ListTopicsOptions().listInternal(true)).names().get(10, TimeUnit.SECONDS))
                        .allTopicNames().get(10, TimeUnit.SECONDS).values().stream().flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.isr().size() == partition.replicas().size());
            } catch (ExecutionException | TimeoutException _) {
                return false; // not yet
            }
        });
    }

    /// What all of them have said.
    public String output() {
        return brokers.stream().map(broker -> "---- broker " + broker.id() + " ----\n" + broker.output()).collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        brokers.forEach(Broker::close);
    }
}
