package baton.simulation;

import baton.assignment.stream.Answers;
import baton.assignment.stream.Deciders;
import baton.contract.Decision;
import baton.inbox.stream.InboxShards;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;

/// One process of a deployment: a part of each application, the callers that wait here for a decision, and the shards that it shows.
final class Instance {

    /// The header by which a record says who waits for its decision.
    static final String WAITING = "baton-waiting";

    private final World world;
    private final int number;
    private final List<Worker> workers;
    private final Map<String, Call> pending = new LinkedHashMap<>();
    private InboxShards shards;
    private Deciders deciders;
    private boolean alive = true;
    private boolean slow;
    private boolean rowsMoved;
    private int deciding;
    private long decidingAt;

    Instance(World world, int number) {
        this.world = world;
        this.number = number;
        this.workers = world.applications().stream().map(application -> new Worker(world, this, application)).toList();
        begin();
    }

    private void begin() {
        shards = new InboxShards(world.topics().partitions());
        deciders = new Deciders(worker(world.decider())::thread);
    }

    /// Where the deciders of this instance say what they have decided.
    Answers answers() {
        return (headers, decision) -> {
            world.note("%s decides %d at %d: %s", this, deciding, decidingAt, decision);
            world.auditor().decided(this, deciding, decidingAt, decision);
            Header header = headers.lastHeader(WAITING);
            Call call = header == null ? null : pending.remove(new String(header.value(), StandardCharsets.US_ASCII));
            if (call != null) {
                world.callers().answer(call, decision);
            }
        };
    }

    /// A worker is about to process a record.
    void processes(Application application, int partition, long offset) {
        if (application == world.decider()) {
            deciding = partition;
            decidingAt = offset;
        } else if (application == world.inbox()) {
            rowsMoved = true;
        }
    }

    /// Whether its rows may have changed since this was asked last.
    boolean rowsMoved() {
        boolean moved = rowsMoved;
        rowsMoved = false;
        return moved;
    }

    Map<String, Call> pending() {
        return pending;
    }

    /// All who wait here are told that the outcome is not known.
    void giveUp() {
        List.copyOf(pending.values()).forEach(Call::isUnknown);
        pending.clear();
    }

    void die() {
        alive = false;
        workers.forEach(Worker::die);
        giveUp();
    }

    void start() {
        alive = true;
        begin();
        workers.forEach(Worker::start);
    }

    List<Worker> workers() {
        return workers;
    }

    Worker worker(Application application) {
        return workers.get(world.applications().indexOf(application));
    }

    InboxShards shards() {
        return shards;
    }

    /// Where its deciders come from.
    Deciders deciders() {
        return deciders;
    }

    boolean isAlive() {
        return alive;
    }

    /// Whether it does not answer reads in time.
    boolean isSlow() {
        return slow;
    }

    void setSlow(boolean slow) {
        this.slow = slow;
    }

    int number() {
        return number;
    }

    @Override
    public String toString() {
        return "instance-" + number;
    }
}
