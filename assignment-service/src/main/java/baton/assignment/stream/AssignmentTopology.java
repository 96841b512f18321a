package baton.assignment.stream;

import baton.contract.Topic;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// The deciding application as a topology: one source, one processor, three sinks, two stores.
public final class AssignmentTopology {

    /// The application's name, before the deployment's prefix.
    public static final String APPLICATION = "assignment-service";

    static final String CONVERSATIONS = "conversations";
    static final String APPLIED = "applied-offsets";
    static final String TO_EVENTS = "to-conversation-events";
    static final String TO_REPLIES = "to-conversation-replies";
    static final String TO_DEAD_LETTERS = "to-dead-letters";

    private static final String COMMANDS = "conversation-commands";
    private static final String DECIDE = "decide-commands";

    /// Small segments and eager cleaning: what is left of a changelog is what a restore has to read.
    private static final Map<String, String> TIGHTLY_COMPACTED =
            Map.of("segment.bytes", String.valueOf(16 * 1024 * 1024), "min.cleanable.dirty.ratio", "0.2");

    private AssignmentTopology() {
    }

    /// The topology of a deployment with this prefix and number of partitions.
    public static Topology build(String prefix, int partitions, Answers answers) {
        var bytes = new ByteArrayDeserializer();
        var toBytes = new ByteArraySerializer();
        var gaps = new OffsetGuard.Gaps();
        return new Topology()
                .addSource(COMMANDS, bytes, bytes, Topic.CONVERSATION_COMMANDS.name(prefix))
                .addProcessor(DECIDE, () -> new DecideCommands(partitions, answers, gaps), COMMANDS)
                .addStateStore(store(CONVERSATIONS, Serdes.ByteArray()), DECIDE)
                .addStateStore(store(APPLIED, Serdes.Long()), DECIDE)
                .addSink(TO_EVENTS, Topic.CONVERSATION_EVENTS.name(prefix), toBytes, toBytes, DECIDE)
                .addSink(TO_REPLIES, Topic.CONVERSATION_REPLIES.name(prefix), toBytes, toBytes, DECIDE)
                .addSink(TO_DEAD_LETTERS, Topic.DEAD_LETTERS.name(prefix), toBytes, toBytes, DECIDE);
    }

    /// Without a cache: what a command changes leaves for the changelog at once. Kept back it would leave within the commit, where the
    /// broker has to take each partition into the transaction first, and every command that comes meanwhile would wait.
    private static <V> StoreBuilder<?> store(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), values)
                .withLoggingEnabled(TIGHTLY_COMPACTED);
    }
}
