package baton.simulation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.header.Headers;

/// What one worker writes as a unit: records on topics, and what its stores' changelogs get. While it is open it holds back every reader
/// behind it; its end takes up an offset of each partition that it wrote to.
final class Transaction {

    private enum State { OPEN, COMMITTED, ABORTED }

    private record Write(Changelog changelog, String store, Object key, Object value) {
    }

    private final Set<LogPartition> partitions = new LinkedHashSet<>();
    private final Set<Changelog> changelogs = new LinkedHashSet<>();
    private final List<Write> writes = new ArrayList<>();
    private State state = State.OPEN;

    void append(LogPartition partition, byte[] key, byte[] value, Headers headers, long time) {
        requireOpen();
        partitions.add(partition);
        partition.append(new LogPartition.Entry(key, value, headers, time, this, false));
    }

    /// A null value deletes.
    void put(Changelog changelog, String store, Object key, Object value) {
        requireOpen();
        if (changelogs.add(changelog)) {
            changelog.opened();
        }
        writes.add(new Write(changelog, store, key, value));
    }

    void commit() {
        requireOpen();
        writes.forEach(write -> write.changelog().put(write.store(), write.key(), write.value()));
        end(State.COMMITTED);
    }

    void abort() {
        requireOpen();
        end(State.ABORTED);
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isCommitted() {
        return state == State.COMMITTED;
    }

    private void end(State end) {
        state = end;
        changelogs.forEach(Changelog::closed);
        partitions.forEach(partition -> partition.append(new LogPartition.Entry(null, null, null, 0, this, true)));
    }

    private void requireOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the transaction is " + state);
        }
    }
}
