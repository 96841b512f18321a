package baton.assignment.domain;

import baton.assignment.domain.Conversation.Absent;
import baton.assignment.domain.Conversation.Assigned;
import baton.assignment.domain.Conversation.Completed;
import baton.assignment.domain.Conversation.Unassigned;
import baton.assignment.domain.Rules.Ruling;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.Refusal;
import baton.contract.Status;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// All that is kept of one conversation: its state, and the commands that it remembers. Takes one command after the other;
/// a repeated one gets its first answer again, any other is decided by [Rules].
public record Ledger(Conversation state, Memory memory) {

    /// Of a conversation that nobody has written to.
    public static final Ledger EMPTY = new Ledger(new Absent(), Memory.EMPTY);

    /// What one command has led to.
    public record Entry(Ledger ledger, List<Event> events, Decision decision) {
    }

    /// Takes a command.
    ///
    /// @param inForce the version of the rules that is in force where the command stands on the log
    /// @param logTime the time that the log gave it
    public Entry take(RulesVersion inForce, CommandEnvelope command, Instant logTime) {
        if (command.body() instanceof Command.ReceiveMessage message && memory.hasMessage(message.messageId())) {
            return new Entry(this, List.of(), accepted(command, state, List.of()).again());
        }
        if (!(command.body() instanceof Command.ReceiveMessage)) {
            Decision first = remembered(command);
            if (first != null) {
                return new Entry(this, List.of(), first);
            }
        }
        return switch (Rules.decide(inForce, state, command, logTime)) {
            case Ruling.IsRefused(Refusal refusal) when state instanceof Absent -> // a row for each that does not exist would have no end
                    new Entry(this, List.of(), refused(command, refusal));
            case Ruling.IsRefused(Refusal refusal) -> {
                Decision decision = refused(command, refusal);
                yield new Entry(new Ledger(state, memory.with(command, decision)), List.of(), decision);
            }
            case Ruling.Happens(List<Event> events) -> {
                Conversation next = state;
                for (Event event : events) {
                    next = Rules.evolve(next, event);
                }
                Decision decision = accepted(command, next, events);
                yield new Entry(new Ledger(next, memory.with(command, decision)), events, decision);
            }
        };
    }

    /// The decision that a command got when it was taken before; empty if that is not remembered. Of a command id that was another
    /// command's it is not: what such a one was told named the version of its moment.
    public Optional<Decision> again(CommandEnvelope command) {
        return memory.command(command.commandId())
                .filter(first -> first.fingerprint().equals(Memory.fingerprint(command)))
                .map(first -> first.decision().again());
    }

    /// The decision that a command got when it was taken before, if it is still remembered; a refusal if its id was another
    /// command's; null if it is new.
    private Decision remembered(CommandEnvelope command) {
        return memory.command(command.commandId())
                .map(first -> first.fingerprint().equals(Memory.fingerprint(command))
                        ? first.decision().again()
                        : refused(command, Refusal.COMMAND_ID_REUSED))
                .orElse(null);
    }

    private Decision refused(CommandEnvelope command, Refusal refusal) {
        return state instanceof Assigned assigned
                ? new Decision.Refused(command.conversationId(), state.version(), refusal, assigned.owner(), assigned.since(), false)
                : new Decision.Refused(command.conversationId(), state.version(), refusal, null, null, false);
    }

    private static Decision accepted(CommandEnvelope command, Conversation state, List<Event> events) {
        Status status = state instanceof Completed ? Status.COMPLETED : Status.OPEN;
        String assignee = switch (state) {
            case Assigned assigned -> assigned.owner();
            case Absent _, Unassigned _, Completed _ -> null;
        };
        return new Decision.Accepted(command.conversationId(), state.version(), status, assignee,
                events.stream().map(Decision.Caused::of).toList(), false);
    }
}
