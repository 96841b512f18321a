package baton.assignment.domain;

import static baton.contract.Limits.COMMAND_IDS_REMEMBERED_MAX;
import static baton.contract.Limits.MESSAGE_IDS_REMEMBERED_MAX;

import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a conversation remembers of commands that it has seen, so that a repeated one has no second effect: the last command
/// ids with their decisions and, apart from them, the last message ids. The oldest are forgotten by count, never by time,
/// so that replaying the log forgets the same ones.
///
/// Ids are kept as [Ids#hash], which bounds an entry whatever ids callers choose.
///
/// @param commands     the last [baton.contract.Limits#COMMAND_IDS_REMEMBERED_MAX], oldest first
/// @param commandsSeen how many there have been, with the forgotten ones: says where in a ring the next one belongs
/// @param messages     the last [baton.contract.Limits#MESSAGE_IDS_REMEMBERED_MAX], oldest first
/// @param messagesSeen how many there have been, with the forgotten ones
public record Memory(List<Remembered> commands, long commandsSeen, List<String> messages, long messagesSeen) {

    /// Nothing yet.
    public static final Memory EMPTY = new Memory(List.of(), 0, List.of(), 0);

    /// One command that was decided.
    ///
    /// @param id          hash of the command id
    /// @param fingerprint hash of actor, command and body: the same id with another one is not a repetition
    public record Remembered(String id, String fingerprint, Decision decision) {
    }

    /// Freezes the lists; refuses those that cannot be what is left of so many.
    public Memory {
        commands = List.copyOf(commands);
        messages = List.copyOf(messages);
        if (commands.size() != Math.min(commandsSeen, COMMAND_IDS_REMEMBERED_MAX)
                || messages.size() != Math.min(messagesSeen, MESSAGE_IDS_REMEMBERED_MAX)) {
            throw new IllegalArgumentException(commands.size() + " of " + commandsSeen + " commands and " + messages.size() + " of "
                    + messagesSeen + " messages are no memory");
        }
    }

    /// Whether a visitor's message with this id has been received.
    public boolean hasMessage(String messageId) {
        return messages.contains(Ids.hash(messageId));
    }

    /// What is remembered under a command id.
    public Optional<Remembered> command(String commandId) {
        String id = Ids.hash(commandId);
        for (int i = commands.size() - 1; i >= 0; i--) { // who sends again does so soon
            if (commands.get(i).id().equals(id)) {
                return Optional.of(commands.get(i));
            }
        }
        return Optional.empty();
    }

    /// With one more command, or message, and its decision.
    Memory with(CommandEnvelope command, Decision decision) {
        return command.body() instanceof Command.ReceiveMessage message
                ? new Memory(commands, commandsSeen,
                        appended(messages, Ids.hash(message.messageId()), MESSAGE_IDS_REMEMBERED_MAX), messagesSeen + 1)
                : new Memory(appended(commands,
                        new Remembered(Ids.hash(command.commandId()), fingerprint(command), decision), COMMAND_IDS_REMEMBERED_MAX),
                        commandsSeen + 1, messages, messagesSeen);
    }

    /// What makes a command the same command: who wants what. Not the role, the policy, the version seen or whether the assignee is active:
    /// they may have changed when a caller sends again.
    static String fingerprint(CommandEnvelope command) {
        String what = switch (command.body()) {
            case Command.ReceiveMessage message -> "message\n" + message.messageId();
            case Command.Reply reply -> "reply\n" + reply.text();
            case Command.AssignAgent assign -> "assign\n" + assign.agentId();
            case Command.UnassignAgent _ -> "unassign";
            case Command.CompleteConversation _ -> "complete";
            case Command.ReopenConversation _ -> "reopen";
            case Command.SwitchRules _ -> throw new IllegalArgumentException("a switch is of a partition, not of a conversation");
        };
        return Ids.hash(command.actor().type() + "\n" + command.actor().id() + "\n" + what);
    }

    private static <T> List<T> appended(List<T> list, T last, int max) {
        List<T> longer = new ArrayList<>(list.size() + 1);
        longer.addAll(list.size() < max ? list : list.subList(list.size() - max + 1, list.size()));
        longer.add(last);
        return longer;
    }
}
