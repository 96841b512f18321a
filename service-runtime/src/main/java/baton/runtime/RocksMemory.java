package baton.runtime;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;

/// One block cache for all stores of the process, and one bound for what they have not written to their files yet, a fixed part of it for
/// each: without it, each store of each partition takes its own, and memory grows with partitions. Source: Kafka Streams, memory management,
/// RocksDB.
///
/// A fixed part and not RocksDB's `WriteBufferManager`, which all stores can share too: at its bound it has that store written that happens
/// to be written to, not one that has much. Where others are full and silent, a store writes a file for every few rows, and merges them: a
/// rebuild took six times as long (docs/decisions/0013).
public final class RocksMemory implements RocksDBConfigSetter {

    /// How many stores a partition has, those of all applications together.
    public static final int STORES_OF_A_PARTITION = 8;
    /// How many partitions there are, a number: what of the bound is a store's depends on it.
    static final String PARTITIONS_CONFIG = "baton.partitions";

    private static final long CACHE_BYTES = 64L * 1024 * 1024;
    /// Beside the cache. Of more than 64 partitions it is more, see [#WRITE_BUFFER_BYTES_MIN].
    private static final long UNWRITTEN_BYTES_MAX = 64L * 1024 * 1024;
    /// Of a store: one that is written to, and one that is being written to a file.
    private static final int WRITE_BUFFERS = 2;
    /// What the bound comes to for four partitions, Baton's default; fewer take no more.
    private static final long WRITE_BUFFER_BYTES_MAX = 1024 * 1024;
    /// RocksDB makes none that is smaller.
    private static final long WRITE_BUFFER_BYTES_MIN = 64 * 1024;

    static {
        org.rocksdb.RocksDB.loadLibrary();
    }

    private static final Cache CACHE = new LRUCache(CACHE_BYTES, -1, false, 0.1);

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinL0FilterAndIndexBlocksInCache(true);
        int stores = STORES_OF_A_PARTITION * (int) configs.get(PARTITIONS_CONFIG);
        options.setWriteBufferSize(Math.clamp(UNWRITTEN_BYTES_MAX / WRITE_BUFFERS / stores, WRITE_BUFFER_BYTES_MIN, WRITE_BUFFER_BYTES_MAX));
        options.setMaxWriteBufferNumber(WRITE_BUFFERS);
        options.setTableFormatConfig(table);
    }

    @Override
    public void close(String storeName, Options options) {
        // The cache belongs to the process, not to a store.
    }
}
