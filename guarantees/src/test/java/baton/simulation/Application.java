package baton.simulation;

import baton.contract.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.kafka.streams.processor.api.Processor;

/// One application on all instances together: who has which partition, how far each was committed, and the changelogs of its stores.
final class Application {

    /// Makes the processor of a worker's task.
    interface Processors extends BiFunction<Worker, Integer, Processor<byte[], byte[], byte[], byte[]>> {
    }

    private final String name;
    private final Topic source;
    private final Topics topics;
    private final Processors processors;
    private final List<Changelog> changelogs = new ArrayList<>();
    private final List<Worker> owners = new ArrayList<>();
    private final List<Long> committed = new ArrayList<>();
    private int generation;

    Application(String name, Topic source, Topics topics, Processors processors) {
        this.name = name;
        this.source = source;
        this.topics = topics;
        this.processors = processors;
        grow();
    }

    /// Takes in the partitions of its source that it has not seen.
    void grow() {
        while (changelogs.size() < topics.of(source).size()) {
            changelogs.add(new Changelog());
            owners.add(null);
            committed.add(0L);
        }
    }

    Processor<byte[], byte[], byte[], byte[]> processor(Worker worker, int partition) {
        return processors.apply(worker, partition);
    }

    /// Gives a partition to another worker. Whoever does not hear of it keeps an old generation, and can commit no more.
    void assign(int partition, Worker worker) {
        generation++;
        owners.set(partition, worker);
    }

    int partitions() {
        return owners.size();
    }

    /// Who has it; may be dead; null before anybody had it.
    Worker owner(int partition) {
        return owners.get(partition);
    }

    int generation() {
        return generation;
    }

    long committed(int partition) {
        return committed.get(partition);
    }

    void commit(int partition, long next) {
        committed.set(partition, next);
    }

    Changelog changelog(int partition) {
        return changelogs.get(partition);
    }

    LogPartition source(int partition) {
        return topics.of(source).get(partition);
    }

    Topic source() {
        return source;
    }

    /// Whether all that can be read was processed, and that was committed.
    boolean hasNoLag() {
        for (int partition = 0; partition < partitions(); partition++) {
            LogPartition log = source(partition);
            if (log.stableEnd() < log.end() || log.hasNext(committed(partition)) || !changelog(partition).isStable()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
