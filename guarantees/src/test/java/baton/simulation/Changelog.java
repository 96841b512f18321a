package baton.simulation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// What the stores of one partition of an application have been, as far as it was committed: from this a task is restored.
final class Changelog {

    private final Map<String, TreeMap<Object, Object>> stores = new LinkedHashMap<>();
    private int openTransactions;

    /// A copy of what one store has.
    TreeMap<Object, Object> content(String store) {
        return new TreeMap<>(stores.getOrDefault(store, new TreeMap<>()));
    }

    void put(String store, Object key, Object value) {
        TreeMap<Object, Object> content = stores.computeIfAbsent(store, _ -> new TreeMap<>());
        if (value == null) {
            content.remove(key);
        } else {
            content.put(key, value);
        }
    }

    /// Whether it is known to its end: a restore waits for transactions that may still commit.
    boolean isStable() {
        return openTransactions == 0;
    }

    void opened() {
        openTransactions++;
    }

    void closed() {
        openTransactions--;
    }
}
