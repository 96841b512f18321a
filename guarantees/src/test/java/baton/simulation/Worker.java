package baton.simulation;

import static baton.simulation.Happening.ABORTED;
import static baton.simulation.Happening.COMMITTED;
import static baton.simulation.Happening.FENCED;
import static baton.simulation.Happening.GUARD_RESTORES;
import static baton.simulation.Happening.HALTED;
import static baton.simulation.Happening.INPUT_OFFSETS_WITHOUT_OUTPUTS;
import static baton.simulation.Happening.OUTPUTS_WITHOUT_INPUT_OFFSETS;
import static baton.simulation.Happening.RESTORED;
import static baton.simulation.Happening.RESTORE_WAITS_FOR_A_TRANSACTION;
import static baton.simulation.Happening.REVIVED;
import static baton.simulation.Happening.TRANSACTION_WAS_OVER;

import baton.runtime.Halt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/// What one instance does of one application: a thread of Kafka Streams with its tasks and their one transaction, exactly once (EOS v2).
/// What its tasks make is sent now and then, and committed with how far they have read, or not at all.
final class Worker {

    /// An output that was handed over and not yet sent: exactly one of the two lists of fields is set.
    private record Output(int partition, String topic, Record<byte[], byte[]> record, String store, Object key, Object value) {
    }

    private final World world;
    private final Instance instance;
    private final Application application;
    private final Map<Integer, Task> tasks = new TreeMap<>();
    private final Map<Integer, Processor<byte[], byte[], byte[], byte[]>> revivable = new LinkedHashMap<>();
    private final Map<Integer, Long> readAhead = new LinkedHashMap<>();
    private final List<Output> unsent = new ArrayList<>();
    private Transaction transaction;
    private Transaction abandoned;
    private int generation;
    private boolean cutOff;
    private String haltedBecause;
    private String lastFailure = "";
    private boolean forwardFails;
    private long thread;

    Worker(World world, Instance instance, Application application) {
        this.world = world;
        this.instance = instance;
        this.application = application;
    }

    /// Processes at most `max` records of a partition.
    void poll(int partition, int max) {
        Task task = open(partition);
        for (int i = 0; i < max && task != null && task.hasNext(); i++) {
            long offset = task.next();
            world.note("%s processes %s-%d at %d", this, application.source().name(""), partition, offset);
            try {
                instance.processes(application, partition, offset);
                task.processNext();
            } catch (Halt e) {
                halt(e.getMessage());
                return;
            } catch (RuntimeException e) {
                if (world.broken() == Condition.C6) {
                    task.skipNext();
                    continue;
                }
                failed(e);
                return;
            } finally {
                forwardFails = false;
            }
        }
    }

    /// Has its tasks ready, before there is anything to process.
    void openAll() {
        for (int partition = 0; partition < application.partitions(); partition++) {
            open(partition);
        }
    }

    /// The next output that a processor hands over will be refused, as by a producer that has lost its broker.
    void letForwardFail() {
        forwardFails = true;
    }

    private void halt(String because) {
        world.note("%s halts: %s", this, because);
        world.count(HALTED);
        haltedBecause = because;
        abort();
        anotherThread();
    }

    /// The thread dies of an exception, and another one takes its place, with a consumer that asks where to begin.
    private void anotherThread() {
        thread++;
        readAhead.clear();
        List.copyOf(revivable.keySet()).forEach(this::forget);
        rejoin();
    }

    /// The number of its thread.
    long thread() {
        return thread;
    }

    private void failed(RuntimeException e) {
        world.note("%s fails: %s", this, e);
        if (e instanceof IllegalStateException && e.getMessage().endsWith("restoring")) {
            world.count(GUARD_RESTORES);
        }
        lastFailure = e.toString();
        abort();
        anotherThread();
    }

