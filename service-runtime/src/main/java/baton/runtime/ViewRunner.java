package baton.runtime;

import baton.runtime.Rebuild.Plan;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.Topology;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a [View]: it is started, rebuilt when somebody [asks][#request] for it, and closed.
///
/// A rebuild is a few steps on the [RebuildLog]; every instance follows it, whichever was asked, and after a crash goes on where it was:
///
/// 1. *requested*: every instance closes its application. When the consumer group has no member, and no transaction of it is open,
///    what was folded is final, and one writes it down.
/// 2. *planned*: the changelogs, the group's offsets and what the view has written are deleted. All of that may be done twice, or late:
///    changelogs are deleted by id, records up to where they ended, offsets only while nobody is in the group.
/// 3. *folding*: every instance deletes its local stores, if they are from before, and starts. What was folded before has no effect a
///    second time beyond the stores.
/// 4. *done*, when everything has been folded again that had been folded before.
///
/// An instance that does not know of a rebuild yet cannot fold in between: a processor is [admitted][FoldedBefore#admit] after it has
/// become a member of the group, by the log of rebuilds as it is at that moment; until it leaves, or is put out and can commit
/// nothing any more, the group has a member.
public final class ViewRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ViewRunner.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration NOTHING_LEFT_AFTER = Duration.ofSeconds(5);
    private static final Duration SAY_EVERY = Duration.ofSeconds(10);
    private static final Duration RETRY_EVERY = Duration.ofSeconds(2);

    private final View view;
    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final RebuildLog rebuilds;
    private final MeterRegistry registry;
    private final Thread steward;
    private final Object change = new Object();
    private final StateFolder folder;
    private Admin admin; // while a rebuild is under way
    private volatile boolean closed;
    private volatile StreamsRunner runner;
    private volatile int running;
    private volatile String obstacle;
    private volatile Map<Integer, Long> folded = Map.of();
    private Map<Integer, Long> toFold = Map.of();
    private long foldedFurtherAt = System.nanoTime();

    /// Something that mends itself, or that somebody else has to do first.
    private static final class Waiting extends Exception {
        private static final long serialVersionUID = 1L;

        Waiting(String forWhat) {
            super(forWhat, null, false, false);
        }
    }

    /// Makes it; [#start()] starts it.
    public ViewRunner(View view, KafkaClients clients, TopicKeeper topics, RebuildLog rebuilds, MeterRegistry registry) {
        this.view = view;
        this.clients = clients;
        this.topics = topics;
        this.rebuilds = rebuilds;
        this.registry = registry;
        this.folder = new StateFolder(clients.settings().stateDir(), clients.prefixed(view.name()));
        this.steward = Thread.ofVirtual().name("view-" + view.name()).unstarted(this::attend);
    }

    /// Starts it, or has it wait for a rebuild that is under way. Called again after a failure.
    public synchronized void start() throws Exception {
        topics.ensure(List.of(rebuilds.spec()));
        rebuilds.start();
        Rebuild rebuild = rebuilds.of(view.name());
        if (rebuild.folds()) {
            run(rebuild);
        }
        if (steward.getState() == Thread.State.NEW) {
            rebuilds.onStep((_, _) -> look());
            steward.start();
        }
    }

    /// Asks for a rebuild; returns when all instances are bound to make it. Refuses with a problem where one is under way, unless it cannot
    /// come to its end because this instance has halted, and where it could not be made.
    ///
    /// @param by who asks
    public RebuildStatus request(String by) {
        try {
            requireStarted();
            rebuilds.refresh();
            Rebuild last = rebuilds.of(view.name());
            StreamsRunner present = runner;
            boolean halted = present != null && present.haltedBecause().isPresent();
            if (last.underWay() && !(last.folds() && halted)) {
                throw underWay(last);
            }
            try (Admin asking = clients.admin()) {
                var there = new ViewOnBrokers(asking, clients, view);
                there.requireRebuildable(changelogs(), clients.settings().replicas());
                if (!halted) { // else it never catches up; what may have been folded then passes for folded
                    there.requireFoldedKnown(changelogs(), foldedAnew(last, there), rebuilds.reread(view.name()));
                }
            }
            RebuildStep step = RebuildStep.requested(last.number() + 1, by);
            if (!rebuilds.append(view.name(), step)) {
                throw underWay(rebuilds.of(view.name()));
            }
            LOG.info("{} is rebuilt, {} has asked for it", view.name(), by);
            return status();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.outcomeUnknown("Whether the rebuild was written is not known; ask for its state.").asException();
        } catch (ExecutionException | TimeoutException e) {
            throw Problem.outcomeUnknown("Whether the rebuild was written is not known (" + reason(e) + "); ask for its state.").asException();
        }
    }

    private ProblemException underWay(Rebuild rebuild) {
        return Problem.of(409, "rebuild-under-way", "It is being rebuilt already", view.name() + " has been rebuilt since "
                + rebuild.requestedAt() + ", " + rebuild.by() + " asked for it. It goes on by itself, through restarts too.").asException();
    }

    /// How far the last rebuild has come.
    public RebuildStatus status() {
        requireStarted();
        Rebuild rebuild = rebuilds.of(view.name());
        Map<Integer, Long> before = rebuild.plan().foldedBefore();
        long toFold = before.values().stream().mapToLong(Long::longValue).sum();
        long again = rebuild.underWay() ? sumUpTo(before, rebuild.folds() ? folded : Map.of()) : toFold;
        return new RebuildStatus(view.name(), rebuild.number(), rebuild.number() == 0 ? "none" : rebuild.stage().name().toLowerCase(Locale.ROOT),
                rebuild.requestedAt(), rebuild.by(), rebuild.endedAt(), again, toFold, rebuild.underWay() ? notReadyBecause().orElse(null) : null);
    }

    private static long sumUpTo(Map<Integer, Long> bounds, Map<Integer, Long> offsets) {
        return bounds.entrySet().stream().mapToLong(bound -> Math.min(bound.getValue(), offsets.getOrDefault(bound.getKey(), 0L))).sum();
    }

    private void requireStarted() {
        if (steward.getState() == Thread.State.NEW || closed) {
            throw Problem.unavailable("The service is still starting, or ends.").asException();
        }
    }

    /// Why it cannot be read at this moment; empty when it can.
    public Optional<String> notReadyBecause() {
        StreamsRunner present = runner;
        String inTheWay = obstacle;
        if (present != null) {
            return present.notReadyBecause().or(view::notReadableBecause);
        }
        if (closed) {
            return Optional.of("closed");
        }
        if (steward.getState() == Thread.State.NEW) {
            return Optional.of("not started");
        }
        return Optional.of("it is being rebuilt" + (inTheWay == null ? "" : ": " + inTheWay));
    }

    private void attend() {
        try {
            while (!closed) {
                Rebuild rebuild = rebuilds.of(view.name());
                Duration pause = LOOK_EVERY;
                try {
                    advance(rebuild);
                    obstacle = null;
                    pause = rebuild.underWay() ? LOOK_EVERY : null;
                } catch (Waiting e) {
                    obstacle = e.getMessage();
                } catch (ExecutionException | TimeoutException | RuntimeException | Error e) { // who comes after would wait for it for ever
                    if (closed) {
                        return;
                    }
                    LOG.warn("{}: its rebuild does not come further, trying again", view.name(), e);
                    obstacle = reason(e);
                    pause = RETRY_EVERY;
                }
                awaitStepAfter(rebuild, pause);
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    /// @param pause null to wait until something happens
    private void awaitStepAfter(Rebuild seen, Duration pause) throws InterruptedException {
        synchronized (change) {
            if (rebuilds.of(view.name()).equals(seen) && !closed) {
                change.wait(pause == null ? 0 : pause.toMillis());
            }
        }
    }

    private void look() {
        synchronized (change) {
            change.notifyAll();
        }
    }

    private synchronized void advance(Rebuild rebuild) throws Waiting, InterruptedException, ExecutionException, TimeoutException {
        switch (rebuild.stage()) {
            case REQUESTED -> {
                stop();
                plan(rebuild);
            }
            case PLANNED -> {
                stop();
                discard(rebuild);
            }
            case FOLDING -> {
                run(rebuild);
                endIfFolded(rebuild);
            }
            case DONE -> {
                run(rebuild);
                closeAdmin();
            }
        }
    }

    private ViewOnBrokers there() {
        if (admin == null) {
            admin = clients.admin();
        }
        return new ViewOnBrokers(admin, clients, view);
    }

    private void closeAdmin() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
            admin = null;
        }
    }

    private void plan(Rebuild rebuild) throws Waiting, InterruptedException, ExecutionException, TimeoutException {
        ViewOnBrokers there = there();
        requireNoMember(there);
        Map<Integer, Long> outputEnds = there.outputEnds().orElseThrow(() -> new Waiting("a transaction is open on " + view.output().orElseThrow()));
        String log = there.logId();
        Reread reread = rebuilds.reread(view.name()).and(there.lost(changelogs(), foldedAnew(rebuild, there)));
        Map<Integer, Long> before = Plan.folded(log, rebuild.plan(), there.committed(true), reread, there.logEnds());
        var plan = new Plan(before, there.ids(changelogs()), outputEnds, there.outputKeptFor().map(rebuild.requestedAt()::minus).orElse(null), log);
        rebuilds.append(view.name(), RebuildStep.planned(rebuild.number(), plan));
    }

    /// The partitions of which an unfinished rebuild knows what was folded before it, whatever has been committed since.
    private static Set<Integer> foldedAnew(Rebuild rebuild, ViewOnBrokers there) throws InterruptedException, ExecutionException, TimeoutException {
        return rebuild.underWay() ? rebuild.plan().foldedBeforeOf(there.logId()).keySet() : Set.of();
    }

    private void discard(Rebuild rebuild) throws Waiting, InterruptedException, ExecutionException, TimeoutException {
        ViewOnBrokers there = there();
        there.deleteChangelogs(rebuild.plan().changelogs());
        there.deleteOutput(rebuild.plan().outputEnds());
        if (!there.deleteGroup()) {
            requireNoMember(there);
            throw new Waiting("somebody was in its consumer group just now");
        }
        rebuilds.append(view.name(), RebuildStep.folding(rebuild.number()));
    }

    private static void requireNoMember(ViewOnBrokers there) throws Waiting, InterruptedException, ExecutionException, TimeoutException {
        List<String> members = there.members();
        if (!members.isEmpty()) {
            throw new Waiting("it waits until these have stopped, or are taken for dead: " + String.join(", ", members));
        }
    }

    private void endIfFolded(Rebuild rebuild) throws InterruptedException, ExecutionException, TimeoutException {
        Map<Integer, Long> committed = there().committed(false);
        if (!committed.equals(folded)) {
            foldedFurtherAt = System.nanoTime();
            folded = committed;
        }
        boolean all = toFold.entrySet().stream()
                .allMatch(before -> folded.getOrDefault(before.getKey(), 0L) >= before.getValue());
        if (!all && System.nanoTime() - foldedFurtherAt > NOTHING_LEFT_AFTER.toNanos()) {
            all = there().withRecords(folded, toFold).isEmpty();
            foldedFurtherAt = System.nanoTime();
        }
        if (all && notReadyBecause().isEmpty() && rebuilds.append(view.name(), RebuildStep.done(rebuild.number()))) {
            LOG.info("{} was rebuilt", view.name());
        }
    }

    private Set<String> changelogs() {
        return TopicKeeper.changelogs(clients.prefixed(view.name()), view.topology(FoldedBefore.nothing()));
    }

    /// Runs the application that this rebuild has made, if it does not run. One that has halted is left as it is.
    private void run(Rebuild rebuild) throws InterruptedException, ExecutionException, TimeoutException {
        if (runner != null && running == rebuild.number()) {
            return;
        }
        stop();
        if (closed) {
            throw new IllegalStateException("closed while it started"); // what is opened now would stay open for ever
        }
        folder.belongTo(rebuild.number());
        ViewOnBrokers there = there();
        toFold = rebuild.plan().foldedBeforeOf(there.logId());
        Topology topology = view.topology(FoldedBefore.upTo(rebuild.number(), toFold, rebuild.plan().outputSince())
                .admittedBy(() -> admit(rebuild.number())));
        rememberLost(there.lost(changelogs(), foldedAnew(rebuild, there)));
        topics.verifyChangelogs(clients.prefixed(view.name()), topology);
        // From the beginning: the log is kept for ever, and what was folded is dropped by its version.
        var opened = new StreamsRunner(view.name(), topology, clients.streams(view.name(), "earliest", view.commitInterval()), registry);
        folded = Map.of();
        running = rebuild.number();
        runner = opened;
        try {
            view.opened(opened);
            opened.start();
        } catch (RuntimeException | Error e) {
            try {
                stop();
            } catch (RuntimeException | Error more) {
                e.addSuppressed(more);
            }
            throw e;
        }
    }

    /// Before anybody commits anew: from then on the group's offsets do not show it.
    private void rememberLost(Reread lost) throws InterruptedException, ExecutionException, TimeoutException {
        if (!lost.upTo().isEmpty()) {
            LOG.info("{}: the consumer group's offsets of the partitions {} are lost; the log is read again, and what is known is dropped",
                    view.name(), new TreeSet<>(lost.upTo().keySet()));
            rebuilds.append(view.name(), lost);
        }
    }

    /// On the thread that folds: until it is known that the fold is the view's, nothing is. Whose is not stays until it is closed, so that it
    /// leaves the group as every closed one does.
    private void admit(int number) {
        StreamsRunner present = runner;
        long sayAt = System.nanoTime();
        try {
            while (present != null && !present.isClosing()) {
                try {
                    rebuilds.refresh();
                    Rebuild now = rebuilds.of(view.name());
                    if (now.number() == number && now.folds()) {
                        return;
                    }
                } catch (ExecutionException | TimeoutException | RuntimeException e) {
                    if (System.nanoTime() - sayAt >= 0) {
                        LOG.warn("whether {} is being rebuilt cannot be read, trying again", view.name(), e);
                        sayAt = System.nanoTime() + SAY_EVERY.toNanos();
                    }
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new NotAdmitted("it is rebuilt, or closed");
    }

    private void stop() {
        StreamsRunner present = runner;
        if (present != null) {
            runner = null;
            try {
                view.closing();
            } finally {
                present.close();
            }
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    @Override
    public void close() {
        closed = true;
        steward.interrupt();
        look();
        synchronized (this) {
            stop();
            closeAdmin();
        }
    }
}
