package baton.notification.domain;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.Status;
import baton.contract.Visitor;

/// What [NotificationPolicy] has to know of a conversation: a fold over its events.
///
/// @param version         of the last event that was taken in; 0 before the first
/// @param owner           the agent it belongs to, or null
/// @param reopenCommandId the command of the last event, if that was a visitor's reopening, which is told of together with the
///                        message of the same command; else null
public record KnownConversation(long version, String owner, String channel, Visitor visitor, Status status,
        String reopenCommandId) {

    /// Before the first event.
    public static final KnownConversation ABSENT = new KnownConversation(0, null, null, null, null, null);

    /// Whether this event has been taken in before.
    public boolean covers(Event event) {
        return event.version() <= version;
    }

    /// The conversation after `event`. Throws [IllegalStateException] for an event that cannot follow: the log is corrupted.
    public static KnownConversation evolve(KnownConversation before, Event event) {
        if (event.version() != before.version + 1) {
            throw new IllegalStateException(event.conversationId() + " is at version " + before.version
                    + ", an event of version " + event.version() + " cannot follow");
        }
        if (event instanceof Event.ConversationOpened != (before.version == 0)) {
            throw new IllegalStateException(event.conversationId() + " must begin with its opening, and only begin with it: version "
                    + event.version() + " is " + event.getClass().getSimpleName());
        }
        long version = event.version();
        return switch (event) {
            case Event.ConversationOpened opened ->
                    new KnownConversation(version, null, opened.channel(), opened.visitor(), Status.OPEN, null);
            case Event.MessageReceived message -> before.with(version, before.owner, message.visitor(), before.status, null);
            case Event.ReplySent _ -> before.with(version, before.owner, before.visitor, before.status, null);
            case Event.ConversationAssigned assigned ->
                    before.with(version, assigned.assignee(), before.visitor, before.status, null);
            case Event.ConversationUnassigned _ -> before.with(version, null, before.visitor, before.status, null);
            case Event.ConversationCompleted _ -> before.with(version, null, before.visitor, Status.COMPLETED, null);
            case Event.ConversationReopened reopened -> before.with(version, null, before.visitor, Status.OPEN,
                    reopened.actor().type() == Actor.Type.VISITOR ? reopened.commandId() : null);
        };
    }

    private KnownConversation with(long version, String owner, Visitor visitor, Status status, String reopenCommandId) {
        return new KnownConversation(version, owner, channel, visitor, status, reopenCommandId);
    }
}
