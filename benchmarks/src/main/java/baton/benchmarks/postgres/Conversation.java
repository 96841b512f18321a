package baton.benchmarks.postgres;

import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.Ownership;
import baton.contract.Reason;
import baton.contract.Refusal;
import baton.contract.Status;
import baton.contract.Texts;
import baton.contract.Visitor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A row of `conversations`: what the rules need and what a list shows. The components are the columns.
///
/// @param owner the owner's id; [#NOBODY] for none
/// @param since since when she owns it, or null
record Conversation(String id, long version, Instant at, String owner, Instant since, boolean completed, String channel,
        String originVisitorId, String visitorId, String visitorName, Actor.Type lastFrom, String lastText, Instant lastActivityAt,
        Instant waitingSince) {

    /// The owner of what is nobody's, and the list that it is in.
    static final String NOBODY = "";
    /// The list of what is put away.
    static final String COMPLETED = "/completed";
    /// The columns, as [#of(ResultSet)] reads them.
    static final String COLUMNS = "c.id, c.version, c.at, c.owner, c.since, c.completed, c.channel, c.origin_visitor_id, c.visitor_id, "
            + "c.visitor_name, c.last_from, c.last_text, c.last_activity_at, c.waiting_since";

    /// What a command asks of a conversation.
    ///
    /// @param supervisor whether the actor is one
    /// @param key        the Idempotency-Key, or null
    /// @param ifMatch    the version that the caller saw, or null
    record Asked(String conversationId, String commandId, String key, Actor actor, boolean supervisor, Ownership ownership, Long ifMatch,
            Command body) {
        boolean mayTakeFromAnybody() {
            return supervisor || ownership == Ownership.OPEN;
        }
    }

    /// What a command leads to: events, perhaps none, or a refusal.
    record Ruling(List<Event> events, Refusal refusal) {
        static Ruling refused(Refusal refusal) {
            return new Ruling(List.of(), refusal);
        }
    }

    /// The row that a result set stands on.
    static Conversation of(ResultSet row) throws SQLException {
        return new Conversation(row.getString(1), row.getLong(2), instant(row, 3), row.getString(4), instant(row, 5), row.getBoolean(6),
                row.getString(7), row.getString(8), row.getString(9), row.getString(10), actorType(row.getString(11)),
                row.getString(12), instant(row, 13), instant(row, 14));
    }

    /// The kind of actor that a column names.
    static Actor.Type actorType(String wireName) {
        return Actor.Type.valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /// A time, or null.
    static Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /// What a command means.
    ///
    /// @param before the conversation, or null if there is none
    static Ruling decide(Conversation before, Asked asked, Instant now) {
        if (before == null && !(asked.body() instanceof Command.ReceiveMessage)) {
            return Ruling.refused(Refusal.CONVERSATION_NOT_FOUND);
        }
        if (before != null && asked.ifMatch() != null && asked.ifMatch() != before.version()) {
            return Ruling.refused(Refusal.VERSION_MISMATCH);
        }
        var facts = new Facts(before, asked, now);
        boolean nobodys = before == null || before.owner().equals(NOBODY);
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

    /// The row after an event; `before` is null before the first.
    static Conversation apply(Conversation before, Event event) {
        return switch (event) {
            case Event.ConversationOpened e -> new Conversation(e.conversationId(), e.version(), e.at(), NOBODY, null, false, e.channel(),
                    e.visitor().id(), e.visitor().id(), e.visitor().name(), Actor.Type.VISITOR, "", e.at(), null);
            case Event.MessageReceived e -> {
                boolean sameNamed = e.visitor().name() == null && e.visitor().id().equals(before.visitorId);
                yield new Conversation(before.id, e.version(), e.at(), before.owner, before.since, before.completed, before.channel,
                        before.originVisitorId, e.visitor().id(), sameNamed ? before.visitorName : e.visitor().name(), Actor.Type.VISITOR,
                        Texts.preview(e.text()), e.at(), before.waitingSince == null ? e.at() : before.waitingSince);
            }
            case Event.ReplySent e -> new Conversation(before.id, e.version(), e.at(), before.owner, before.since, before.completed, before.channel,
                    before.originVisitorId, before.visitorId, before.visitorName, Actor.Type.AGENT, Texts.preview(e.text()), e.at(), null);
            case Event.ConversationAssigned e -> before.owned(e, e.assignee(), e.at(), false);
            case Event.ConversationUnassigned e -> before.owned(e, NOBODY, null, before.completed);
            case Event.ConversationCompleted e -> before.owned(e, NOBODY, null, true);
            case Event.ConversationReopened e -> before.owned(e, NOBODY, null, false);
        };
    }

    private Conversation owned(Event event, String newOwner, Instant ownedSince, boolean nowCompleted) {
        return new Conversation(id, event.version(), event.at(), newOwner, ownedSince, nowCompleted, channel, originVisitorId, visitorId,
                visitorName, lastFrom, lastText, lastActivityAt, waitingSince);
    }

    /// The list that counts it.
    String list() {
        return completed ? COMPLETED : owner;
    }

    /// Its owner's id, or null.
    String assignee() {
        return owner.equals(NOBODY) ? null : owner;
    }

    /// Whether it is put away.
    Status status() {
        return completed ? Status.COMPLETED : Status.OPEN;
    }

    /// Who wrote last.
    Visitor visitor() {
        return new Visitor(visitorId, visitorName);
    }

    /// The answer to an accepted command.
    static Decision accepted(Conversation after, List<Event> events) {
        return new Decision.Accepted(after.id, after.version, after.status(), after.assignee(), events.stream().map(Decision.Caused::of).toList(), false);
    }

    /// The answer to a refused one; `before` is null where there is no conversation.
    static Decision refused(Conversation before, Asked asked, Refusal refusal) {
        return before == null
                ? new Decision.Refused(asked.conversationId(), 0, refusal, null, null, false)
                : new Decision.Refused(before.id, before.version, refusal, before.assignee(), before.since, false);
    }

    /// Gives the events of one command their versions, time and cause.
    private static final class Facts {
        private final Asked asked;
        private final String owner;
        private final Instant at;
        private final List<Event> events = new ArrayList<>(3);
        private long version;

        Facts(Conversation before, Asked asked, Instant now) {
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
