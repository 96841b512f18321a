package baton.simulation;

import static baton.simulation.Happening.CLOCK_RAN_BACKWARDS;
import static baton.simulation.Happening.DIED;
import static baton.simulation.Happening.HANDED_OVER;
import static baton.simulation.Happening.OPERATOR_SETS_OFFSETS;
import static baton.simulation.Happening.POISON_AMONG_COMMANDS;
import static baton.simulation.Happening.POISON_AMONG_EVENTS;
import static baton.simulation.Happening.SHARD_WAS_SLOW;
import static baton.simulation.Happening.STARTED_AGAIN;
import static baton.simulation.Happening.TAKEN_OVER_FROM_A_ZOMBIE;
import static baton.simulation.Happening.TAKEN_OVER_FROM_THE_DEAD;
import static baton.simulation.Happening.TRANSACTION_TIMED_OUT;

import baton.contract.Topic;
import baton.runtime.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// What goes wrong, and what is done about it: by Kafka, by an operator.
final class Faults {

    private static final int SKEW_MILLIS_MAX = 3_600_000;
    /// What the guard of offsets tells an operator when commands are missing.
    private static final Pattern OFFSET_TO_SET = Pattern.compile("partition (\\d+) has applied .* set them to (\\d+)");

    private final World world;
    private final Chance chance;

    Faults(World world) {
        this.world = world;
        this.chance = world.chance();
    }

    void killOne() {
        kill(chance.of(world.instances()));
    }

    void kill(Instance instance) {
        if (instance.isAlive()) {
            world.note("%s dies", instance);
            world.count(DIED);
            instance.die();
        }
    }

    /// A process that was dead is started. On its own disk it knows its process id, and so ends the transactions that it had.
    void start(Instance instance) {
        if (!instance.isAlive()) {
            world.note("%s starts", instance);
            world.count(STARTED_AGAIN);
            instance.start();
            probe();
        }
    }

    /// Has a command decided on each partition. Where the last commands of a partition were taken for read and are not decided, the guard
    /// of offsets sees it now.
    private void probe() {
        for (int partition = 0; partition < world.topics().partitions(); partition++) {
            world.commands().appendProbe(partition);
        }
    }

    void startOne() {
        start(chance.of(world.instances()));
    }

    /// Stopped, and continued when the others have forgotten it: it goes on as if nothing had been.
    void cutOffOne() {
        Instance instance = chance.of(world.instances());
        if (instance.isAlive()) {
            world.note("%s is cut off", instance);
            instance.workers().forEach(Worker::cutOff);
        }
    }

    /// A worker hears of the others again.
    void wakeOne() {
        List<Worker> cutOff = world.workers().stream().filter(Worker::isCutOff).toList();
        if (!cutOff.isEmpty()) {
            wake(chance.of(cutOff));
        }
    }

    void wake(Worker worker) {
        if (worker.isCutOff()) {
            world.note("%s hears again", worker);
            worker.abort();
            worker.rejoin();
        }
    }

    /// A partition gets another owner: in good order, or because nobody has heard of the old one.
    void rebalance() {
        Application application = chance.oneIn(3) ? world.decider() : chance.of(world.applications());
        int partition = lonely(application);
        List<Worker> others = world.workers().stream()
                .filter(worker -> worker.application() == application && !worker.isCutOff() && worker != application.owner(partition)).toList();
        if (!others.isEmpty()) {
            takeOver(application, partition, chance.of(others));
        }
    }

    /// A partition, rather one whose owner is dead or is not heard of.
    private int lonely(Application application) {
        int partition = chance.below(application.partitions());
        for (int i = 0; i < 2 && application.owner(partition).instance().isAlive() && !application.owner(partition).isCutOff(); i++) {
            partition = chance.below(application.partitions());
        }
        return partition;
    }

    private void takeOver(Application application, int partition, Worker next) {
        Worker before = application.owner(partition);
        world.note("%s takes over partition %d from %s", next, partition, before);
        if (!before.instance().isAlive()) {
            world.count(TAKEN_OVER_FROM_THE_DEAD);
        } else if (before.isCutOff()) {
            world.count(TAKEN_OVER_FROM_A_ZOMBIE);
        } else {
            world.count(HANDED_OVER);
            before.revoke(partition);
        }
        world.assign(application, partition, next);
    }

