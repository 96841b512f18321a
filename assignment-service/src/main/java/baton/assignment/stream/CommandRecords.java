package baton.assignment.stream;

import baton.contract.CommandEnvelope;
import baton.contract.Ids;
import baton.contract.Json;
import baton.contract.Unreadable;
import baton.runtime.Halt;
import baton.runtime.KafkaClients;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/// Records of `conversation-commands`: key is the conversation id, value the envelope as JSON.
final class CommandRecords {

    private CommandRecords() {
    }

    /// Reads a record; throws [Unreadable] for one that is no command, and [Halt] for one that a newer build has to decide.
    ///
    /// @param partition  where the record was found
    /// @param partitions how many there are; a record that another partition's owner would decide is no command
    static CommandEnvelope read(byte[] key, byte[] value, int partition, int partitions) {
        String conversationId = KafkaClients.keyText(key);
        if (!Ids.isId(conversationId)) {
            throw new Unreadable(conversationId == null ? "the key is missing" : "the key is not a conversation id");
        }
        int rightPartition = KafkaClients.partition(key, partitions);
        if (rightPartition != partition) {
            throw new Unreadable("the conversation belongs to partition " + rightPartition);
        }
        haltAtUnknownRules(value);
        CommandEnvelope command = Json.read(value, CommandEnvelope.class);
        if (!command.conversationId().equals(conversationId)) {
            throw new Unreadable("the key is not the command's conversationId");
        }
        return command;
    }

    /// Before anything else is read: a command of newer rules may have any shape.
    private static void haltAtUnknownRules(byte[] value) {
        if (value == null) {
            throw new Unreadable("the value is missing");
        }
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(value);
        } catch (IOException e) {
            throw new Unreadable(Json.reason(e));
        }
        JsonNode version = tree.path("rulesVersion");
        if (!version.canConvertToInt() || !version.isIntegralNumber() || version.intValue() < 1) {
            throw new Unreadable("rulesVersion is missing or not a version");
        }
        RulesInForce.known(version.intValue(), "a command asks for version " + version.intValue() + " of the rules");
    }
}
