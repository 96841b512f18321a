package baton.benchmarks.rival;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Reason;
import baton.contract.Visitor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/// A row of `events`. The components are the columns.
public record EventRow(String conversationId, long version, Instant at, EventType type, Actor.Type actorType, String actorId, String commandId,
        String channel, String visitorId, String visitorName, String messageId, String text, Instant sentAt, String assignee,
        String previousAssignee, Reason reason) {

    /// The columns, as [#of(ResultSet)] reads them.
    public static final String COLUMNS = "e.conversation_id, e.version, e.at, e.type, e.actor_type, e.actor_id, e.command_id, e.channel, e.visitor_id, "
            + "e.visitor_name, e.message_id, e.text, e.sent_at, e.assignee, e.previous_assignee, e.reason";

    /// The row for an event.
    public static EventRow of(Event event) {
        return switch (event) {
            case Event.ConversationOpened e -> row(event, e.channel(), e.visitor(), null, null, null, null, null, null);
            case Event.MessageReceived e -> row(event, e.channel(), e.visitor(), e.messageId(), e.text(), e.sentAt(), null, null, null);
            case Event.ReplySent e -> row(event, null, null, null, e.text(), null, null, null, null);
            case Event.ConversationAssigned e -> row(event, null, null, null, null, null, e.assignee(), e.previousAssignee(), e.reason());
            case Event.ConversationUnassigned e -> row(event, null, null, null, null, null, null, e.previousAssignee(), e.reason());
            case Event.ConversationCompleted _, Event.ConversationReopened _ -> row(event, null, null, null, null, null, null, null, null);
        };
    }

    private static EventRow row(Event event, String channel, Visitor visitor, String messageId, String text, Instant sentAt, String assignee,
            String previousAssignee, Reason reason) {
        return new EventRow(event.conversationId(), event.version(), event.at(), EventType.of(event), event.actor().type(), event.actor().id(),
                event.commandId(), channel, visitor == null ? null : visitor.id(), visitor == null ? null : visitor.name(), messageId, text,
                sentAt, assignee, previousAssignee, reason);
    }

    /// The row that a result set stands on.
    public static EventRow of(ResultSet row) throws SQLException {
        String reason = row.getString(16);
        return new EventRow(row.getString(1), row.getLong(2), ConversationRow.instant(row, 3), EventType.ofWireName(row.getString(4)).orElseThrow(),
                ConversationRow.actorType(row.getString(5)), row.getString(6), row.getString(7), row.getString(8),
                row.getString(9), row.getString(10), row.getString(11), row.getString(12), ConversationRow.instant(row, 13), row.getString(14),
                row.getString(15), reason == null ? null : reason(reason));
    }

    private static Reason reason(String wireName) {
        for (Reason reason : Reason.values()) {
            if (reason.wireName().equals(wireName)) {
                return reason;
            }
        }
        throw new IllegalStateException("a reason " + wireName + " is in the database");
    }

    /// The event.
    public Event event() {
        Actor actor = new Actor(actorType, actorId);
        return switch (type) {
            case CONVERSATION_OPENED -> new Event.ConversationOpened(conversationId, version, at, actor, commandId, channel, visitor());
            case MESSAGE_RECEIVED -> new Event.MessageReceived(conversationId, version, at, actor, commandId, messageId, channel, visitor(), text, sentAt);
            case REPLY_SENT -> new Event.ReplySent(conversationId, version, at, actor, commandId, text);
            case CONVERSATION_ASSIGNED -> new Event.ConversationAssigned(conversationId, version, at, actor, commandId, assignee, previousAssignee,
                    actorId, reason);
            case CONVERSATION_UNASSIGNED -> new Event.ConversationUnassigned(conversationId, version, at, actor, commandId, previousAssignee, actorId,
                    reason);
            case CONVERSATION_COMPLETED -> new Event.ConversationCompleted(conversationId, version, at, actor, commandId);
            case CONVERSATION_REOPENED -> new Event.ConversationReopened(conversationId, version, at, actor, commandId);
        };
    }

    private Visitor visitor() {
        return new Visitor(visitorId, visitorName);
    }
}
