package baton.simulation;

import baton.assignment.stream.Answers;
import baton.assignment.stream.Deciders;
import baton.runtime.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/// Deciders that break a condition: the real one, lied to from outside. Where nothing is broken, the real one as it is.
final class Sabotage {

    private Sabotage() {
    }

    static Processor<byte[], byte[], byte[], byte[]> decider(World world, Instance instance, Answers answers) {
        int partitions = world.topics().partitions();
        Processor<byte[], byte[], byte[], byte[]> real = instance.deciders().decider(partitions, answers);
        if (world.setup().sizesRefused()) {
            return new SizeChecked(() -> instance.deciders().decider(partitions, answers), real, world.broken() == Condition.C7);
        }
        return switch (world.broken()) {
            case C2_PLACE -> new InPlaceOf(real, partitions);
            case C4_CLOCK -> new Altered(real, record -> record.withTimestamp(record.timestamp() + instance.number()));
            case C4_CONFIGURATION -> new Altered(real, record -> withOwnership(record, instance.number() % 2 == 0 ? "owner" : "open"));
            case C5 -> new Unguarded(real);
            case C2_PARTITIONS, C3_GAPS, C3_OPEN, C6, C7 -> real;
            case null -> real;
        };
    }

    private static Record<byte[], byte[]> withOwnership(Record<byte[], byte[]> record, String ownership) {
        if (record.value() == null) {
            return record;
        }
        // Byte for byte, so that poison stays what it is.
        String value = new String(record.value(), StandardCharsets.ISO_8859_1)
                .replaceFirst("\"ownership\":\"(owner|open)\"", "\"ownership\":\"" + ownership + "\"");
        return record.withValue(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Changes each record before it is decided.
    private record Altered(Processor<byte[], byte[], byte[], byte[]> real, UnaryOperator<Record<byte[], byte[]>> alter)
            implements Processor<byte[], byte[], byte[], byte[]> {

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            real.init(context);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            real.process(alter.apply(record));
        }
    }

    /// Makes the decider believe, for each record, that it has the partition to which the record belongs.
    private static final class InPlaceOf implements Processor<byte[], byte[], byte[], byte[]> {

        private final Processor<byte[], byte[], byte[], byte[]> real;
        private final int partitions;
        private TaskContext context;

        InPlaceOf(Processor<byte[], byte[], byte[], byte[]> real, int partitions) {
            this.real = real;
            this.partitions = partitions;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            this.context = (TaskContext) context;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            int home = record.key() == null ? context.taskId().partition() : KafkaClients.partition(record.key(), partitions);
            real.init(context.inPartition(home));
            real.process(record);
        }
    }

    /// Makes the decider believe that each record is the next one.
    private static final class Unguarded implements Processor<byte[], byte[], byte[], byte[]> {

        private final Processor<byte[], byte[], byte[], byte[]> real;
        private TaskContext context;

        Unguarded(Processor<byte[], byte[], byte[], byte[]> real) {
            this.real = real;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            this.context = (TaskContext) context;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            long offset = context.recordMetadata().orElseThrow().offset();
            KeyValueStore<String, Long> rows = context.getStateStore(Deciders.APPLIED);
            StateStore applied = new MemoryStore<>(Deciders.APPLIED, new TreeMap<>(), rows::put) {
                @Override
                public Long get(String key) {
                    return !key.equals(Deciders.APPLIED_KEY) ? rows.get(key) : offset == 0 ? null : (Long) (offset - 1);
                }
            };
            real.init(context.with(applied));
            real.process(record);
        }
    }
}
