package baton.standalone;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.slf4j.LoggerFactory;

/// One Kafka node, broker and controller, inside this process, with its log in a folder. What it holds is there again after a
/// restart, a kill included.
public final class EmbeddedBroker implements AutoCloseable {

    private static final String CONTROLLER = "CONTROLLER";
    private static final String RAFT_LOG = "__cluster_metadata-0";
    /// Written by Kafka's broker as the last thing of a stop, and removed at a start.
    private static final String STOPPED_CLEANLY = ".kafka_cleanshutdown";
    private static final int NODE = 1;
    private static final Duration RESIGNED_WITHIN = Duration.ofSeconds(30);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);
    private static final Duration COMPLETED_WITHIN = Duration.ofSeconds(5);
    /// Of this process.
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final KafkaRaftServer server;
    private final String bootstrapServers;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /// Formats the folder at first start, and starts; returns when the node takes requests. After a failed start threads
    /// remain that only the end of the process removes.
    public static EmbeddedBroker start(Path folder, String host, int port) throws Exception {
        Files.createDirectories(folder);
        format(folder);
        boolean alone = OPEN.getAndIncrement() == 0;
        try {
            if (wasKilled(folder)) {
                if (!alone) { // Kafka's metrics are the process's, and the other's would be read
                    throw new IllegalStateException("another broker is open in this process: " + folder + ", which was killed, has to be the only one at its start");
                }
                resign(folder);
            }
            return startBoth(folder, host, port);
        } catch (Exception e) {
            OPEN.decrementAndGet();
            throw e;
        }
    }

    private static EmbeddedBroker startBoth(Path folder, String host, int port) throws Exception {
        boolean everywhere = InetAddress.getByName(host).isAnyLocalAddress();
        Map<String, Object> config = config(folder, FreePort.local(), "broker,controller");
        config.put("listeners", "PLAINTEXT://" + host + ":" + port + "," + config.get("listeners"));
        String advertised = (everywhere ? InetAddress.getLocalHost().getHostName() : host) + ":" + port;
        config.put("advertised.listeners", "PLAINTEXT://" + advertised);
        config.put("inter.broker.listener.name", "PLAINTEXT");
        config.put("auto.create.topics.enable", "false");
        // A pause of the process is not to make the controller take its leaders away: there is nobody else to give them to, see #resign. Shorter than
        // Kafka's 60 s for a registration, so that a broker which is taken for one that lives is not refused for good.
        config.put("broker.session.timeout.ms", "30000");
        config.put("broker.heartbeat.interval.ms", "300");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("group.min.session.timeout.ms", "1000");
        config.put("offsets.topic.replication.factor", "1");
        config.put("offsets.topic.num.partitions", "4");
        // Offsets must outlive a process that is not started for long.
        config.put("offsets.retention.minutes", String.valueOf(Integer.MAX_VALUE));
        config.put("transaction.state.log.replication.factor", "1");
        config.put("transaction.state.log.min.isr", "1");
        config.put("transaction.state.log.num.partitions", "4");
        config.put("share.coordinator.state.topic.replication.factor", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
        config.put("default.replication.factor", "1");
        config.put("min.insync.replicas", "1");
        config.put("log.message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE)); // a clock that was wrong and is put right stops nothing
        config.put("log.cleaner.dedupe.buffer.size", "8388608");
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "4");
        config.put("num.recovery.threads.per.data.dir", "2");
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
        startUp(server);
        return new EmbeddedBroker(server, advertised);
    }

    /// In a process that is warm the controller introduces itself to itself before it is ready, tells that as an error, and does it again.
    private static void startUp(KafkaRaftServer server) {
        if (LoggerFactory.getLogger("kafka.server.ControllerApis") instanceof Logger requests) {
            requests.setLevel(Level.OFF);
            try {
                server.startup();
            } finally {
                requests.setLevel(null);
            }
        } else { // another thread has just begun to set up the logging, so nothing is warm
            server.startup();
        }
    }

    /// What a node needs to know as a controller.
    private static Map<String, Object> config(Path folder, int controllerPort, String roles) {
        Map<String, Object> config = new HashMap<>();
        config.put("node.id", String.valueOf(NODE));
        config.put("process.roles", roles);
        config.put("controller.quorum.voters", NODE + "@localhost:" + controllerPort);
        config.put("controller.listener.names", CONTROLLER);
        config.put("listeners", CONTROLLER + "://localhost:" + controllerPort);
        config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        config.put("log.dirs", folder.toString());
        return config;
    }

    /// Whether a node has written here, and not the mark by which Kafka knows that it may trust its files.
    private static boolean wasKilled(Path folder) {
        return Files.exists(folder.resolve(RAFT_LOG)) && !Files.exists(folder.resolve(STOPPED_CLEANLY));
    }

    /// In the metadata log a broker that was killed still leads its partitions. If it is started as it is, its transaction coordinator takes up the
    /// transactions that the kill has cut short, while the controller is about to take the leaders away, because the broker that it knew is
    /// silent. Kafka 4.3.1 takes a partition without a leader for deleted, and calls the transaction complete with no marker written to it: nobody reads
    /// beyond that place again (KAFKA-20734). So the controller goes first, alone, until it has taken the leaders away; the broker then finds them
    /// vacant, and takes up its transactions when it leads again.
    private static void resign(Path folder) throws Exception {
        int port = FreePort.local();
        Map<String, Object> config = config(folder, port, "controller");
        config.put("broker.session.timeout.ms", "200");
        config.put("broker.heartbeat.interval.ms", "100");
        KafkaRaftServer controller = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
        controller.startup();
        try (Admin admin = admin(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, "localhost:" + port)) {
            var leading = new ObjectName("kafka.controller:type=KafkaController,name=ActiveBrokerCount");
            long deadline = System.nanoTime() + RESIGNED_WITHIN.toNanos();
            // It has read its log when it finds itself there; whether a broker is in it at all depends on when that was killed.
            while (!knowsItself(admin, port) || !Integer.valueOf(0).equals(ManagementFactory.getPlatformMBeanServer().getAttribute(leading, "Value"))) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("the controller still waits, after " + RESIGNED_WITHIN.toSeconds() + " s, for the broker that was killed");
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } finally {
            controller.shutdown();
            controller.awaitShutdown();
        }
    }

    /// Whether the controller at that port has registered in its log, which is the last thing of its start.
    private static boolean knowsItself(Admin admin, int port) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get().stream().anyMatch(node -> node.port() == port);
        } catch (ExecutionException _) {
            return false; // not yet
        }
    }

    /// Whose calls, and whose end, wait no longer than [#ANSWERED_WITHIN].
    private static Admin admin(String bootstrap, String address) {
        int millis = (int) ANSWERED_WITHIN.toMillis();
        return Admin.create(Map.of(bootstrap, address, AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis, AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis));
    }

    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
        formatter.setNodeId(NODE);
        formatter.setClusterId(Uuid.randomUuid().toString());
        formatter.setReleaseVersion(MetadataVersion.latestProduction());
        formatter.setControllerListenerName(CONTROLLER);
        formatter.setMetadataLogDirectory(folder.toString());
        formatter.addDirectory(folder.toString());
        formatter.run();
    }

    /// Where clients of this machine find it.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        try {
            awaitCompletions();
            server.shutdown();
            server.awaitShutdown();
        } finally {
            if (closed.compareAndSet(false, true)) {
                OPEN.decrementAndGet();
            }
        }
    }

    /// What was committed a moment ago gets its markers before the leaders go, see [#resign].
    private void awaitCompletions() {
        long deadline = System.nanoTime() + COMPLETED_WITHIN.toNanos();
        var completing = new ListTransactionsOptions().filterStates(Set.of(TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT));
        try (Admin admin = admin(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers)) {
            while (!admin.listTransactions(completing).all().get().isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (ExecutionException _) {
            // it does not answer any more: it goes as it is
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