    /// The task of a partition that this worker has; null while it cannot be restored.
    private Task open(int partition) {
        Task open = tasks.get(partition);
        if (open != null || haltedBecause != null || application.owner(partition) != this) {
            return open;
        }
        if (!application.changelog(partition).isStable()) {
            world.count(RESTORE_WAITS_FOR_A_TRANSACTION);
            return null;
        }
        var revived = revivable.remove(partition);
        world.count(revived == null ? RESTORED : REVIVED);
        world.note("%s %s partition %d from %d", this, revived == null ? "opens" : "revives", partition, application.committed(partition));
        long position = Optional.ofNullable(readAhead.remove(partition)).orElse(application.committed(partition));
        Task task = new Task(application, partition, revived == null ? application.processor(this, partition) : revived, outputs(partition),
                position);
        tasks.put(partition, task);
        return task;
    }

    private TaskContext.Outputs outputs(int partition) {
        return new TaskContext.Outputs() {
            @Override
            public void forwarded(String topic, Record<byte[], byte[]> record) {
                if (forwardFails) {
                    world.count(Happening.FORWARD_FAILED);
                    throw new org.apache.kafka.streams.errors.StreamsException("the producer has failed");
                }
                unsent.add(new Output(partition, topic, record, null, null, null));
            }

            @Override
            public void changed(String store, Object key, Object value) {
                unsent.add(new Output(partition, null, null, store, key, value));
            }
        };
    }

    /// Sends what was handed over. Where the transaction is over, because it took too long, that is noticed here.
    void send() {
        if (transaction != null && !transaction.isOpen()) {
            world.note("%s finds its transaction over", this);
            world.count(TRANSACTION_WAS_OVER);
            transaction = null;
            abort();
            rejoin();
            return;
        }
        if (unsent.isEmpty()) {
            return;
        }
        if (transaction == null) {
            transaction = world.begin();
        }
        for (Output output : unsent) {
            if (output.topic() == null) {
                transaction.put(application.changelog(output.partition()), output.store(), output.key(), output.value());
            } else {
                Record<byte[], byte[]> record = output.record();
                LogPartition home = world.topics().home(Topics.named(output.topic()), record.key());
                transaction.append(home, record.key(), record.value(), record.headers(), record.timestamp());
            }
        }
        unsent.clear();
    }

    /// Commits what was made and how far was read, as one.
    void commit() {
        if (sentForCommit()) {
            world.note("%s commits", this);
            world.count(COMMITTED);
            tasks.forEach((partition, task) -> application.commit(partition, task.toCommit()));
            end(true);
        }
    }

    /// F13: another task of the thread commits, after this one was given up: what it made is published, and how far it has read is not.
    void commitOutputsWithoutInputOffsets(int corrupted) {
        if (tasks.containsKey(corrupted) && sentForCommit()) {
            world.note("%s commits, without the input offset of partition %d", this, corrupted);
            if (tasks.get(corrupted).toCommit() != application.committed(corrupted)) {
                world.count(OUTPUTS_WITHOUT_INPUT_OFFSETS);
            }
            tasks.forEach((partition, task) -> {
                if (partition != corrupted) {
                    application.commit(partition, task.toCommit());
                }
            });
            end(true);
            close(corrupted, false);
        }
    }

    /// F13, the other way round: how far it has read is committed, and what it made is lost.
    void commitInputOffsetsWithoutOutputs() {
        if (sentForCommit()) {
            world.note("%s commits input offsets, and loses the outputs", this);
            tasks.forEach((partition, task) -> {
                if (task.toCommit() != application.committed(partition)) {
                    world.count(INPUT_OFFSETS_WITHOUT_OUTPUTS);
                }
                application.commit(partition, task.toCommit());
            });
            abort();
        }
    }

    /// F13 again: a task is called corrupted and revived with the consumer that it had, which had read on and dropped what it had read.
    void reviveBehindWhatWasRead(int corrupted) {
        Task task = tasks.get(corrupted);
        if (task != null && task.position() > application.committed(corrupted)) {
            long position = task.position();
            abort();
            world.note("%s is revived, and reads partition %d from %d", this, corrupted, position);
            world.count(Happening.REVIVED_BEHIND_WHAT_WAS_READ);
            readAhead.put(corrupted, position);
        }
    }

