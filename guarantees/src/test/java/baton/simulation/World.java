package baton.simulation;

import baton.assignment.stream.Answers;
import baton.contract.Topic;
import baton.inbox.stream.Folders;
import baton.notification.stream.Tellers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.api.Processor;

/// Everything there is in one simulation. It only wires; what happens is in [Callers], [Visitors], [Worker] and [Faults], and [Simulation]
/// says when.
final class World {

    private static final Instant BEGINNING = Instant.parse("2026-11-22T10:00:00Z");
    private static final int TICK_MILLIS_MAX = 3_000;

    private final Chance chance;
    private final Setup setup;
    private final Journal journal;
    private final Coverage coverage = new Coverage();
    private final Topics topics;
    private final Application decider;
    private final Application inbox;
    private final Application teller;
    private final List<String> conversations;
    private final List<Transaction> transactions = new ArrayList<>();
    private final List<Instance> instances;
    private final Commands commands = new Commands(this);
    private final Auditor auditor;
    private final Callers callers;
    private final Visitors visitors;
    private final Faults faults;
    private final List<Long> skewsMillis = new ArrayList<>();
    private Instant now = BEGINNING;
    private boolean calm;

    World(Chance chance, Setup setup, Journal journal) {
        this.chance = chance;
        this.setup = setup;
        this.journal = journal;
        this.topics = new Topics(setup.partitions());
        this.decider = new Application("assignment-service", Topic.CONVERSATION_COMMANDS, topics, this::decider);
        this.inbox = new Application("inbox-projection", Topic.CONVERSATION_EVENTS, topics,
                (worker, _) -> Folders.folder(worker.instance().shards()));
        this.teller = new Application("notification-service", Topic.CONVERSATION_EVENTS, topics, (_, _) -> Tellers.teller());
        this.conversations = IntStream.range(0, setup.conversations()).mapToObj(number -> "c-" + number).toList();
        this.instances = IntStream.range(0, setup.instances()).mapToObj(number -> new Instance(this, number)).toList();
        this.auditor = new Auditor(this);
        this.callers = new Callers(this);
        this.visitors = new Visitors(this);
        this.faults = new Faults(this);
        applications().forEach(application -> IntStream.range(0, application.partitions())
                .forEach(partition -> assign(application, partition, chance.of(instances).worker(application))));
    }

    private Processor<byte[], byte[], byte[], byte[]> decider(Worker worker, int partition) {
        Answers answers = worker.instance().answers();
        return Sabotage.decider(this, worker.instance(), answers);
    }

    /// Gives a partition to a worker, and tells all who can hear.
    void assign(Application application, int partition, Worker worker) {
        application.assign(partition, worker);
        instances.stream().filter(Instance::isAlive).forEach(instance -> instance.worker(application).hear());
    }

    /// Who takes a command of this partition, as `asked` knows it; null if nobody is known.
    Instance edge(Instance asked, int partition) {
        if (!asked.isAlive()) {
            return null;
        }
        if (asked.worker(decider).owns(partition)) {
            return asked;
        }
        Worker owner = decider.owner(partition);
        return owner == null ? null : owner.instance();
    }

    Transaction begin() {
        Transaction transaction = new Transaction();
        transactions.add(transaction);
        return transaction;
    }

    List<Transaction> openTransactions() {
        transactions.removeIf(transaction -> !transaction.isOpen());
        return transactions;
    }

    /// Time passes.
    void tick() {
        now = now.plusMillis(chance.below(TICK_MILLIS_MAX));
    }

    /// What the clock of the broker says that leads this partition of the commands.
    Instant logTime(int partition) {
        return partition < skewsMillis.size() ? now.plusMillis(skewsMillis.get(partition)) : now;
    }

    void skew(int partition, long millis) {
        while (skewsMillis.size() <= partition) {
            skewsMillis.add(0L);
        }
        skewsMillis.set(partition, millis);
    }

    /// Whether something goes wrong that does so once in `times`, where it is rough.
    boolean faultOneIn(int times) {
        return !calm && setup.roughness() > 0 && chance.oneIn(setup.roughness() == 1 ? times * 3 : times);
    }

    /// From now on nothing goes wrong.
    void calmDown() {
        calm = true;
    }

    void count(Happening happening) {
        coverage.count(happening);
    }

    void note(String format, Object... arguments) {
        journal.note(format, arguments);
    }

    Condition broken() {
        return setup.broken();
    }

    Chance chance() {
        return chance;
    }

    Setup setup() {
        return setup;
    }

    Coverage coverage() {
        return coverage;
    }

    Topics topics() {
        return topics;
    }

    Application decider() {
        return decider;
    }

    Application inbox() {
        return inbox;
    }

    List<Application> applications() {
        return List.of(decider, inbox, teller);
    }

    List<String> conversations() {
        return conversations;
    }

    List<Instance> instances() {
        return instances;
    }

    List<Worker> workers() {
        return instances.stream().filter(Instance::isAlive).flatMap(instance -> instance.workers().stream()).toList();
    }

    Commands commands() {
        return commands;
    }

    Auditor auditor() {
        return auditor;
    }

    Callers callers() {
        return callers;
    }

    Visitors visitors() {
        return visitors;
    }

    Faults faults() {
        return faults;
    }
}
