/// Turns the public log into notifications: a Kafka Streams application around [baton.notification.domain.NotificationPolicy].
///
/// Depends on the domain and on service-runtime. Start reading at [baton.notification.stream.NotificationTopology].
package baton.notification.stream;
