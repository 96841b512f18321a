package baton.standalone;

import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// One Kafka node, broker and controller, inside this process, with its log in a folder. What it holds is there again after a
/// restart, a kill included.
public final class EmbeddedBroker implements AutoCloseable {

    private static final String CONTROLLER = "CONTROLLER";
    private static final int NODE = 1;

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
        String advertised = (everywhere ? InetAddress.getLocalHost().getHostName() : host) + ":" + port;
        int controllerPort = FreePort.local();
        format(folder);
        Map<String, Object> config = new HashMap<>();
        config.put("node.id", String.valueOf(NODE));
        config.put("process.roles", "broker,controller");
        config.put("controller.quorum.voters", NODE + "@localhost:" + controllerPort);
        config.put("controller.listener.names", CONTROLLER);
        config.put("listeners", "PLAINTEXT://" + host + ":" + port + "," + CONTROLLER + "://localhost:" + controllerPort);
        config.put("advertised.listeners", "PLAINTEXT://" + advertised);
        config.put("inter.broker.listener.name", "PLAINTEXT");
        config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT");
        config.put("log.dirs", folder.toString());
        config.put("auto.create.topics.enable", "false");
        // With the default of 9 s a node that was killed is refused until its old registration expires.
        config.put("broker.session.timeout.ms", "2000");
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
