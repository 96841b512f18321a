package baton.inbox.stream;

import static org.assertj.core.api.Assertions.assertThat;

import baton.processes.Waiting;
import baton.runtime.KafkaClients;
import baton.standalone.Standalone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When a partition that has come is shown, on a real log, with its transactions' marks.
class ArrivalsIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    /// More than are looked at first.
    private static final int MANY = 250;

    @TempDir
    private static Path folder;
    private static Standalone baton;
    private static KafkaClients clients;

    @BeforeAll
    static void start() throws Exception {
        baton = Standalone.start(Standalone.Options.forTests(folder));
        baton.awaitReady();
        clients = baton.context().getBean(KafkaClients.class);
    }

    @AfterAll
    static void stop() {
        baton.close();
    }

    @Test
    void anEmptyPartitionIsShown() throws Exception {
        shownWhenFoldedTo("empty", 0, 0);
    }

    @Test
    void oneWithEventsIsShownWhenTheLastOneWasFolded() throws Exception {
        create("events");
        write("events", true, 3); // offsets 0 to 2, and a mark at 3
        write("events", true, 2); // 4 and 5, and a mark
        shownWhenFoldedTo("events", 0, 6);
    }

    @Test
    void whatWasAbortedBehindTheLastEventIsNotWaitedFor() throws Exception {
        create("aborted");
        write("aborted", true, 3);
        write("aborted", false, MANY);
        shownWhenFoldedTo("aborted", 0, 3);
    }

    @Test
    void oneThatWasFoldedBeforeIsShownAtOnce() throws Exception {
        create("folded");
        write("folded", true, 3);
        write("folded", false, MANY);
        shownWhenFoldedTo("folded", 3, 0);
    }

    /// @param committed what the group has committed; 0 for nothing
    /// @param target    the offset behind the last event that must have been folded; 0 for none
    private static void shownWhenFoldedTo(String log, long committed, long target) throws Exception {
        create(log);
        if (committed > 0) {
            try (Admin admin = clients.admin()) {
                admin.alterConsumerGroupOffsets(log, Map.of(new TopicPartition(log, 0), new OffsetAndMetadata(committed))).all().get();
            }
        }
        var shards = new InboxShards(1, false);
        try (var stores = new Held(); var arrivals = new Arrivals(clients, log, log, shards)) {
            arrivals.start();
            shards.show(0, stores.shard);
            if (target > 0) {
                stores.shard.foldedTo(target - 1);
                Waiting.until("the end being known", SOON, () -> arrivals.awaited(stores.shard).isPresent());
                assertThat(arrivals.awaited(stores.shard)).hasValue(target);
                assertThat(shards.missing()).containsExactly(0);
                stores.shard.foldedTo(target);
            }
            Waiting.until("the partition being shown", SOON, () -> shards.missing().isEmpty());
        }
    }

    private static void create(String log) throws Exception {
        try (Admin admin = clients.admin()) {
            if (!admin.listTopics().names().get().contains(log)) {
                admin.createTopics(List.of(new NewTopic(log, 1, (short) 1))).all().get();
            }
        }
    }

    private static void write(String log, boolean commits, int events) {
        try (Producer<byte[], byte[]> producer = clients.producer(log, Duration.ofSeconds(10), Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, log))) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < events; i++) {
                producer.send(new ProducerRecord<>(log, new byte[] {1}));
            }
            producer.flush();
            if (commits) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    /// A shard without content, and what it is kept in.
    private static final class Held implements AutoCloseable {

        private final List<StateStore> stores = new ArrayList<>();
        private final LiveShard shard;

        Held() {
            Properties config = new Properties();
            config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
            config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
            var context = new MockProcessorContext<Void, Void>(config, new TaskId(0, 0), null);
            shard = new LiveShard(open(context, InboxTopology.OPEN_ROWS, Serdes.String(), Serdes.ByteArray()),
                    open(context, InboxTopology.COMPLETED_ROWS, Serdes.String(), Serdes.ByteArray()),
                    open(context, InboxTopology.COMPLETED_ORDER, Serdes.Bytes(), Serdes.ByteArray()),
                    open(context, InboxTopology.COMPLETED_COUNT, Serdes.String(), Serdes.Long()),
                    open(context, InboxTopology.THREADS, Serdes.Bytes(), Serdes.ByteArray()));
        }

        private <K, V> KeyValueStore<K, V> open(MockProcessorContext<Void, Void> context, String name, Serde<K> keys, Serde<V> values) {
            KeyValueStore<K, V> store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, values)
                    .withCachingDisabled().withLoggingDisabled().build();
            store.init(context.getStateStoreContext(), store);
            stores.add(store);
            return store;
        }

        @Override
        public void close() {
            stores.forEach(StateStore::close);
        }
    }
}
