package baton.benchmarks.rival;

import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.Ids;
import baton.contract.Ownership;
import baton.contract.Reason;
import baton.contract.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a command means for one conversation, by the rules of Baton's contract; written anew, from the contract.
public final class Rules {

    private Rules() {
    }

    /// What a command asks of a conversation.
    ///
    /// @param supervisor whether the actor is one
    /// @param key        the Idempotency-Key, or null
    /// @param ifMatch    the version that the caller saw, or null
    public record Asked(String conversationId, String commandId, String key, Actor actor, boolean supervisor, Ownership ownership, Long ifMatch,
            Command body) {
        /// Whether the owner rule does not bind the actor.
        public boolean mayTakeFromAnybody() {
            return supervisor || ownership == Ownership.OPEN;
        }

        /// What makes a command the same command: who wants what.
        public String fingerprint() {
            String what = switch (body) {
                case Command.ReceiveMessage message -> "message\n" + message.messageId();
                case Command.Reply reply -> "reply\n" + reply.text();
                case Command.AssignAgent assign -> "assign\n" + assign.agentId();
                case Command.UnassignAgent _ -> "unassign";
                case Command.CompleteConversation _ -> "complete";
                case Command.ReopenConversation _ -> "reopen";
                case Command.SwitchRules _ -> throw new IllegalArgumentException("a switch is of no conversation");
            };
            return Ids.hash(actor.type() + "\n" + actor.id() + "\n" + what);
        }
    }

    /// What a command leads to: events, perhaps none, or a refusal.
    public record Ruling(List<Event> events, Refusal refusal) {
        static Ruling refused(Refusal refusal) {
            return new Ruling(List.of(), refusal);
        }
    }

    /// What a command means.
    ///
    /// @param before the conversation, or null if there is none
    public static Ruling decide(ConversationRow before, Asked asked, Instant now) {
        if (before == null && !(asked.body() instanceof Command.ReceiveMessage)) {
            return Ruling.refused(Refusal.CONVERSATION_NOT_FOUND);
        }
        if (before != null && asked.ifMatch() != null && asked.ifMatch() != before.version()) {
            return Ruling.refused(Refusal.VERSION_MISMATCH);
        }
        var facts = new Facts(before, asked, now);
        boolean nobodys = before == null || before.owner().equals(ConversationRow.NOBODY);
        boolean mayTake = nobodys || asked.mayTakeFromAnybody() || before.owner().equals(asked.actor().id());
        return switch (asked.body()) {
            case Command.ReceiveMessage message -> {
                if (before == null) {
                    facts.opened(message);
                } else if (before.completed()) {
                    facts.reopened();
                }
                yield facts.received(message).happen();
            }
            case Command.Reply reply -> {
                if (before.completed()) {
                    facts.reopened();
                }
                facts.sent(reply);
                yield (nobodys ? facts.assigned(asked.actor().id(), Reason.FIRST_REPLY) : facts).happen();
            }
            case Command.AssignAgent _ when before.completed() -> Ruling.refused(Refusal.CONVERSATION_COMPLETED);
            case Command.AssignAgent assign when before.owner().equals(assign.agentId()) -> facts.happen();
            case Command.UnassignAgent _ when nobodys -> facts.happen();
            case Command.CompleteConversation _ when before.completed() -> facts.happen();
            case Command.AssignAgent _, Command.UnassignAgent _, Command.CompleteConversation _ when !mayTake -> Ruling.refused(Refusal.NOT_THE_OWNER);
            case Command.AssignAgent assign -> facts.assigned(assign.agentId(), Reason.MANUAL).happen();
            case Command.UnassignAgent _ -> facts.unassigned(Reason.MANUAL).happen();
            case Command.CompleteConversation _ -> (nobodys ? facts : facts.unassigned(Reason.COMPLETED)).completed().happen();
            case Command.ReopenConversation _ -> (before.completed() ? facts.reopened() : facts).happen();
            case Command.SwitchRules _ -> throw new IllegalArgumentException("there is no log here whose rules could be switched");
        };
    }

    /// The answer to an accepted command.
    public static Decision accepted(ConversationRow after, List<Event> events) {
        return new Decision.Accepted(after.id(), after.version(), after.status(), after.assignee(), events.stream().map(Decision.Caused::of).toList(), false);
    }

    /// The answer to a refused one; `before` is null where there is no conversation.
    public static Decision refused(ConversationRow before, Asked asked, Refusal refusal) {
        return before == null
                ? new Decision.Refused(asked.conversationId(), 0, refusal, null, null, false)
                : new Decision.Refused(before.id(), before.version(), refusal, before.assignee(), before.since(), false);
    }

    /// Gives the events of one command their versions, time and cause.
    private static final class Facts {
        private final Asked asked;
        private final String owner;
        private final Instant at;
        private final List<Event> events = new ArrayList<>(3);
        private long version;

        Facts(ConversationRow before, Asked asked, Instant now) {
            this.asked = asked;
            this.owner = before == null ? null : before.assignee();
            this.at = before != null && before.at().isAfter(now) ? before.at() : now;
            this.version = before == null ? 0 : before.version();
        }

        Facts opened(Command.ReceiveMessage m) {
            return add(new Event.ConversationOpened(asked.conversationId(), ++version, at, asked.actor(), asked.commandId(), m.channel(), m.visitor()));
        }

        Facts received(Command.ReceiveMessage m) {
            return add(new Event.MessageReceived(asked.conversationId(), ++version, at, asked.actor(), asked.commandId(), m.messageId(),
                    m.channel(), m.visitor(), m.text(), m.sentAt()));
        }

        Facts sent(Command.Reply reply) {
            return add(new Event.ReplySent(asked.conversationId(), ++version, at, asked.actor(), asked.commandId(), reply.text()));
        }

        Facts assigned(String assignee, Reason reason) {
            return add(new Event.ConversationAssigned(asked.conversationId(), ++version, at, asked.actor(), asked.commandId(), assignee, owner,
                    asked.actor().id(), reason));
        }

        Facts unassigned(Reason reason) {
            return add(new Event.ConversationUnassigned(asked.conversationId(), ++version, at, asked.actor(), asked.commandId(), owner,
                    asked.actor().id(), reason));
        }

        Facts completed() {
            return add(new Event.ConversationCompleted(asked.conversationId(), ++version, at, asked.actor(), asked.commandId()));
        }

        Facts reopened() {
            return add(new Event.ConversationReopened(asked.conversationId(), ++version, at, asked.actor(), asked.commandId()));
        }

        Ruling happen() {
            return new Ruling(List.copyOf(events), null);
        }

        private Facts add(Event event) {
            events.add(event);
            return this;
        }
    }
}
