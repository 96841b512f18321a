package baton.notification.stream;

import baton.contract.Topic;
import baton.runtime.FoldedBefore;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;

/// `conversation-events` in, one record per event and recipient on `notifications` out: a static function of the topics' prefix.
///
/// Each record is there once, through crashes and replays: reading, the store and writing are one transaction, and an event that
/// comes again is known by its version.
public final class NotificationTopology {

    /// The application's name, before the deployment's prefix.
    public static final String APPLICATION = "notification-service";
    /// The store: what is known of each conversation, by its id.
    public static final String STORE = "ownership";

    private NotificationTopology() {
    }

    /// The topology for a deployment with this prefix.
    ///
    /// @param before what was told before it was rebuilt: of that, records say that they are no news
    public static Topology of(String topicPrefix, FoldedBefore before) {
        ByteArrayDeserializer reader = new ByteArrayDeserializer();
        ByteArraySerializer writer = new ByteArraySerializer();
        return new Topology()
                .addSource("conversation-events", reader, reader, Topic.CONVERSATION_EVENTS.name(topicPrefix))
                .addProcessor("tell", new TellProcessor.Supplier(before), "conversation-events")
                .addSink("notifications", Topic.NOTIFICATIONS.name(topicPrefix), writer, writer, "tell")
                .addSink("dead-letters", Topic.DEAD_LETTERS.name(topicPrefix), writer, writer, "tell");
    }
}
