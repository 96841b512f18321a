package baton.standalone;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// One Kafka node, broker and controller, inside this process, with its log in a folder. What it holds is there again after a
/// restart, a kill included.
public final class EmbeddedBroker implements AutoCloseable {

    private static final String CONTROLLER = "CONTROLLER";
    private static final String RAFT_LOG = "__cluster_metadata-0";
    /// Written by Kafka's broker as the last thing of a stop, and removed at a start.
    private static final String STOPPED_CLEANLY = ".kafka_cleanshutdown";
    private static final int NODE = 1;
    private static final Duration RESIGNED_WITHIN = Duration.ofSeconds(30);

    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedBroker(KafkaRaftServer server, String bootstrapServers) {
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /// Formats the folder at first start, and starts; returns when the node takes requests. After a failed start threads
    /// remain that only the end of the process removes.
    public static EmbeddedBroker start(Path folder, String host, int port) throws Exception {
        Files.createDirectories(folder);
        boolean everywhere = InetAddress.getByName(host).isAnyLocalAddress();
        format(folder);
        if (wasKilled(folder)) {
            resign(folder);
        }
        Map<String, Object> config = config(folder, FreePort.local(), "broker,controller");
        config.put("listeners", "PLAINTEXT://" + host + ":" + port + "," + config.get("listeners"));
        String advertised = (everywhere ? InetAddress.getLocalHost().getHostName() : host) + ":" + port;
        config.put("advertised.listeners", "PLAINTEXT://" + advertised);
        config.put("inter.broker.listener.name", "PLAINTEXT");
        config.put("auto.create.topics.enable", "false");
        // A pause of the process must not make the controller take its leaders away: there is nobody else to give them to, see #resign.
        config.put("broker.session.timeout.ms", String.valueOf(Duration.ofDays(1).toMillis()));
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
        server.startup();
        return new EmbeddedBroker(server, advertised);
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

    /// Whether a broker has written here, and not the mark by which Kafka knows that it may trust its files.
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
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, "localhost:" + port))) {
            var withoutLeaders = new ObjectName("kafka.controller:type=KafkaController,name=FencedBrokerCount");
            long deadline = System.nanoTime() + RESIGNED_WITHIN.toNanos();
            while (!Integer.valueOf(1).equals(ManagementFactory.getPlatformMBeanServer().getAttribute(withoutLeaders, "Value")) || !knowsItself(admin, port)) {
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

    /// A controller introduces itself to itself; one that stops before it has logs errors.
    private static boolean knowsItself(Admin admin, int port) throws Exception {
        return admin.describeCluster().nodes().get(RESIGNED_WITHIN.toSeconds(), TimeUnit.SECONDS).stream().anyMatch(node -> node.port() == port);
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
        server.shutdown();
        server.awaitShutdown();
    }
}
