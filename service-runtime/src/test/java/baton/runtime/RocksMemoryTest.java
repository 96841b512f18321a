package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/// Real stores, as Kafka Streams opens them: without a log of their own.
class RocksMemoryTest {

    private static final int PARTITIONS = 4;
    private static final int STORES = 8 * PARTITIONS;
    private static final byte[] ROW = new byte[500];

    @ParameterizedTest
    @CsvSource({"1, 1048576", "4, 1048576", "16, 262144", "256, 65536"})
    void sharesTheBoundAmongAllStores(int partitions, long bytes) {
        try (Options options = options(partitions)) {
            assertThat(options.writeBufferSize()).isEqualTo(bytes);
            assertThat(options.maxWriteBufferNumber()).isEqualTo(2);
        }
    }

    @Test
    void aStoreDoesNotWriteMoreFilesBecauseOthersAreFull(@TempDir Path folder) throws Exception {
        List<RocksDB> stores = new ArrayList<>();
        try (Options options = options(PARTITIONS); WriteOptions unlogged = new WriteOptions().setDisableWAL(true)) {
            for (int i = 0; i < STORES; i++) {
                stores.add(RocksDB.open(options, folder.resolve("store-" + i).toString()));
            }
            for (RocksDB store : stores) {
                write(store, unlogged, 1_500); // three quarters of what it holds
            }
            RocksDB busy = stores.getFirst();
            write(busy, unlogged, 5_000);
            assertThat(filesEver(busy)).as("files of half a megabyte and more for 3 MB of rows").isBetween(2, 6);
            for (RocksDB silent : stores.subList(1, STORES)) {
                assertThat(filesEver(silent)).isZero();
            }
        } finally {
            stores.forEach(RocksDB::close);
        }
    }

    private static Options options(int partitions) {
        Options options = new Options().setCreateIfMissing(true).setTableFormatConfig(new BlockBasedTableConfig()).setDisableAutoCompactions(true);
        new RocksMemory().setConfig("store", options, Map.of(RocksMemory.PARTITIONS_CONFIG, partitions));
        return options;
    }

    private static void write(RocksDB store, WriteOptions options, int rows) throws RocksDBException {
        for (int i = 0; i < rows; i++) {
            store.put(options, ("row-" + rows + "-" + i).getBytes(StandardCharsets.UTF_8), ROW);
        }
    }

    /// Nothing is merged, so all that were written are there; the last may be being written.
    private static int filesEver(RocksDB store) {
        return store.getLiveFilesMetaData().size();
    }
}
