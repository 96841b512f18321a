package baton.notification.domain;

import baton.contract.EventType;
import baton.contract.Notification;
import baton.contract.Visitor;
import java.time.Instant;

/// A notification as its recipient sees it.
///
/// @param id       its [FeedPlace], as a text
/// @param by       the agent who did it, or null if it was a visitor
/// @param assignee the owner after the event, or null
/// @param text     the beginning of the message, or null where the event is none
public record FeedItem(String id, String eventId, String conversationId, long version, EventType type, Instant at, String by,
        boolean read, String assignee, String channel, Visitor visitor, String text) {

    /// The item for a notification.
    public static FeedItem of(Notification notification, boolean read) {
        return new FeedItem(FeedPlace.of(notification).text(), notification.eventId(), notification.conversationId(),
                notification.version(), notification.type(), notification.at(), notification.by(), read, notification.assignee(),
                notification.channel(), notification.visitor(), notification.text());
    }
}
