package baton.simulation;

import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// A decider where some outputs are too large to be published, and the command that would make them is refused instead. Sizes are
/// known only when a command has been decided: so it is decided on a copy first. Whether the answer of that leaves at once (C7) or only
/// what was decided in the end is told, is the difference that is tried.
final class SizeChecked implements Processor<byte[], byte[], byte[], byte[]> {

    /// Characters of a text; longer ones do not fit.
    static final int TEXT_LENGTH_MAX = 1_000;

    private final Supplier<Processor<byte[], byte[], byte[], byte[]>> another;
    private final Processor<byte[], byte[], byte[], byte[]> real;
    private final boolean answersFirst;
    private TaskContext context;

    /// @param another makes one like the real one, which answers the same callers
    SizeChecked(Supplier<Processor<byte[], byte[], byte[], byte[]>> another, Processor<byte[], byte[], byte[], byte[]> real, boolean answersFirst) {
        this.another = another;
        this.real = real;
        this.answersFirst = answersFirst;
    }

    /// Whether a command is one that has to be refused.
    static boolean isTooLarge(byte[] value) {
        return value.length > TEXT_LENGTH_MAX;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = (TaskContext) context;
        real.init(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (answersFirst) {
            var copy = new TaskContext(context.taskId().partition(), store -> new TreeMap<>(context.copyOf(store)), new Nowhere());
            var place = context.recordMetadata().orElseThrow();
            copy.at(place.topic(), place.partition(), place.offset());
            var rehearsing = another.get();
            rehearsing.init(copy);
            rehearsing.process(record);
        }
        real.process(record.value() != null && isTooLarge(record.value()) ? record.withValue(null) : record);
    }

    private static final class Nowhere implements TaskContext.Outputs {

        @Override
        public void forwarded(String topic, Record<byte[], byte[]> record) {
            // not published
        }

        @Override
        public void changed(String store, Object key, Object value) {
            // not kept
        }
    }
}
