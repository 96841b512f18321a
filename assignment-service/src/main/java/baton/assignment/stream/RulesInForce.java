package baton.assignment.stream;

import baton.assignment.domain.RulesVersion;
import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Ownership;
import baton.runtime.Halt;
import baton.runtime.KafkaClients;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The version of the rules that is in force on one partition: a row beside the [OffsetGuard]'s, which only records of the partition's own
/// log change. So it is restored with all else, and whoever decides the log again switches at the same place.
///
/// A build that does not know the version halts before it decides anything.
final class RulesInForce {

    /// The key of the row.
    static final String KEY = "rules-version";

    private final KeyValueStore<String, Long> store;
    private RulesVersion version;

    /// For a task whose stores have just been restored.
    RulesInForce(KeyValueStore<String, Long> store, int partition) {
        this.store = store;
        long number = number(store);
        this.version = known(number, "on partition " + partition + ", version " + number + " of the rules is in force");
    }

    RulesVersion version() {
        return version;
    }

    /// To be called before the guard's row is put: builds from before there were versions take the last row of the changelog for the guard's.
    void put(RulesVersion switchedTo) {
        store.put(KEY, (long) switchedTo.number());
        version = switchedTo;
    }

    /// For readers beside the deciding thread: the number, which a later build may have made.
    static long number(ReadOnlyKeyValueStore<String, Long> store) {
        Long row = store.get(KEY);
        return row == null ? RulesVersion.FIRST.number() : row;
    }

    /// The version with this number; [Halt] if this build does not know it.
    ///
    /// @param what what asks for it, as the beginning of a sentence
    static RulesVersion known(long number, String what) {
        return RulesVersion.of(number).orElseThrow(() -> new Halt(what + ", this build knows up to version " + RulesVersion.NEWEST.number()
                + ": deploy the newer build"));
    }

    /// The record that switches a partition. Builds that do not know the version halt at it, those from before this record included.
    static CommandEnvelope switchTo(RulesVersion wanted, int partition, int partitions, Actor actor, Ownership ownership) {
        var body = new Command.SwitchRules(wanted.number());
        return new CommandEnvelope(body.rulesVersion(), "switch-to-" + wanted.number(), id(partition, partitions), actor, true, ownership, null, body);
    }

    /// An id that belongs to a partition, always the same; that of no conversation.
    static String id(int partition, int partitions) {
        return Stream.iterate(0, i -> i + 1).map(i -> "~rules-" + i)
                .filter(id -> KafkaClients.partition(KafkaClients.key(id), partitions) == partition)
                .findFirst().orElseThrow();
    }
}
