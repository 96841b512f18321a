package baton.scaleout;

import baton.processes.ServiceProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/// A caller who gives commands to one conversation without a pause, to all instances in turn, and notes when each was decided. Where it
/// is told that nothing was done, or that nobody knows, or where it is told nothing, it sends the same command again, to the next instance.
final class Prober implements AutoCloseable {

    private static final long AGAIN_AFTER_NANOS = Duration.ofMillis(20).toNanos();

    private final List<ServiceProcess> instances;
    private final Caller ana;
    private final int partition;
    private final String conversation;
    private final List<Decided> decided = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    /// @param said what it was told on the way: the answer's status, after so many milliseconds
    record Decided(long beganNanos, long atNanos, List<String> said) {
    }

    /// A time without decisions.
    record Stall(int partition, Duration length, Decided ended) {
    }

    Prober(List<ServiceProcess> instances, int partition, Caller webchat, Caller ana) {
        this.instances = instances;
        this.ana = ana;
        this.partition = partition;
        this.conversation = IntStream.range(0, 1_000).mapToObj(i -> "probe-" + i).filter(id -> ScaleOutIT.partition(id) == partition).findFirst().orElseThrow();
        webchat.message(instances.getFirst(), conversation, "m-1", "hello");
        this.thread = Thread.ofVirtual().start(this::run);
    }

    private void run() {
        int turn = 0;
        while (!closed) {
            String key = UUID.randomUUID().toString();
            List<String> said = new ArrayList<>();
            long began = System.nanoTime();
            while (!closed) {
                ServiceProcess to = instances.get(turn++ % instances.size());
                long asked = System.nanoTime();
                Caller.Answer answer = ana.assign(to, conversation, "ana", "Idempotency-Key", key);
                if (answer.status() == 200) {
                    synchronized (decided) {
                        decided.add(new Decided(began, System.nanoTime(), said));
                    }
                    break;
                }
                said.add((answer.status() == 0 ? "no answer" : answer.problem()) + " of " + to.name().substring(to.name().length() - 1) + " after "
                        + (System.nanoTime() - asked) / 1_000_000 + " ms");
                LockSupport.parkNanos(AGAIN_AFTER_NANOS);
            }
        }
    }

    /// How many have been decided.
    int count() {
        synchronized (decided) {
            return decided.size();
        }
    }

    /// The longest time between two decisions, the second of which was after a moment.
    Stall longestSince(long nanos) {
        synchronized (decided) {
            Stall longest = new Stall(partition, Duration.ZERO, null);
            for (int i = 1; i < decided.size(); i++) {
                Duration between = Duration.ofNanos(decided.get(i).atNanos() - decided.get(i - 1).atNanos());
                if (decided.get(i).atNanos() > nanos && between.compareTo(longest.length()) > 0) {
                    longest = new Stall(partition, between, decided.get(i));
                }
            }
            return longest;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
