package baton.inbox.stream;

import baton.contract.Topic;
import baton.runtime.FoldedBefore;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// The projection as a topology: one source, one processor, five stores.
public final class InboxTopology {

    /// The application's name, before the deployment's prefix.
    public static final String APPLICATION = "inbox-projection";

    static final String OPEN_ROWS = "open-rows";
    static final String COMPLETED_ROWS = "completed-rows";
    static final String COMPLETED_ORDER = "completed-order";
    static final String COMPLETED_COUNT = "completed-count";
    static final String THREADS = "threads";
    static final String TO_DEAD_LETTERS = "to-dead-letters";

    private static final String EVENTS = "conversation-events";
    private static final String FOLD = "fold-events";
    private static final Map<String, String> COMPACTED_IN_SMALL_SEGMENTS = Map.of("segment.bytes", String.valueOf(16 * 1024 * 1024));

    private InboxTopology() {
    }

    /// The topology of a deployment with this prefix; its shards show themselves in `shards`.
    ///
    /// @param before what was folded before it was rebuilt: of that, nothing goes to the dead letters again
    public static Topology build(String prefix, InboxShards shards, FoldedBefore before) {
        var bytes = new ByteArrayDeserializer();
        var toBytes = new ByteArraySerializer();
        return new Topology()
                .addSource(EVENTS, bytes, bytes, Topic.CONVERSATION_EVENTS.name(prefix))
                .addProcessor(FOLD, () -> new FoldEvents(shards, before), EVENTS)
                .addStateStore(store(OPEN_ROWS, Serdes.String(), Serdes.ByteArray()), FOLD)
                .addStateStore(store(COMPLETED_ROWS, Serdes.String(), Serdes.ByteArray()), FOLD)
                .addStateStore(store(COMPLETED_ORDER, Serdes.Bytes(), Serdes.ByteArray()), FOLD)
                .addStateStore(store(COMPLETED_COUNT, Serdes.String(), Serdes.Long()), FOLD)
                .addStateStore(store(THREADS, Serdes.Bytes(), Serdes.ByteArray()), FOLD)
                .addSink(TO_DEAD_LETTERS, Topic.DEAD_LETTERS.name(prefix), toBytes, toBytes, FOLD);
    }

    private static <K, V> StoreBuilder<?> store(String name, Serde<K> keys, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, values)
                .withCachingDisabled() // other threads read these stores, and a range over a cache copies
                .withLoggingEnabled(COMPACTED_IN_SMALL_SEGMENTS);
    }
}
