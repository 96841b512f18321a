package baton.runtime;

import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;

/// Makes Kafka clients that keep Baton's promises: acknowledged by all in-sync replicas, idempotent, reading only what was
/// committed, failing rather than skipping.
@Singleton
public final class KafkaClients {

    /// Bytes that a producer holds of what no broker has acknowledged yet; at this bound a record is refused, with Kafka's
    /// `BufferExhaustedException`, as soon as the producer's own wait for room is over.
    public static final int UNACKNOWLEDGED_BYTES_MAX = 16 * 1024 * 1024;
    /// Bytes that a consumer is given at once, of all partitions together, unless a single batch is larger.
    public static final int FETCHED_BYTES_MAX = 8 * 1024 * 1024;
    /// How long a broker holds a fetch of an application that finds nothing, unless it was set otherwise. Meanwhile it answers nothing else on that
    /// connection, and partitions that are assigned are asked for only in the next fetch: with Kafka's 500 ms, a start waited for that several times.
    private static final int FETCH_HELD_MILLIS = 100;
    /// How long a thread of an application waits for more at once: a quarter of the commit interval, so that what came alone is not published a whole interval later,
    /// and no more than this, because a restore that finds nothing waits as long, one partition after the other.
    private static final int POLL_MILLIS = 25;
    /// The same where there are standbys, who are polled for as often, for ever.
    private static final int POLL_MILLIS_WITH_STANDBYS = 100;
    private static final int POLL_MILLIS_MIN = 10;
    /// Records of a partition that an application holds before its processors; then it does not ask for more of that partition. What comes at
    /// once besides, [#FETCHED_BYTES_MAX] bounds. With Kafka's default of 1 000, records of the greatest length would take more than the heap.
    public static final int BUFFERED_RECORDS_MAX = 200;
    /// What topics take of `message.timestamp.after.max.ms`. A broker refuses records from more than an hour ahead of its own clock unless it is
    /// told otherwise, and whatever was decided while another one's clock was that wrong is: refused, it would stop those who write it.
    static final String ANY_TIME = String.valueOf(Long.MAX_VALUE);

    private static final long HEARTBEAT_MILLIS_MAX = 300;

    private final RuntimeSettings settings;

    KafkaClients(RuntimeSettings settings) {
        this.settings = settings;
    }

    /// The settings that the clients are made from.
    public RuntimeSettings settings() {
        return settings;
    }

    /// A name with the deployment's prefix: a consumer group, an application.
    public String prefixed(String name) {
        return settings.topicPrefix() + name;
    }

    /// For describing and creating topics and for offsets of groups.
    public Admin admin() {
        Map<String, Object> config = common();
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return Admin.create(config);
    }

    /// A producer whose records are on all in-sync replicas when it says so, each once.
    ///
    /// @param delivery how long a record may take; after that its outcome is unknown
    public Producer<byte[], byte[]> producer(String clientId, Duration delivery, Map<String, Object> more) {
        Map<String, Object> config = common();
        config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) UNACKNOWLEDGED_BYTES_MAX);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) delivery.toMillis());
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) Math.min(5_000, delivery.toMillis()));
        config.putAll(more);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// A consumer that reads only what was committed, commits nothing by itself, and gives keys as they are.
    public Consumer<byte[], byte[]> consumer(String clientId, Map<String, Object> more) {
        Map<String, Object> config = common();
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCHED_BYTES_MAX);
        config.putAll(more);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// A text as a key, or null for one that is missing; broken UTF-8 shows as U+FFFD, which no id contains.
    public static String keyText(byte[] key) {
        return key == null ? null : new String(key, StandardCharsets.UTF_8);
    }

    /// A text as a key.
    public static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The partition that Kafka's own Java producer chooses for a key, of `partitions`.
    public static int partition(byte[] key, int partitions) {
        return BuiltInPartitioner.partitionForKey(key, partitions);
    }

    /// The properties of an application that is exact (EOS v2), restarts where it was, and never skips a record (C6 of
    /// docs/ARCHITECTURE.md).
    ///
    /// @param offsetReset    what to do without a committed offset: `none` or `earliest`
    /// @param commitInterval how often it commits; a commit costs every partition that was written since the last one a marker and
    ///                       stops the thread for some milliseconds, so who publishes nothing should commit rarely
    public Properties streams(String applicationName, String offsetReset, Duration commitInterval) {
        Properties config = new Properties();
        config.putAll(common());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, prefixed(applicationName));
        config.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        // A changelog is where a restore begins and, for the commands, what says how far they were applied: as safe as the topics.
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.replicas());
        config.put(StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG), String.valueOf(settings.inSyncReplicasMin()));
        config.put(StreamsConfig.topicPrefix(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG), "false");
        config.put(StreamsConfig.topicPrefix(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG), ANY_TIME);
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        config.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailExceptionHandler.class);
        config.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailProcessingExceptionHandler.class);
        config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, DefaultProductionExceptionHandler.class);
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class);
        config.put(RocksMemory.PARTITIONS_CONFIG, settings.partitions());
        config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 16L * 1024 * 1024);
        config.put(StreamsConfig.POLL_MS_CONFIG,
                Math.clamp(commitInterval.toMillis() / 4, POLL_MILLIS_MIN, settings.standbys() == 0 ? POLL_MILLIS : POLL_MILLIS_WITH_STANDBYS));
        config.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, BUFFERED_RECORDS_MAX);
        // Each task reads one partition, so there is no other whose records it could wait for; asking for each record whether there is made a fifth
        // of what the decider allocates (decisions/0006).
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), FETCHED_BYTES_MAX);
        config.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_HELD_MILLIS);
        // Streams takes it from the consumer's settings, and waits so long after each changelog that it makes.
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG), 20);
        settings.here().ifPresent(here -> config.put(StreamsConfig.APPLICATION_SERVER_CONFIG, here.getAuthority()));
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
        // Whoever is behind by no more gets a partition at once and restores the rest, in some tenths of a second, while it is nobody's.
        config.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 10_000L);
        // An instance that comes without its stores restores all that it is to have at the same time, beside those who work, and is
        // asked every minute, the least there is, whether it is done: the defaults would give it two partitions every ten minutes.
        config.put(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, settings.partitions());
        config.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
        if (!settings.instanceId().isEmpty()) {
            config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), settings.instanceId());
        }
        int session = (int) settings.sessionTimeout().toMillis();
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), offsetReset);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), heartbeatMillis());
        // Streams' default of 100 ms would make every commit wait for its own linger: 2.7 ms against 0.7 ms with 5.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        // A commit waits until all that was written has been acknowledged: with the default of 16 kB a batch, a few long rows of one
        // partition would go one after the other.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 256 * 1024);
        // Rows repeat themselves: a fifth of the bytes on the wire and on the disk, for little processor time. Not lz4, which makes as few bytes: it
        // allocates 128 kB for each batch, however small, and that was half of all garbage (decisions/0006).
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "snappy");
        // After a crash, others wait for the open transaction as long as for the silent member. It must exceed the commit interval.
        config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
                (int) Math.max(session, commitInterval.toMillis() * 3));
        return config;
    }

    /// How often a member of a group says that it lives, and is told that the group is rebalancing: each round of a rebalance waits for
    /// the last member to hear of it, and meanwhile what moves is nobody's.
    public int heartbeatMillis() {
        return (int) Math.min(HEARTBEAT_MILLIS_MAX, settings.sessionTimeout().toMillis() / 3);
    }

    private Map<String, Object> common() {
        Map<String, Object> config = new HashMap<>();
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        config.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 50);
        config.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
        config.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        config.putAll(settings.kafka());
        return config;
    }
}
