package baton.runtime;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.convert.format.MapFormat;
import io.micronaut.core.naming.conventions.StringConvention;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where the brokers are, and how this process works with them. One environment variable each: `baton.topic-prefix` is
/// `BATON_TOPIC_PREFIX`. The defaults are in `service-runtime.yml`, not here, where a value that cannot be read would silently
/// become the default.
///
/// @param bootstrapServers  brokers to begin with
/// @param topicPrefix       put before the name of every topic, consumer group and transactional id
/// @param partitions        partitions of the topics that are keyed by conversation; decided at first start, never changed
/// @param replicas          brokers that keep a copy of each topic and changelog; what is there with fewer is refused at start
/// @param stateDir          folder of the local stores; may be lost, costs a restore
/// @param advertisedUrl     where other instances of the same service reach this one, such as `http://assignment-1:8080`;
///                          empty where there is only one
/// @param standbys          further instances that keep a copy of each partition's stores, to take over without a restore
/// @param instanceId        a name that this process keeps over restarts and shares with no other; with it a process that was
///                          killed is back at once instead of after the session timeout; empty for none
/// @param commitInterval    how often a Streams application commits; what other services see is that much later
/// @param sessionTimeout    after which silence the others take over
/// @param startWithin       how long a start waits for brokers before it says so (it goes on trying)
/// @param kafka             further properties for every Kafka client, such as `security.protocol`
@ConfigurationProperties("baton")
public record RuntimeSettings(
        String bootstrapServers,
        String topicPrefix,
        int partitions,
        int replicas,
        Path stateDir,
        String advertisedUrl,
        int standbys,
        String instanceId,
        Duration commitInterval,
        Duration sessionTimeout,
        Duration startWithin,
        @Nullable @MapFormat(transformation = MapFormat.MapTransformation.FLAT, keyFormat = StringConvention.RAW) Map<String, String> kafka) {

    /// The id of a live event names a position in each partition of two topics, and has to fit into a header of 8 KB.
    public static final int PARTITIONS_MAX = 256;
    private static final int REPLICAS_MAX = 100;
    private static final int STANDBYS_MAX = 10;
    private static final int HTTP_PORT = 80;
    private static final int LAST_PORT = 65_535;
    /// As Kafka's clients read one: a name or an address, `::1` and `[::1]` too, and its port.
    private static final Pattern BROKER = Pattern.compile("(?:\\w+://)?\\[?[0-9a-zA-Z._%:-]+]?:([0-9]{1,5})");

    /// Refuses what cannot work.
    public RuntimeSettings {
        if (!isBrokers(bootstrapServers)) {
            throw new IllegalArgumentException("baton.bootstrap-servers must be <host>:<port>, or several with commas between them, it is "
                    + bootstrapServers);
        }
        if (partitions < 1 || partitions > PARTITIONS_MAX) {
            throw new IllegalArgumentException("baton.partitions must be 1 to " + PARTITIONS_MAX + ", it is " + partitions);
        }
        if (replicas < 1 || replicas > REPLICAS_MAX) {
            throw new IllegalArgumentException("baton.replicas must be 1 to " + REPLICAS_MAX + ", it is " + replicas);
        }
        if (standbys < 0 || standbys > STANDBYS_MAX) {
            throw new IllegalArgumentException("baton.standbys must be 0 to " + STANDBYS_MAX + ", it is " + standbys);
        }
        if (!advertisedUrl.isEmpty() && !isOrigin(advertisedUrl)) {
            throw new IllegalArgumentException("baton.advertised-url must be http://<host>:<port>, without a path, it is " + advertisedUrl);
        }
        kafka = kafka == null ? Map.of() : Map.copyOf(kafka);
    }

    /// Where other instances of the same service reach this one, with the port; empty where there is only one.
    public Optional<URI> here() {
        if (advertisedUrl.isEmpty()) {
            return Optional.empty();
        }
        URI url = URI.create(advertisedUrl);
        return Optional.of(URI.create("http://" + url.getHost() + ":" + (url.getPort() < 0 ? HTTP_PORT : url.getPort())));
    }

    /// Whether brokers could be there, `<host>:<port>` and commas: what is none would be tried for ever.
    public static boolean isBrokers(String bootstrapServers) {
        return Stream.of(bootstrapServers.split(",", -1)).map(broker -> BROKER.matcher(broker.strip()))
                .allMatch(broker -> broker.matches() && Integer.parseInt(broker.group(1)) <= LAST_PORT);
    }

    private static boolean isOrigin(String url) {
        try {
            URI uri = URI.create(url);
            return "http".equals(uri.getScheme()) && uri.getHost() != null && uri.getPath().isEmpty() && uri.getQuery() == null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    /// How many replicas, at least, have a record before it counts (C1 of docs/ARCHITECTURE.md): all but one, so that one broker may be
    /// away. With three replicas and more that is two or more: to lose one of them for ever loses no record.
    public int inSyncReplicasMin() {
        return Math.max(1, replicas - 1);
    }
}
