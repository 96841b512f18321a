package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.assignment.Samples;
import baton.assignment.domain.Ledger;
import baton.assignment.domain.RulesVersion;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Limits;
import baton.contract.Ownership;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That a ledger comes back from its store as it was, and costs little to keep there. On RocksDB, as in production.
class LedgersTest {

    @TempDir
    private Path state;

    private KeyValueStore<String, byte[]> store;

    @BeforeEach
    void open() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        var context = new MockProcessorContext<byte[], byte[]>(config, new TaskId(0, 0), state.toFile());
        store = open(context, AssignmentTopology.CONVERSATIONS);
    }

    @Test
    void readsBackWhatItHasWrittenHoweverOftenTheRingsHaveGoneRound() {
        Ledgers writing = new Ledgers(store, 4);
        Ledger ledger = writing.of("c-1");
        assertThat(ledger).isEqualTo(Ledger.EMPTY);
        for (int i = 0; i < 2 * Limits.MESSAGE_IDS_REMEMBERED_MAX + 3; i++) {
            for (CommandEnvelope command : Stream.of(Samples.message("m-" + i), claim("k-" + i, i)).toList()) {
                Ledger next = ledger.take(RulesVersion.NEWEST, command, Samples.NOON).ledger();
                writing.put("c-1", ledger, next);
                ledger = next;
                if (i < 3 || i % 61 == 0) {
                    assertThat(new Ledgers(store, 4).of("c-1")).isEqualTo(ledger);
                }
            }
        }
        assertThat(new Ledgers(store, 4).of("c-1")).isEqualTo(ledger);
        try (var all = store.all()) {
            assertThat(Stream.generate(() -> 0).takeWhile(_ -> all.hasNext()).peek(_ -> all.next()).count())
                    .as("its row and two full rings").isEqualTo(1 + Limits.COMMAND_IDS_REMEMBERED_MAX + Limits.MESSAGE_IDS_REMEMBERED_MAX);
        }
    }

    @Test
    void keepsConversationsApartWhoseIdsBeginAlike() {
        Ledgers ledgers = new Ledgers(store, 4);
        for (String id : new String[] {"c", "c-1", "c.", "c0", "c~"}) {
            Ledger ledger = Ledger.EMPTY.take(RulesVersion.NEWEST, new CommandEnvelope(CommandEnvelope.RULES_VERSION, "k-" + id, id, Samples.message("m").actor(),
                    false, Ownership.OWNER, null, Samples.message("m-" + id).body()), Samples.NOON).ledger();
            ledgers.put(id, Ledger.EMPTY, ledger);
        }
        Ledgers fresh = new Ledgers(store, 4);
        for (String id : new String[] {"c", "c-1", "c.", "c0", "c~"}) {
            assertThat(fresh.of(id).memory().messages()).hasSize(1);
            assertThat(fresh.of(id).memory().hasMessage("m-" + id)).isTrue();
        }
    }

    /// With 256 partitions of 500 decoded ledgers each, a process would need 5 GB.
    @ParameterizedTest
    @CsvSource({"1, 2000", "4, 500", "256, 7"})
    void whatIsKeptDecodedIsBoundedForAllPartitionsTogether(int partitions, int decoded) {
        Ledgers ledgers = new Ledgers(store, partitions);
        Ledger ledger = Ledger.EMPTY.take(RulesVersion.NEWEST, Samples.message("m-1"), Samples.NOON).ledger();
        for (int i = 0; i < 2_100; i++) {
            ledgers.put("c-" + i, Ledger.EMPTY, ledger);
        }
        assertThat(ledgers.decoded()).isEqualTo(decoded);
        assertThat(ledgers.of("c-0")).as("one that is decoded no more").isEqualTo(ledger);
    }

    @Test
    void findsOneCommandWithoutTheRow() {
        Ledgers ledgers = new Ledgers(store, 4);
        Ledger opened = Ledger.EMPTY.take(RulesVersion.NEWEST, Samples.message("m-1"), Samples.NOON).ledger();
        ledgers.put("c-1", Ledger.EMPTY, opened);
        Ledger.Entry claimed = opened.take(RulesVersion.NEWEST, claim("k-1", 0), Samples.NOON);
        ledgers.put("c-1", opened, claimed.ledger());
        assertThat(Ledgers.command(store, "c-1", "k-1")).hasValueSatisfying(found -> assertThat(found.decision()).isEqualTo(claimed.decision()));
        assertThat(Ledgers.command(store, "c-1", "m-1")).isEmpty();
        assertThat(Ledgers.command(store, "c-2", "k-1")).isEmpty();
    }

    @Test
    void refusesARowThatHasCountedWhatIsNotThere() {
        Ledgers ledgers = new Ledgers(store, 4);
        ledgers.put("c-1", Ledger.EMPTY, Ledger.EMPTY.take(RulesVersion.NEWEST, Samples.message("m-1"), Samples.NOON).ledger());
        store.delete("c-1/message/0");
        assertThatThrownBy(() -> new Ledgers(store, 4).of("c-1")).hasMessageContaining("c-1/message/0");
    }

    private static CommandEnvelope claim(String id, int turn) {
        String agent = turn % 2 == 0 ? "ana" : "ben";
        return Samples.command(id, agent, true, Ownership.OWNER, null, new Command.AssignAgent(agent));
    }

    private static KeyValueStore<String, byte[]> open(MockProcessorContext<byte[], byte[]> context, String name) {
        KeyValueStore<String, byte[]> store = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }
}