    /// The consumer of a task is set back to what was committed, and the task goes on with the state that it has.
    void readAgain(int partition) {
        Task task = tasks.get(partition);
        if (task != null && task.position() > application.committed(partition)) {
            world.note("%s reads partition %d again from %d", this, partition, application.committed(partition));
            world.count(Happening.READ_AGAIN);
            task.moveTo(application.committed(partition));
        }
    }

    private boolean sentForCommit() {
        send();
        if (tasks.isEmpty()) {
            return false;
        }
        if (generation != application.generation()) {
            world.note("%s is fenced", this);
            world.count(FENCED);
            abort();
            rejoin();
            return false;
        }
        return true;
    }

    private void end(boolean commit) {
        if (transaction != null) {
            if (commit) {
                transaction.commit();
            } else if (transaction.isOpen()) {
                transaction.abort();
            }
            transaction = null;
        }
        unsent.clear();
    }

    /// Nothing of what was made since the last commit has been; all tasks begin again from there.
    void abort() {
        if (transaction != null || !unsent.isEmpty()) {
            world.note("%s aborts", this);
            world.count(ABORTED);
        }
        end(false);
        boolean revive = world.chance().oneIn(2);
        List.copyOf(tasks.keySet()).forEach(partition -> close(partition, revive));
    }

    private void close(int partition, boolean revive) {
        Task task = tasks.remove(partition);
        if (revive) {
            revivable.put(partition, task.processor());
        } else {
            task.processor().close();
        }
    }

    /// Gives a partition back in good order: what was done is committed first, if that can be.
    void revoke(int partition) {
        commit();
        if (tasks.containsKey(partition)) {
            close(partition, false);
        }
        forget(partition);
    }

    private void forget(int partition) {
        readAhead.remove(partition);
        Optional.ofNullable(revivable.remove(partition)).ifPresent(Processor::close);
    }

    /// Does not hear any more of who has which partition, and goes on with those that it had.
    void cutOff() {
        cutOff = true;
    }

    /// Hears of the others again, and gives up what is no longer its own.
    void rejoin() {
        cutOff = false;
        generation = application.generation();
        List.copyOf(tasks.keySet()).stream().filter(partition -> application.owner(partition) != this)
                .forEach(partition -> close(partition, false));
        List.copyOf(revivable.keySet()).stream().filter(partition -> application.owner(partition) != this).forEach(this::forget);
    }

    /// Somebody has come or gone; whoever is cut off does not hear of it.
    void hear() {
        if (!cutOff) {
            generation = application.generation();
        }
    }

    /// Gone, from one moment to the next; its open transaction stays open until somebody ends it.
    void die() {
        if (transaction != null && transaction.isOpen()) {
            world.count(Happening.DIED_WITH_AN_OPEN_TRANSACTION);
            abandoned = transaction;
        }
        if (!unsent.isEmpty()) {
            world.count(Happening.DIED_BETWEEN_FORWARD_AND_SEND);
        }
        tasks.clear();
        revivable.clear();
        readAhead.clear();
        unsent.clear();
        transaction = null;
        haltedBecause = null;
        cutOff = false;
    }

    /// A new process in its place: where it finds the old one's process id on its disk, it ends what that one has left open.
    void start() {
        if (abandoned != null && abandoned.isOpen() && world.chance().oneIn(2)) {
            abandoned.abort();
        }
        abandoned = null;
        rejoin();
    }

    /// What an operator does who reads why it stands still.
    void restartAfterHalt() {
        haltedBecause = null;
    }

    boolean has(Transaction other) {
        return transaction == other;
    }

    Optional<String> haltedBecause() {
        return Optional.ofNullable(haltedBecause);
    }

    boolean isCutOff() {
        return cutOff;
    }

    boolean owns(int partition) {
        return cutOff ? tasks.containsKey(partition) : application.owner(partition) == this;
    }

    Map<Integer, Task> tasks() {
        return tasks;
    }

    Instance instance() {
        return instance;
    }

    Application application() {
        return application;
    }

    String lastFailure() {
        return lastFailure;
    }

    @Override
    public String toString() {
        return instance + "/" + application;
    }
}
