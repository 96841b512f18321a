/// Brings notifications to people: the feed and what they have read of it, their settings, and the live stream.
///
/// Every instance reads all of `notifications` and holds all feeds; any instance serves any agent. Depends on the domain,
/// agent-directory and service-runtime. Start reading at [baton.notification.delivery.LiveStream].
package baton.notification.delivery;
