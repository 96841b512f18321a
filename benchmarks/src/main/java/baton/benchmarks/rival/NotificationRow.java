package baton.benchmarks.rival;

import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Notification;
import baton.contract.Reason;
import baton.contract.Texts;
import java.time.Instant;
import java.util.List;

/// A row of `notifications`. The components are the columns.
///
/// @param recipient   an agent's id, or [Notification#EVERYONE]
/// @param exceptAgent who is not told although everyone is, or null
public record NotificationRow(String recipient, Instant at, String conversationId, long version, EventType type, String by, String assignee,
        String channel, String visitorId, String visitorName, String text, String exceptAgent) {

    /// Who is told of what one command has caused. A visitor's reopening is told once, with the message that caused it.
    ///
    /// @param reopened whether the command found the conversation completed
    public static List<NotificationRow> tell(boolean reopened, ConversationRow after, List<Event> events) {
        return events.stream().map(event -> switch (event) {
            case Event.MessageReceived e when reopened -> row(Notification.EVERYONE, EventType.CONVERSATION_REOPENED, e, e.version() - 1, after,
                    null, Texts.preview(e.text()), null);
            case Event.MessageReceived e -> row(after.assignee() == null ? Notification.EVERYONE : after.owner(), EventType.MESSAGE_RECEIVED, e,
                    e.version(), after, null, Texts.preview(e.text()), null);
            case Event.ConversationAssigned e when !e.assignee().equals(e.by()) ->
                    row(e.assignee(), EventType.CONVERSATION_ASSIGNED, e, e.version(), after, e.by(), null, null);
            case Event.ConversationUnassigned e when e.reason() == Reason.MANUAL ->
                    row(Notification.EVERYONE, EventType.CONVERSATION_UNASSIGNED, e, e.version(), after, e.by(), null, e.by());
            case Event.ConversationOpened _, Event.ReplySent _, Event.ConversationAssigned _, Event.ConversationUnassigned _,
                 Event.ConversationCompleted _, Event.ConversationReopened _ -> null;
        }).filter(java.util.Objects::nonNull).toList();
    }

    private static NotificationRow row(String recipient, EventType type, Event event, long version, ConversationRow after, String by, String text,
            String exceptAgent) {
        return new NotificationRow(recipient, event.at(), event.conversationId(), version, type, by, after.assignee(), after.channel(),
                after.visitorId(), after.visitorName(), text, exceptAgent);
    }
}
