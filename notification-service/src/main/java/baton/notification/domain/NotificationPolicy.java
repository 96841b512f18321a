package baton.notification.domain;

import baton.contract.Agent;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Ids;
import baton.contract.Notification;
import baton.contract.Texts;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/// Who is told of an event. Nobody is told of what they did themselves.
///
/// A visitor's reopening and the message that caused it are two events of one command and one notification: it is told when the
/// message comes, so that it can quote it, and it carries the id and the type of the reopening.
public final class NotificationPolicy {

    private static final List<Telling> NOBODY = List.of();

    private NotificationPolicy() {
    }

    /// Who is told of `event`, which happened to a conversation that was `before`.
    public static List<Telling> tell(KnownConversation before, Event event) {
        return switch (event) {
            case Event.ConversationOpened _ -> NOBODY; // its first message tells
            case Event.MessageReceived message when message.commandId().equals(before.reopenCommandId()) ->
                    everyone(reopening(before, message));
            case Event.MessageReceived message when before.owner() != null ->
                    one(before.owner(), message(message, before.owner()));
            case Event.MessageReceived message -> everyone(message(message, null));
            case Event.ReplySent _ -> NOBODY;
            case Event.ConversationAssigned assigned when assigned.assignee().equals(assigned.by()) -> NOBODY;
            case Event.ConversationAssigned assigned -> one(assigned.assignee(), assignment(before, assigned));
            case Event.ConversationUnassigned unassigned -> switch (unassigned.reason()) {
                case MANUAL -> everyone(giveBack(before, unassigned));
                case COMPLETED, FIRST_REPLY -> NOBODY;
            };
            case Event.ConversationCompleted _ -> NOBODY;
            case Event.ConversationReopened _ -> NOBODY; // a visitor's is told with its message
        };
    }

    /// Which agents see a notification: whose it is; or, if it is for everyone, who was active then and did not do it. It does not hold on to
    /// the notification, so that it can be kept without it.
    public static Predicate<Agent> whoSees(String recipient, Notification notification) {
        if (!recipient.equals(Notification.EVERYONE)) {
            return agent -> recipient.equals(agent.id());
        }
        Instant at = notification.at();
        String except = notification.except();
        return agent -> !agent.id().equals(except) && agent.wasActive(at);
    }

    private static List<Telling> everyone(Notification notification) {
        return List.of(new Telling(Notification.EVERYONE, notification));
    }

    private static List<Telling> one(String agentId, Notification notification) {
        return List.of(new Telling(agentId, notification));
    }

    private static Notification message(Event.MessageReceived event, String owner) {
        return new Notification(Ids.eventId(event.conversationId(), event.version()), event.conversationId(), event.version(),
                EventType.MESSAGE_RECEIVED, event.at(), null, owner, event.channel(), event.visitor(), Texts.preview(event.text()),
                null);
    }

    /// The reopening is the event before its message; both have the time of their command.
    private static Notification reopening(KnownConversation before, Event.MessageReceived event) {
        return new Notification(Ids.eventId(event.conversationId(), before.version()), event.conversationId(), before.version(),
                EventType.CONVERSATION_REOPENED, event.at(), null, null, event.channel(), event.visitor(),
                Texts.preview(event.text()), null);
    }

    private static Notification assignment(KnownConversation before, Event.ConversationAssigned event) {
        return new Notification(Ids.eventId(event.conversationId(), event.version()), event.conversationId(), event.version(),
                EventType.CONVERSATION_ASSIGNED, event.at(), event.by(), event.assignee(), before.channel(), before.visitor(), null,
                null);
    }

    private static Notification giveBack(KnownConversation before, Event.ConversationUnassigned event) {
        return new Notification(Ids.eventId(event.conversationId(), event.version()), event.conversationId(), event.version(),
                EventType.CONVERSATION_UNASSIGNED, event.at(), event.by(), null, before.channel(), before.visitor(), null,
                event.by());
    }
}
