package baton.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// One run: from a seed to a verdict. Step by step something happens, by chance, and the auditor judges; then nothing goes wrong any more,
/// all is drained, and the auditor judges what it has come to.
final class Simulation {

    private static final int ROUNDS_TO_DRAIN_MAX = 100;

    private final Chance chance;
    private final Journal journal;
    private final World world;
    private final List<Weighted> steps = new ArrayList<>();
    private int weights;
    private Walk walk;

    private record Weighted(int upTo, Runnable step) {
    }

    private Simulation(long seed, UnaryOperator<Setup> setup, Journal journal) {
        this.chance = new Chance(seed);
        this.journal = journal;
        this.world = new World(chance, setup.apply(Setup.of(chance)), journal);
        possible();
    }

    /// Runs a seed; throws [Failure] if a promise is broken.
    static Coverage run(long seed, UnaryOperator<Setup> setup) {
        try {
            return new Simulation(seed, setup, new Journal(false)).run();
        } catch (Breach | RuntimeException e) {
            throw Failure.of(seed, () -> {
                Journal journal = new Journal(true);
                try {
                    new Simulation(seed, setup, journal).run();
                } catch (Breach | RuntimeException again) {
                    return new Failure.Account(again, journal);
                }
                return new Failure.Account(new IllegalStateException("did not happen again: the simulation is not deterministic", e), journal);
            });
        }
    }

    private Coverage run() {
        begin();
        for (int i = 0; i < world.setup().steps(); i++) {
            journal.step(i);
            world.tick();
            int drawn = chance.below(weights);
            steps.stream().filter(step -> drawn < step.upTo()).findFirst().orElseThrow().step().run();
            world.auditor().judge();
        }
        drain();
        world.auditor().judgeEnd();
        restoreAll();
        world.auditor().judgeEnd();
        return world.coverage();
    }

    /// Most conversations have begun, and all tasks are ready.
    private void begin() {
        world.conversations().forEach(_ -> world.visitors().say());
        for (int partition = 0; partition < world.visitors().partitions(); partition++) {
            world.visitors().carry(partition);
        }
        world.workers().forEach(Worker::openAll);
    }

    private void possible() {
        boolean longPast = world.setup().longPast();
        Callers callers = world.callers();
        Visitors visitors = world.visitors();
        Faults faults = world.faults();
        // What people do
        add(22, callers::wishes);
        add(8, callers::sendUnknownAgain);
        add(longPast ? 30 : 6, callers::sendAnsweredAgain);
        add(4, callers::reuseCommandId);
        add(2, () -> callers.timeOut(chance.of(world.instances())));
        add(longPast ? 90 : 7, visitors::say);
        add(2, visitors::sayAgain);
        add(longPast ? 80 : 10, () -> visitors.carry(chance.below(visitors.partitions())));
        add(18, this::read);
        add(1, () -> world.commands().appendSwitch(chance.below(world.topics().partitions()), chance.between(1, 2)));
        // What Kafka Streams does
        add(longPast ? 120 : 48, () -> poll(world.decider()));
        add(12, () -> poll(chance.of(world.applications())));
        add(16, () -> poll(world.inbox()));
        add(6, () -> anyWorker().send());
        add(14, () -> anyWorker().commit());
        // What goes wrong
        rough(3, () -> anyWorker().abort());
        rough(2, faults::killOne);
        rough(8, faults::startOne);
        rough(4, faults::cutOffOne);
        rough(4, faults::wakeOne);
        rough(8, faults::rebalance);
        rough(3, faults::timeOutTransaction);
        rough(2, faults::skewClock);
        rough(2, faults::poisonCommands);
        rough(1, faults::poisonEvents);
        rough(1, visitors::sendPoison);
        rough(2, faults::slowDownOrRecover);
        rough(2, () -> anyWorker().letForwardFail());
        rough(2, () -> anyWorker().commitOutputsWithoutInputOffsets(chance.below(world.topics().partitions())));
        rough(1, () -> anyWorker().readAgain(chance.below(world.topics().partitions())));
        // Readers of events would not notice what they have lost: see package-info.
        rough(1, () -> anyDecider().commitInputOffsetsWithoutOutputs());
        rough(1, () -> anyDecider().reviveBehindWhatWasRead(chance.below(world.topics().partitions())));
        rough(3, faults::repairOne);
        if (world.broken() == Condition.C2_PARTITIONS) {
            add(1, this::grow);
        }
    }

    private void add(int weight, Runnable step) {
        weights += weight;
        steps.add(new Weighted(weights, step));
    }

