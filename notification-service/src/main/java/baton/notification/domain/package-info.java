/// Who is told what, and what a feed shows. Pure: no clock, no log, no network.
///
/// Depends on the JDK and event-contract only. Start reading at [baton.notification.domain.NotificationPolicy]: who is told.
package baton.notification.domain;
