package baton.assignment;

import baton.assignment.domain.Conversation;
import baton.assignment.domain.Conversation.Absent;
import baton.assignment.domain.Conversation.Assigned;
import baton.assignment.domain.Conversation.Completed;
import baton.assignment.domain.Conversation.Origin;
import baton.assignment.domain.Conversation.Unassigned;
import baton.contract.Actor;
import baton.contract.ChannelMessage;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Ownership;
import baton.contract.Visitor;
import java.time.Instant;

/// Literal states and commands for tests.
public final class Samples {

    public static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    public static final Instant LATER = Instant.parse("2026-11-22T12:00:05Z");
    public static final String CONVERSATION = "c-1";

    private static final Origin ORIGIN = new Origin("web", "vera");

    private Samples() {
    }

    public static Conversation absent() {
        return new Absent();
    }

    public static Conversation unassigned() {
        return new Unassigned(2, NOON, ORIGIN);
    }

    public static Conversation assignedTo(String owner) {
        return new Assigned(3, NOON, ORIGIN, owner, NOON);
    }

    public static Conversation completed() {
        return new Completed(5, NOON, ORIGIN);
    }

    public static CommandEnvelope message(String messageId) {
        return CommandEnvelope.message(CONVERSATION,
                new ChannelMessage(messageId, "web", new Visitor("vera", "Vera"), "hello", null), Ownership.OWNER);
    }

    public static CommandEnvelope by(String agent, Command command) {
        return command("k-1", agent, false, Ownership.OWNER, null, command);
    }

    public static CommandEnvelope bySupervisor(String agent, Command command) {
        return command("k-1", agent, true, Ownership.OWNER, null, command);
    }

    public static CommandEnvelope whereOwnershipIsOpen(String agent, Command command) {
        return command("k-1", agent, false, Ownership.OPEN, null, command);
    }

    public static CommandEnvelope command(String id, String agent, boolean supervisor, Ownership ownership, Long ifMatch, Command command) {
        return new CommandEnvelope(command.rulesVersion(), id, CONVERSATION, Actor.agent(agent), supervisor, ownership, ifMatch, command);
    }

    /// A command that switches the rules of the partition.
    public static CommandEnvelope switchTo(int version) {
        return bySupervisor("sam", new Command.SwitchRules(version));
    }
}
