/// The projection on Kafka Streams: events in, rows, indexes, counters and threads in local stores, partitioned like the conversations.
///
/// Start reading at [baton.inbox.stream.LiveShard].
package baton.inbox.stream;
