package baton.assignment.domain;

import static baton.contract.Refusal.ASSIGNEE_DEACTIVATED;
import static baton.contract.Refusal.CONVERSATION_COMPLETED;
import static baton.contract.Refusal.CONVERSATION_NOT_FOUND;
import static baton.contract.Refusal.NOT_THE_OWNER;
import static baton.contract.Refusal.VERSION_MISMATCH;

import baton.assignment.domain.Conversation.Absent;
import baton.assignment.domain.Conversation.Assigned;
import baton.assignment.domain.Conversation.Completed;
import baton.assignment.domain.Conversation.Origin;
import baton.assignment.domain.Conversation.Unassigned;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Event;
import baton.contract.Ownership;
import baton.contract.Reason;
import baton.contract.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a command means for one conversation, and what an event makes of it.
///
/// | command | absent | unassigned | assigned | completed |
/// | --- | --- | --- | --- | --- |
/// | message | opened, received | received | received | reopened, received |
/// | reply | *not found* | sent, assigned to the replier | sent | reopened, sent, assigned to the replier |
/// | assign | *not found* | assigned | owner rule: assigned | *completed* |
/// | unassign | *not found* | – | owner rule: unassigned | – |
/// | complete | *not found* | completed | owner rule: unassigned, completed | – |
/// | reopen | *not found* | – | – | reopened |
///
/// That is version 1. What later versions have changed is in [RulesVersion]: changing an answer needs a new one, because the log will be
/// decided again.
///
/// Pure and total: no clock, no random, no configuration; the time is the log's, roles and policy are in the command.
public final class Rules {

    /// What a command leads to: events, or a refusal.
    public sealed interface Ruling {
        /// It happens; an empty list if it was so already.
        record Happens(List<Event> events) implements Ruling {
            /// Freezes the list.
            public Happens {
                events = List.copyOf(events);
            }
        }

        /// It does not happen.
        record IsRefused(Refusal refusal) implements Ruling {
        }
    }

    private Rules() {
    }

    /// Decides what a command means.
    ///
    /// @param inForce the version of the rules that is in force where the command stands on the log
    /// @param logTime the time that the log gave the command; where the log's clock has run backwards, the conversation's does not
    public static Ruling decide(RulesVersion inForce, Conversation state, CommandEnvelope command, Instant logTime) {
        RulesVersion rules = inForce.orNewerFor(command);
        if (rules.refusesDeactivatedAssignees() && assignsToSomebodyDeactivated(command)) {
            return refuse(ASSIGNEE_DEACTIVATED); // before all else, as the edge does where it refuses this
        }
        if (movedOn(state, command)) {
            return refuse(VERSION_MISMATCH);
        }
        var facts = new Facts(state, command, logTime);
        return switch (command.body()) {
            case Command.ReceiveMessage message -> receive(state, message, facts);
            case Command.Reply reply -> reply(state, reply, facts);
            case Command.AssignAgent assign -> assign(state, assign, facts);
            case Command.UnassignAgent _ -> unassign(state, facts);
            case Command.CompleteConversation _ -> complete(state, facts);
            case Command.ReopenConversation _ -> reopen(state, facts);
            case Command.SwitchRules _ -> throw new IllegalArgumentException("a switch is of a partition, not of a conversation");
        };
    }

    private static Ruling receive(Conversation state, Command.ReceiveMessage message, Facts facts) {
        return switch (state) {
            case Absent _ -> facts.opened(message).received(message).happen();
            case Unassigned _, Assigned _ -> facts.received(message).happen();
            case Completed _ -> facts.reopened().received(message).happen();
        };
    }

    private static Ruling reply(Conversation state, Command.Reply reply, Facts facts) {
        return switch (state) {
            case Absent _ -> refuse(CONVERSATION_NOT_FOUND);
            case Unassigned _ -> facts.sent(reply).assigned(facts.actor(), null, Reason.FIRST_REPLY).happen();
            case Assigned _ -> facts.sent(reply).happen(); // whoever replies, it stays its owner's
            case Completed _ -> facts.reopened().sent(reply).assigned(facts.actor(), null, Reason.FIRST_REPLY).happen();
        };
    }

    private static Ruling assign(Conversation state, Command.AssignAgent assign, Facts facts) {
        return switch (state) {
            case Absent _ -> refuse(CONVERSATION_NOT_FOUND);
            case Unassigned _ -> facts.assigned(assign.agentId(), null, Reason.MANUAL).happen();
            case Assigned(_, _, _, String owner, _) when owner.equals(assign.agentId()) -> facts.happen();
            case Assigned assigned when !mayTake(assigned, facts.command) -> refuse(NOT_THE_OWNER);
            case Assigned assigned -> facts.assigned(assign.agentId(), assigned.owner(), Reason.MANUAL).happen();
            case Completed _ -> refuse(CONVERSATION_COMPLETED);
        };
    }

    private static Ruling unassign(Conversation state, Facts facts) {
        return switch (state) {
            case Absent _ -> refuse(CONVERSATION_NOT_FOUND);
            case Unassigned _, Completed _ -> facts.happen();
            case Assigned assigned when !mayTake(assigned, facts.command) -> refuse(NOT_THE_OWNER);
            case Assigned assigned -> facts.unassigned(assigned.owner(), Reason.MANUAL).happen();
        };
    }

