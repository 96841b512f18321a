/// The HTTP edge: an agent's own feed, her settings, her live stream. Nothing here takes an agent's id: it is the caller's.
///
/// Depends on delivery and on agent-directory. Start reading at [baton.notification.http.NotificationController].
package baton.notification.http;
