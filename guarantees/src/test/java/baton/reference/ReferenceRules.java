package baton.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Which version of the rules is in force on one partition: the first, until a command of the partition's own log switches it. Never back.
public final class ReferenceRules {

    private int inForce = 1;

    /// Whether a command is of the partition, not of a conversation.
    public static boolean isSwitch(JsonNode command) {
        return command.at("/body/type").asText().equals("switch-rules");
    }

    /// Takes a command that switches.
    public ReferenceLedger.Answer take(JsonNode command) {
        int wanted = command.at("/body/version").asInt();
        String refusal = wanted < inForce ? "newer-rules-in-force" : null;
        inForce = Math.max(inForce, wanted);
        return new ReferenceLedger.Answer(refusal, 0, false, null, null, List.of(), false);
    }

    public int inForce() {
        return inForce;
    }
}
