package baton.simulation;

import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// The part of a processor's context that no processor of Baton uses, and the one way out that all use.
abstract class ForwardingContext<F, W> implements ProcessorContext<F, W> {

    /// A record was handed over for a sink.
    abstract void forwarded(Record<? extends F, ? extends W> record, String sink);

    @Override
    public <K extends F, V extends W> void forward(Record<K, V> record, String sink) {
        forwarded(record, sink);
    }

    @Override
    public <K extends F, V extends W> void forward(Record<K, V> record) {
        throw notSimulated();
    }

    @Override
    public String applicationId() {
        throw notSimulated();
    }

    @Override
    public Serde<?> keySerde() {
        throw notSimulated();
    }

    @Override
    public Serde<?> valueSerde() {
        throw notSimulated();
    }

    @Override
    public File stateDir() {
        throw notSimulated();
    }

    @Override
    public StreamsMetrics metrics() {
        throw notSimulated();
    }

    @Override
    public Cancellable schedule(Duration interval, PunctuationType type, Punctuator callback) {
        throw notSimulated();
    }

    @Override
    public Cancellable schedule(Instant start, Duration interval, PunctuationType type, Punctuator callback) {
        throw notSimulated();
    }

    @Override
    public void commit() {
        throw notSimulated();
    }

    @Override
    public Map<String, Object> appConfigs() {
        throw notSimulated();
    }

    @Override
    public Map<String, Object> appConfigsWithPrefix(String prefix) {
        throw notSimulated();
    }

    @Override
    public long currentSystemTimeMs() {
        throw notSimulated();
    }

    @Override
    public long currentStreamTimeMs() {
        throw notSimulated();
    }

    private static UnsupportedOperationException notSimulated() {
        return new UnsupportedOperationException("no processor of Baton asks for this");
    }
}
