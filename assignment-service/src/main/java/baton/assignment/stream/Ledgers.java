package baton.assignment.stream;

import static baton.contract.Limits.COMMAND_IDS_REMEMBERED_MAX;
import static baton.contract.Limits.MESSAGE_IDS_REMEMBERED_MAX;

import baton.assignment.domain.Ledger;
import baton.assignment.domain.Memory;
import baton.contract.Ids;
import baton.contract.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// The ledgers of one partition, in the store `conversations`: a short row under each conversation's id, and what it remembers of commands
/// and messages under keys of their own, in a ring of as many places as are remembered. So a command writes some hundred bytes, however
/// much its conversation remembers; with all of it in one row it would write twenty thousand.
final class Ledgers {

    /// Ledgers that a process keeps decoded, at the most, whatever partitions it has; about 40 kB each.
    private static final int DECODED_MAX = 2_000;
    private static final String COMMAND = "command";
    private static final String MESSAGE = "message";

    private final KeyValueStore<String, byte[]> store;
    private final int decodedMax;
    /// The conversations that changed last: most commands are for one of them, and reading all that one remembers takes as long as all
    /// the rest of a decision.
    private final Map<String, Ledger> decoded = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Ledger> eldest) {
            return size() > decodedMax;
        }
    };

    /// On a store that has just been opened or restored.
    ///
    /// @param partitions how many there are: a process may have them all, and its memory is one
    Ledgers(KeyValueStore<String, byte[]> store, int partitions) {
        this.store = store;
        this.decodedMax = DECODED_MAX / partitions;
    }

    /// How many are decoded at this moment.
    int decoded() {
        return decoded.size();
    }

    /// The ledger of a conversation; an empty one if nobody has written to it.
    Ledger of(String conversationId) {
        Ledger known = decoded.get(conversationId);
        if (known != null) {
            return known;
        }
        byte[] row = store.get(conversationId);
        return row == null ? Ledger.EMPTY : read(conversationId, LedgerJson.read(row, LedgerJson.Row.class));
    }

    /// Stores what one command has made of a ledger.
    void put(String conversationId, Ledger before, Ledger after) {
        if (after.equals(before)) {
            return;
        }
        Memory memory = after.memory();
        if (memory.commandsSeen() > before.memory().commandsSeen()) {
            store.put(place(conversationId, COMMAND, memory.commandsSeen() - 1, COMMAND_IDS_REMEMBERED_MAX),
                    Limits.requireRecord(LedgerJson.write(memory.commands().getLast())));
        }
        if (memory.messagesSeen() > before.memory().messagesSeen()) {
            store.put(place(conversationId, MESSAGE, memory.messagesSeen() - 1, MESSAGE_IDS_REMEMBERED_MAX),
                    memory.messages().getLast().getBytes(StandardCharsets.US_ASCII));
        }
        store.put(conversationId, Limits.requireRecord(LedgerJson.write(LedgerJson.Row.of(after))));
        decoded.put(conversationId, after);
    }

    /// What a conversation remembers of one command. For readers beside the deciding thread: it needs no row that would have to be of
    /// the same moment.
    static Optional<Memory.Remembered> command(ReadOnlyKeyValueStore<String, byte[]> store, String conversationId, String commandId) {
        String id = Ids.hash(commandId);
        try (var entries = entries(store, conversationId)) {
            while (entries.hasNext()) {
                KeyValue<String, byte[]> entry = entries.next();
                if (isCommand(conversationId, entry.key)) {
                    var command = LedgerJson.read(entry.value, Memory.Remembered.class);
                    if (command.id().equals(id)) {
                        return Optional.of(command);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private Ledger read(String conversationId, LedgerJson.Row row) {
        Map<String, byte[]> places = new LinkedHashMap<>();
        try (var entries = entries(store, conversationId)) {
            entries.forEachRemaining(entry -> places.put(entry.key, entry.value));
        }
        List<Memory.Remembered> commands = new ArrayList<>();
        for (long i = Math.max(0, row.commandsSeen() - COMMAND_IDS_REMEMBERED_MAX); i < row.commandsSeen(); i++) {
            commands.add(LedgerJson.read(required(places, place(conversationId, COMMAND, i, COMMAND_IDS_REMEMBERED_MAX)), Memory.Remembered.class));
        }
        List<String> messages = new ArrayList<>();
        for (long i = Math.max(0, row.messagesSeen() - MESSAGE_IDS_REMEMBERED_MAX); i < row.messagesSeen(); i++) {
            messages.add(new String(required(places, place(conversationId, MESSAGE, i, MESSAGE_IDS_REMEMBERED_MAX)), StandardCharsets.US_ASCII));
        }
        return new Ledger(row.state(), new Memory(commands, row.commandsSeen(), messages, row.messagesSeen()));
    }

    private static byte[] required(Map<String, byte[]> places, String place) {
        byte[] value = places.get(place);
        if (value == null) {
            throw new IllegalStateException("the store " + AssignmentTopology.CONVERSATIONS + " lacks " + place + ", which its row has counted");
        }
        return value;
    }

    /// Everything that begins with the conversation's id and a slash, which no id contains.
    private static KeyValueIterator<String, byte[]> entries(ReadOnlyKeyValueStore<String, byte[]> store, String conversationId) {
        return store.prefixScan(conversationId + "/", new StringSerializer());
    }

    private static boolean isCommand(String conversationId, String place) {
        return place.startsWith(COMMAND, conversationId.length() + 1);
    }

    private static String place(String conversationId, String kind, long index, int places) {
        return conversationId + "/" + kind + "/" + index % places;
    }
}
