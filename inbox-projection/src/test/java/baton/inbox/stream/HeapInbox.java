package baton.inbox.stream;

import baton.contract.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What one instance has of an inbox, on the heap.
public final class HeapInbox implements AutoCloseable {

    private final Map<Integer, ShardStores> stores = new HashMap<>();
    private final Map<Integer, LiveShard> live = new HashMap<>();
    private final InboxShards shards;

    /// With some of the partitions of an inbox.
    public HeapInbox(int partitions, List<Integer> here) {
        shards = new InboxShards(partitions);
        here.forEach(partition -> {
            stores.put(partition, ShardStores.onHeap(partition));
            live.put(partition, stores.get(partition).shard());
            shards.show(partition, live.get(partition));
        });
    }

    public InboxShards shards() {
        return shards;
    }

    /// Takes an event in if its partition is here.
    public void apply(Event event) {
        LiveShard shard = live.get(shards.partition(event.conversationId()));
        if (shard != null) {
            shard.apply(event);
        }
    }

    @Override
    public void close() {
        stores.values().forEach(ShardStores::close);
    }
}
