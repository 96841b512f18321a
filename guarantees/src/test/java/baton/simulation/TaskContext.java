package baton.simulation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// What a processor sees of the simulation: its stores, the place of the record that it has, and where its outputs go. A store comes to
/// be when it is asked for.
final class TaskContext extends ForwardingContext<byte[], byte[]> {

    /// Where outputs go.
    interface Outputs {

        void forwarded(String topic, Record<byte[], byte[]> record);

        void changed(String store, Object key, Object value);
    }

    private record Place(String topic, int partition, long offset) implements RecordMetadata {
    }

    private final TaskId taskId;
    private final Function<String, TreeMap<Object, Object>> restored;
    private final Outputs outputs;
    private final Map<String, MemoryStore<Object, Object>> stores;
    private StateStore replacement;
    private Place place;

    /// @param restored gives the content that a store begins with
    TaskContext(int partition, Function<String, TreeMap<Object, Object>> restored, Outputs outputs) {
        this.taskId = new TaskId(0, partition);
        this.restored = restored;
        this.outputs = outputs;
        this.stores = new LinkedHashMap<>();
    }

    private TaskContext(TaskId taskId, TaskContext same) {
        this.taskId = taskId;
        this.restored = same.restored;
        this.outputs = same.outputs;
        this.stores = same.stores;
        this.place = same.place;
    }

    void at(String topic, int partition, long offset) {
        place = new Place(topic, partition, offset);
    }

    /// The same task, taken for one of another partition.
    TaskContext inPartition(int partition) {
        return new TaskContext(new TaskId(0, partition), this);
    }

    /// The same task with another store in place of one.
    TaskContext with(StateStore replacement) {
        TaskContext with = new TaskContext(taskId, this);
        with.replacement = replacement;
        return with;
    }

    /// What a store has now.
    TreeMap<Object, Object> copyOf(String store) {
        return new TreeMap<>(store(store).content());
    }

    /// What all stores have now.
    Map<String, Map<Object, Object>> content() {
        Map<String, Map<Object, Object>> content = new TreeMap<>();
        stores.forEach((name, store) -> content.put(name, store.content()));
        return content;
    }

    private MemoryStore<Object, Object> store(String name) {
        return stores.computeIfAbsent(name, _ ->
                new MemoryStore<>(name, restored.apply(name), (key, value) -> outputs.changed(name, key, value)));
    }

    @Override
    @SuppressWarnings("unchecked")
    public <S extends StateStore> S getStateStore(String name) {
        return (S) (replacement != null && replacement.name().equals(name) ? replacement : store(name));
    }

    /// @param sink the name of the topic, or `to-` and that
    @Override
    void forwarded(Record<? extends byte[], ? extends byte[]> record, String sink) {
        outputs.forwarded(sink.startsWith("to-") ? sink.substring(3) : sink,
                new Record<>(record.key(), record.value(), record.timestamp(), record.headers()));
    }

    @Override
    public TaskId taskId() {
        return taskId;
    }

    @Override
    public Optional<RecordMetadata> recordMetadata() {
        return Optional.of(place);
    }
}
