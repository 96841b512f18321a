package baton.inbox.stream;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/// The five stores of one shard, outside of an application: Kafka Streams' own, on disk or on the heap.
final class ShardStores implements AutoCloseable {

    final KeyValueStore<String, byte[]> openRows;
    final KeyValueStore<String, byte[]> completedRows;
    final KeyValueStore<Bytes, byte[]> completedOrder;
    final KeyValueStore<String, Long> completedCount;
    final KeyValueStore<Bytes, byte[]> threads;

    private final MockProcessorContext<Void, Void> context;

    private ShardStores(int partition, File directory, Function<String, KeyValueBytesStoreSupplier> kind) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        context = new MockProcessorContext<>(config, new TaskId(0, partition), directory);
        openRows = open(kind.apply(InboxTopology.OPEN_ROWS), Serdes.String(), Serdes.ByteArray());
        completedRows = open(kind.apply(InboxTopology.COMPLETED_ROWS), Serdes.String(), Serdes.ByteArray());
        completedOrder = open(kind.apply(InboxTopology.COMPLETED_ORDER), Serdes.Bytes(), Serdes.ByteArray());
        completedCount = open(kind.apply(InboxTopology.COMPLETED_COUNT), Serdes.String(), Serdes.Long());
        threads = open(kind.apply(InboxTopology.THREADS), Serdes.Bytes(), Serdes.ByteArray());
    }

    static ShardStores onDisk(int partition, File directory) {
        return new ShardStores(partition, directory, Stores::persistentKeyValueStore);
    }

    static ShardStores onHeap(int partition) {
        return new ShardStores(partition, null, Stores::inMemoryKeyValueStore);
    }

    private <K, V> KeyValueStore<K, V> open(KeyValueBytesStoreSupplier supplier, Serde<K> keys, Serde<V> values) {
        KeyValueStore<K, V> store = Stores.keyValueStoreBuilder(supplier, keys, values).withCachingDisabled().withLoggingDisabled().build();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    /// A shard over what the stores hold now.
    LiveShard shard() {
        return new LiveShard(openRows, completedRows, completedOrder, completedCount, threads);
    }

    /// Everything that is in them, as text.
    Map<String, String> content() {
        Map<String, String> content = new TreeMap<>();
        dump("open", openRows, content);
        dump("completed", completedRows, content);
        dump("order", completedOrder, content);
        dump("count", completedCount, content);
        dump("threads", threads, content);
        return content;
    }

    private static <K, V> void dump(String name, KeyValueStore<K, V> store, Map<String, String> content) {
        try (KeyValueIterator<K, V> all = store.all()) {
            all.forEachRemaining(entry -> content.put(
                    name + "/" + (entry.key instanceof Bytes bytes ? HexFormat.of().formatHex(bytes.get()) : entry.key),
                    entry.value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : entry.value.toString()));
        }
    }

    /// Iterators that nobody has closed.
    long openIterators() {
        return context.metrics().metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("num-open-iterators"))
                .mapToLong(metric -> (Long) metric.metricValue()).sum();
    }

    @Override
    public void close() {
        List.of(openRows, completedRows, completedOrder, completedCount, threads).forEach(KeyValueStore::close);
    }
}
