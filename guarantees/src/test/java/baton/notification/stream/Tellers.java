package baton.notification.stream;

import baton.runtime.FoldedBefore;
import org.apache.kafka.streams.processor.api.Processor;

/// Gives out the telling processor to whoever runs it without Kafka Streams.
public final class Tellers {

    private Tellers() {
    }

    /// The processor of [NotificationTopology].
    public static Processor<byte[], byte[], byte[], byte[]> teller() {
        return new TellProcessor(FoldedBefore.nothing());
    }
}
