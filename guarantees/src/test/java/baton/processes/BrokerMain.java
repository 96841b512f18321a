package baton.processes;

import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/// One node of a cluster, broker and controller, as a process.
final class BrokerMain {

    /// The one setting that is not Kafka's own.
    static final String CLUSTER_ID = "baton.cluster.id";

    /// How far its clock is ahead, as a property of the JVM.
    static final String CLOCK_AHEAD_MILLIS = "baton.clock.ahead.millis";

    private BrokerMain() {
    }

    /// @param args the file with its settings
    public static void main(String[] args) throws Exception {
        Properties file = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
            file.load(reader);
        }
        String clusterId = (String) file.remove(CLUSTER_ID);
        Map<String, Object> config = new HashMap<>();
        file.forEach((key, value) -> config.put((String) key, value));
        format(config, clusterId);
        var server = new KafkaRaftServer(new KafkaConfig(config, false), new WrongClock(Long.getLong(CLOCK_AHEAD_MILLIS, 0)));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        try {
            server.startup();
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1); // a failed start leaves threads that nothing ends
        }
        server.awaitShutdown();
    }

    private static void format(Map<String, Object> config, String clusterId) throws Exception {
        String folder = (String) config.get("log.dirs");
        if (Files.exists(Path.of(folder, "meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
        formatter.setNodeId(Integer.parseInt((String) config.get("node.id")));
        formatter.setClusterId(clusterId);
        formatter.setReleaseVersion(MetadataVersion.latestProduction());
        formatter.setControllerListenerName((String) config.get("controller.listener.names"));
        formatter.setMetadataLogDirectory(folder);
        formatter.addDirectory(folder);
        formatter.run();
    }
}