    /// The coordinator ends a transaction that has been open for too long, whoever has it.
    void timeOutTransaction() {
        List<Transaction> open = world.openTransactions();
        if (!open.isEmpty()) {
            world.note("a transaction times out");
            world.count(TRANSACTION_TIMED_OUT);
            chance.of(open).abort();
        }
    }

    /// Another broker leads a partition of the commands; it has another clock.
    void skewClock() {
        int partition = chance.below(world.topics().partitions());
        long before = world.logTime(partition).toEpochMilli();
        world.skew(partition, chance.between(-SKEW_MILLIS_MAX, SKEW_MILLIS_MAX));
        if (world.logTime(partition).toEpochMilli() < before) {
            world.count(CLOCK_RAN_BACKWARDS);
        }
    }

    /// Somebody who should not writes to the commands.
    void poisonCommands() {
        world.count(POISON_AMONG_COMMANDS);
        String id = chance.of(world.conversations());
        byte[] key = KafkaClients.key(id);
        int home = KafkaClients.partition(key, world.topics().partitions());
        byte[] command = new Wish(id, "poison", "ana", "{\"type\":\"assign-agent\",\"agentId\":\"ana\"}", null)
                .envelope(1, true, "open", false, "").getBytes(StandardCharsets.UTF_8);
        world.note("poison for partition %d", home);
        switch (chance.below(8)) {
            case 0 -> world.commands().appendPoison(home, key, chance.bytes(chance.below(40)));
            case 1 -> world.commands().appendPoison(home, null, command);
            case 2 -> world.commands().appendPoison(home, "no id!".getBytes(StandardCharsets.UTF_8), command);
            case 3 -> world.commands().appendPoison(home, key, null);
            case 4 -> world.commands().appendPoison(home, key, "{\"rulesVersion\":1,\"commandId\":\"k\"}".getBytes(StandardCharsets.UTF_8));
            case 5 -> {
                String other = id + "-other";
                byte[] otherKey = KafkaClients.key(other);
                world.commands().appendPoison(KafkaClients.partition(otherKey, world.topics().partitions()), otherKey, command);
            }
            default -> {
                if (world.topics().partitions() > 1) {
                    world.commands().appendPoison((home + 1) % world.topics().partitions(), key, command);
                }
            }
        }
    }

    /// Somebody who should not writes to the events.
    void poisonEvents() {
        world.count(POISON_AMONG_EVENTS);
        byte[] key = KafkaClients.key(chance.of(world.conversations()));
        int partition = KafkaClients.partition(key, world.topics().partitions());
        long offset = world.topics().of(Topic.CONVERSATION_EVENTS).get(partition)
                .append(new LogPartition.Entry(key, chance.bytes(chance.below(20)), new RecordHeaders(), 0, null, false));
        world.auditor().poisonedEvent(partition, offset);
    }

    /// An instance does not answer reads in time, or does so again.
    void slowDownOrRecover() {
        Instance instance = chance.of(world.instances());
        instance.setSlow(!instance.isSlow());
        if (instance.isSlow()) {
            world.count(SHARD_WAS_SLOW);
        }
    }

    /// An operator reads why a worker stands still, and does what it says.
    void repairOne() {
        List<Worker> halted = world.workers().stream().filter(worker -> worker.haltedBecause().isPresent()).toList();
        if (!halted.isEmpty()) {
            repair(chance.of(halted));
        }
    }

    void repair(Worker worker) {
        Matcher said = OFFSET_TO_SET.matcher(worker.haltedBecause().orElseThrow());
        if (said.find()) {
            world.note("the operator sets partition %s of %s to %s", said.group(1), worker, said.group(2));
            world.count(OPERATOR_SETS_OFFSETS);
            worker.application().commit(Integer.parseInt(said.group(1)), Long.parseLong(said.group(2)));
        }
        worker.restartAfterHalt();
    }

    /// All that is broken is mended, and all processes were started once more; what must not be done by hand, such as the draining, is left to the simulation.
    void heal() {
        world.instances().forEach(instance -> {
            start(instance);
            instance.setSlow(false);
        });
        world.workers().forEach(this::wake);
        probe();
    }
}
