package baton.simulation;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// A store on the heap that says what is put. Its keys sort like the bytes that Kafka Streams would sort by: they are ASCII texts or bytes.
class MemoryStore<K, V> implements KeyValueStore<K, V> {

    private final String name;
    private final TreeMap<K, V> content;
    private final BiConsumer<K, V> changed;

    /// @param changed gets each key and value, the value null for a deletion
    MemoryStore(String name, TreeMap<K, V> content, BiConsumer<K, V> changed) {
        this.name = name;
        this.content = content;
        this.changed = changed;
    }

    Map<K, V> content() {
        return content;
    }

    @Override
    public V get(K key) {
        return content.get(key);
    }

    @Override
    public void put(K key, V value) {
        if (value == null) {
            content.remove(key);
        } else {
            content.put(key, value);
        }
        changed.accept(key, value);
    }

    @Override
    public V putIfAbsent(K key, V value) {
        V present = content.get(key);
        if (present == null) {
            put(key, value);
        }
        return present;
    }

    @Override
    public void putAll(List<KeyValue<K, V>> entries) {
        entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public V delete(K key) {
        V present = content.get(key);
        put(key, null);
        return present;
    }

    @Override
    public KeyValueIterator<K, V> range(K from, K to) {
        return new Entries<>(between(from, to));
    }

    @Override
    public KeyValueIterator<K, V> reverseRange(K from, K to) {
        return new Entries<>(between(from, to).descendingMap());
    }

    @Override
    public KeyValueIterator<K, V> all() {
        return new Entries<>(content);
    }

    /// For texts only: no other store is asked this.
    @Override
    @SuppressWarnings("unchecked")
    public <S extends Serializer<P>, P> KeyValueIterator<K, V> prefixScan(P prefix, S serializer) {
        return new Entries<>(content.subMap((K) prefix, true, (K) (prefix + "\uffff"), false));
    }

    private NavigableMap<K, V> between(K from, K to) {
        return content.subMap(from, true, to, true);
    }

    @Override
    public long approximateNumEntries() {
        return content.size();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        // is as it was made
    }

    @Override
    public void close() {
        // nothing to give back
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    private static final class Entries<K, V> implements KeyValueIterator<K, V> {

        private final Iterator<Map.Entry<K, V>> entries;
        private Map.Entry<K, V> next;

        Entries(NavigableMap<K, V> content) {
            this.entries = content.entrySet().iterator();
            advance();
        }

        private void advance() {
            next = entries.hasNext() ? entries.next() : null;
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public KeyValue<K, V> next() {
            if (next == null) {
                throw new NoSuchElementException();
            }
            KeyValue<K, V> found = KeyValue.pair(next.getKey(), next.getValue());
            advance();
            return found;
        }

        @Override
        public K peekNextKey() {
            return next.getKey();
        }

        @Override
        public void close() {
            // nothing to give back
        }
    }
}
