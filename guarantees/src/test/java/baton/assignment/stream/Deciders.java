package baton.assignment.stream;

import org.apache.kafka.streams.processor.api.Processor;

/// Gives out the deciding processor to whoever runs it without Kafka Streams.
public final class Deciders {

    /// The store of the offset guard.
    public static final String APPLIED = AssignmentTopology.APPLIED;

    private Deciders() {
    }

    /// The processor of [AssignmentTopology].
    public static Processor<byte[], byte[], byte[], byte[]> decider(int partitions, Answers answers) {
        return new DecideCommands(partitions, answers);
    }
}
