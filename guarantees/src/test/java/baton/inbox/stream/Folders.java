package baton.inbox.stream;

import baton.runtime.FoldedBefore;
import org.apache.kafka.streams.processor.api.Processor;

/// Gives out the folding processor to whoever runs it without Kafka Streams.
public final class Folders {

    private Folders() {
    }

    /// The processor of [InboxTopology]; its shard shows itself in `shards`.
    public static Processor<byte[], byte[], byte[], byte[]> folder(InboxShards shards) {
        return new FoldEvents(shards, FoldedBefore.nothing());
    }
}
