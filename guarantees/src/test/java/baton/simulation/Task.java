package baton.simulation;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/// One partition in the hands of a worker: a real processor over stores that were restored, and how far it has read.
final class Task {

    private final Application application;
    private final int partition;
    private final Processor<byte[], byte[], byte[], byte[]> processor;
    private final TaskContext context;
    private long position;
    private boolean processedAny;

    /// @param position from where its consumer reads
    Task(Application application, int partition, Processor<byte[], byte[], byte[], byte[]> processor, TaskContext.Outputs outputs,
            long position) {
        this.application = application;
        this.partition = partition;
        this.processor = processor;
        this.context = new TaskContext(partition, application.changelog(partition)::content, outputs);
        this.position = position;
        processor.init(context);
    }

    boolean hasNext() {
        return application.source(partition).hasNext(position);
    }

    /// The offset of the next record.
    long next() {
        return application.source(partition).next(position);
    }

    /// Processes the next record; if that throws, the task is not to be used any more.
    void processNext() {
        long offset = next();
        LogPartition.Entry entry = application.source(partition).at(offset);
        context.at(application.source().name(""), partition, offset);
        processor.process(new Record<>(entry.key(), entry.value(), entry.time(), entry.headers()));
        position = offset + 1;
        processedAny = true;
    }

    /// What only a broken handler does (C6).
    void skipNext() {
        position = next() + 1;
        processedAny = true;
    }

    /// Its consumer reads on from another place, and nobody has told it why.
    void moveTo(long other) {
        position = other;
    }

    /// From where its consumer reads next.
    long position() {
        return position;
    }

    /// What there is to commit: nothing new, where nothing was processed.
    long toCommit() {
        return processedAny ? position : application.committed(partition);
    }

    Processor<byte[], byte[], byte[], byte[]> processor() {
        return processor;
    }

    TaskContext context() {
        return context;
    }
}