    private void rough(int weight, Runnable step) {
        if (world.setup().roughness() > 0) {
            add(weight * world.setup().roughness(), step);
        }
    }

    private Worker anyWorker() {
        return chance.of(chance.of(world.instances()).workers());
    }

    private Worker anyDecider() {
        return chance.of(world.instances()).worker(world.decider());
    }

    /// Its owner processes some records of a partition; or somebody who believes to be that.
    private void poll(Application application) {
        int partition = chance.below(application.partitions());
        Worker worker = chance.oneIn(3) ? chance.of(world.instances()).worker(application) : application.owner(partition);
        if (worker.instance().isAlive() && worker.owns(partition)) {
            worker.poll(partition, chance.between(1, 4));
        }
    }

    private void read() {
        walk = walk == null ? new Walk(world) : walk;
        if (walk.readOn()) {
            walk = null;
        }
    }

    /// C2: a partition more, which everybody takes for granted.
    private void grow() {
        if (world.topics().partitions() == world.setup().partitions()) {
            world.note("there is a partition more");
            world.topics().grow();
            for (Application application : world.applications()) {
                application.grow();
                world.assign(application, application.partitions() - 1, world.instances().getFirst().worker(application));
            }
            world.workers().forEach(Worker::abort);
        }
    }

    /// I11: when faults have ended, all is done that there is to do, and nobody waits.
    private void drain() {
        world.calmDown();
        world.faults().heal();
        for (int round = 0; round < ROUNDS_TO_DRAIN_MAX; round++) {
            journal.step(world.setup().steps() + round);
            drainOnce();
            if (isDrained()) {
                return;
            }
        }
        throw new Breach("I11", "something is left when faults have ended: " + left());
    }

    private void drainOnce() {
        // Those that nobody has; those that somebody has are committed below.
        List.copyOf(world.openTransactions()).stream().filter(this::isAbandoned).forEach(Transaction::abort);
        for (Instance instance : world.instances()) {
            while (world.callers().timeOut(instance)) {
                // the next one
            }
        }
        world.callers().sendAllUnknownAgain();
        for (int partition = 0; partition < world.visitors().partitions(); partition++) {
            while (world.visitors().carry(partition)) {
                // the next ones
            }
        }
        for (Worker worker : world.workers()) {
            if (worker.haltedBecause().isPresent()) {
                world.faults().repair(worker);
            }
            for (int partition = 0; partition < worker.application().partitions(); partition++) {
                if (worker.owns(partition)) {
                    worker.poll(partition, Integer.MAX_VALUE);
                }
            }
            worker.commit();
            world.auditor().judge();
        }
    }

    private boolean isAbandoned(Transaction transaction) {
        return world.workers().stream().noneMatch(worker -> worker.has(transaction));
    }

    private boolean isDrained() {
        return world.callers().areContent() && world.visitors().areCarried()
                && world.applications().stream().allMatch(Application::hasNoLag)
                && world.workers().stream().allMatch(worker -> worker.haltedBecause().isEmpty());
    }

    private String left() {
        List<String> left = new ArrayList<>();
        if (!world.callers().areContent()) {
            left.add("callers wait, or do not know");
        }
        if (!world.visitors().areCarried()) {
            left.add("messages are not carried");
        }
        for (Application application : world.applications()) {
            for (int partition = 0; partition < application.partitions(); partition++) {
                LogPartition log = application.source(partition);
                if (application.committed(partition) < log.end()) {
                    left.add("%s is at %d of %d in partition %d, of which %d can be read".formatted(application, application.committed(partition),
                            log.end(), partition, log.stableEnd()));
                }
            }
        }
        world.workers().forEach(worker -> worker.haltedBecause().ifPresent(because -> left.add(worker + " halts: " + because)));
        world.workers().stream().filter(worker -> !worker.lastFailure().isEmpty()).forEach(worker -> left.add(worker + " failed last: " + worker.lastFailure()));
        return String.join("; ", left);
    }

    /// I10: what was restored from the changelogs equals what grew.
    private void restoreAll() {
        for (Worker worker : world.workers()) {
            worker.tasks().forEach((partition, task) -> task.context().content().forEach((store, content) -> {
                if (!content.equals(worker.application().changelog(partition).content(store))) {
                    throw new Breach("I10", "the store " + store + " of " + worker + ", partition " + partition + ", is not what its changelog has");
                }
            }));
            worker.abort();
        }
        drainOnce();
        for (int i = 0; i < 2; i++) {
            Walk all = new Walk(world);
            while (!all.readOn()) {
                // the next page
            }
        }
    }

}
