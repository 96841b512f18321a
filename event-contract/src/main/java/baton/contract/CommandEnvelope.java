package baton.contract;

/// The value of a record on `conversation-commands`: a command with everything that deciding it needs besides the
/// conversation's state and the record's own time. Roles and policy are written in at the edge, so that a decision
/// never depends on another topic or on configuration. The record's key is the conversation id.
///
/// @param rulesVersion   the lowest version of the rules that understands the command, see [Command#rulesVersion()]; a decider that does
///                       not know it halts. Which version decides is the partition's affair
/// @param commandId      the caller's idempotency key; for a visitor's message, its message id
/// @param supervisor     whether the actor was a supervisor when the command was accepted at the edge
/// @param ownership      the deployment's rule at that time
/// @param ifMatch        the version that the caller saw, or null for any
public record CommandEnvelope(
        int rulesVersion,
        String commandId,
        String conversationId,
        Actor actor,
        boolean supervisor,
        Ownership ownership,
        Long ifMatch,
        Command body) {

    /// The version of the rules that understands what there is to say: all but what [Command#rulesVersion()] excepts.
    public static final int RULES_VERSION = 1;

    /// Refuses missing parts, and a message by anybody but a visitor.
    public CommandEnvelope {
        Ids.require(commandId, "commandId");
        Ids.require(conversationId, "conversationId");
        if (actor == null) {
            throw new InvalidField("actor", "is missing");
        }
        if (ownership == null) {
            throw new InvalidField("ownership", "is missing");
        }
        if (body == null) {
            throw new InvalidField("body", "is missing");
        }
        boolean message = body instanceof Command.ReceiveMessage;
        if (message != (actor.type() == Actor.Type.VISITOR)) {
            throw new InvalidField("actor.type", message ? "must be visitor for a message" : "must not be visitor");
        }
    }

    /// A visitor's message.
    public static CommandEnvelope message(String conversationId, ChannelMessage message, Ownership ownership) {
        return new CommandEnvelope(RULES_VERSION, message.messageId(), conversationId, Actor.visitor(message.visitor().id()),
                false, ownership, null, Command.ReceiveMessage.of(message));
    }
}