    private static Ruling complete(Conversation state, Facts facts) {
        return switch (state) {
            case Absent _ -> refuse(CONVERSATION_NOT_FOUND);
            case Unassigned _ -> facts.completed().happen();
            case Assigned assigned when !mayTake(assigned, facts.command) -> refuse(NOT_THE_OWNER);
            case Assigned assigned -> facts.unassigned(assigned.owner(), Reason.COMPLETED).completed().happen();
            case Completed _ -> facts.happen();
        };
    }

    private static Ruling reopen(Conversation state, Facts facts) {
        return switch (state) {
            case Absent _ -> refuse(CONVERSATION_NOT_FOUND);
            case Unassigned _, Assigned _ -> facts.happen();
            case Completed _ -> facts.reopened().happen();
        };
    }

    /// The owner rule: who may reassign, unassign or complete an assigned conversation.
    private static boolean mayTake(Assigned assigned, CommandEnvelope command) {
        return command.ownership() == Ownership.OPEN
                || command.supervisor()
                || assigned.owner().equals(command.actor().id());
    }

    private static boolean assignsToSomebodyDeactivated(CommandEnvelope command) {
        return command.body() instanceof Command.AssignAgent assign && assign.assigneeDeactivated();
    }

    private static boolean movedOn(Conversation state, CommandEnvelope command) {
        return !(state instanceof Absent) && command.ifMatch() != null && command.ifMatch() != state.version();
    }

    /// What an event makes of a conversation. Strict: an event that cannot follow the state means that the log is corrupt,
    /// and throws.
    public static Conversation evolve(Conversation state, Event event) {
        if (event.version() != state.version() + 1) {
            throw new IllegalStateException("version " + event.version() + " cannot follow version " + state.version());
        }
        long version = event.version();
        Instant at = event.at();
        return switch (event) {
            case Event.ConversationOpened e when state instanceof Absent ->
                    new Unassigned(version, at, new Origin(e.channel(), e.visitor().id()));
            case Event.MessageReceived _, Event.ReplySent _ -> switch (state) {
                case Unassigned s -> new Unassigned(version, at, s.origin());
                case Assigned s -> new Assigned(version, at, s.origin(), s.owner(), s.since());
                case Absent _, Completed _ -> throw cannotFollow(state, event);
            };
            case Event.ConversationAssigned e -> switch (state) {
                case Unassigned s when e.previousAssignee() == null -> new Assigned(version, at, s.origin(), e.assignee(), at);
                case Assigned s when s.owner().equals(e.previousAssignee()) -> new Assigned(version, at, s.origin(), e.assignee(), at);
                case Absent _, Unassigned _, Assigned _, Completed _ -> throw cannotFollow(state, event);
            };
            case Event.ConversationUnassigned e when state instanceof Assigned s && s.owner().equals(e.previousAssignee()) ->
                    new Unassigned(version, at, s.origin());
            case Event.ConversationCompleted _ when state instanceof Unassigned s -> new Completed(version, at, s.origin());
            case Event.ConversationReopened _ when state instanceof Completed s -> new Unassigned(version, at, s.origin());
            case Event.ConversationOpened _, Event.ConversationUnassigned _, Event.ConversationCompleted _,
                 Event.ConversationReopened _ -> throw cannotFollow(state, event);
        };
    }

    private static IllegalStateException cannotFollow(Conversation state, Event event) {
        return new IllegalStateException(event.getClass().getSimpleName() + " cannot follow " + state);
    }

    private static Ruling refuse(Refusal refusal) {
        return new Ruling.IsRefused(refusal);
    }

    /// Collects the events of one command and gives them their versions, time and cause.
    private static final class Facts {

        private final CommandEnvelope command;
        private final Instant at;
        private final List<Event> events = new ArrayList<>();
        private long version;

        Facts(Conversation state, CommandEnvelope command, Instant logTime) {
            this.command = command;
            this.at = logTime.isBefore(state.at()) ? state.at() : logTime;
            this.version = state.version();
        }

        String actor() {
            return command.actor().id();
        }

        Facts opened(Command.ReceiveMessage m) {
            return add(new Event.ConversationOpened(command.conversationId(), ++version, at, command.actor(), command.commandId(),
                    m.channel(), m.visitor()));
        }

        Facts received(Command.ReceiveMessage m) {
            return add(new Event.MessageReceived(command.conversationId(), ++version, at, command.actor(), command.commandId(),
                    m.messageId(), m.channel(), m.visitor(), m.text(), m.sentAt()));
        }

        Facts sent(Command.Reply reply) {
            return add(new Event.ReplySent(command.conversationId(), ++version, at, command.actor(), command.commandId(), reply.text()));
        }

        Facts assigned(String assignee, String previousAssignee, Reason reason) {
            return add(new Event.ConversationAssigned(command.conversationId(), ++version, at, command.actor(), command.commandId(),
                    assignee, previousAssignee, actor(), reason));
        }

        Facts unassigned(String previousAssignee, Reason reason) {
            return add(new Event.ConversationUnassigned(command.conversationId(), ++version, at, command.actor(), command.commandId(),
                    previousAssignee, actor(), reason));
        }

        Facts completed() {
            return add(new Event.ConversationCompleted(command.conversationId(), ++version, at, command.actor(), command.commandId()));
        }

        Facts reopened() {
            return add(new Event.ConversationReopened(command.conversationId(), ++version, at, command.actor(), command.commandId()));
        }

        Ruling happen() {
            return new Ruling.Happens(events);
        }

        private Facts add(Event event) {
            events.add(event);
            return this;
        }
    }
}
