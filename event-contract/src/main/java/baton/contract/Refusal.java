package baton.contract;

import com.fasterxml.jackson.annotation.JsonValue;

/// Why a command was refused: the closed list. The name on the wire is the problem type that a caller gets, unless said otherwise.
public enum Refusal {
    /// There is no such conversation. Not remembered: it would make rows for conversations that do not exist.
    CONVERSATION_NOT_FOUND("conversation-not-found"),
    /// It belongs to another agent, and the owner rule is on.
    NOT_THE_OWNER("not-owner"),
    /// It is completed: reopen it first.
    CONVERSATION_COMPLETED("conversation-completed"),
    /// It has moved on since the caller looked.
    VERSION_MISMATCH("version-mismatch"),
    /// It would belong to an agent who was deactivated when the command was accepted. A caller gets `invalid-field`, as for whatever
    /// else the edge refuses.
    ASSIGNEE_DEACTIVATED("assignee-deactivated"),
    /// The command id was used before, by another actor or for another command.
    COMMAND_ID_REUSED("command-id-reused"),
    /// The rules would be switched to a version before the one in force.
    NEWER_RULES_IN_FORCE("newer-rules-in-force"),
    /// The record could not be read as a command.
    UNREADABLE("malformed");

    private final String wireName;

    Refusal(String wireName) {
        this.wireName = wireName;
    }

    /// The name in answers and in stores.
    @JsonValue
    public String wireName() {
        return wireName;
    }
}
