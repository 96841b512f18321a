package baton.assignment.stream;

import java.util.function.LongSupplier;
import org.apache.kafka.streams.processor.api.Processor;

/// Gives out the deciding processors of one process to whoever runs them without Kafka Streams.
public final class Deciders {

    /// The store of the offset guard.
    public static final String APPLIED = AssignmentTopology.APPLIED;
    /// The key of the guard's row in it.
    public static final String APPLIED_KEY = OffsetGuard.KEY;

    private final OffsetGuard.Gaps gaps;

    /// @param thread the number of the thread that processes at this moment
    public Deciders(LongSupplier thread) {
        this.gaps = new OffsetGuard.Gaps(thread);
    }

    /// The processor of [AssignmentTopology].
    public Processor<byte[], byte[], byte[], byte[]> decider(int partitions, Answers answers) {
        return new DecideCommands(partitions, answers, gaps);
    }
}
