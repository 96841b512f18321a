/// Tells people: who is told of an event, the feed of each agent, what she has read of it, and the live stream.
///
/// Knows topics, not other services. Start reading at [baton.notification.domain.NotificationPolicy] for the rules and at
/// [baton.notification.NotificationService] for what runs.
package baton.notification;
