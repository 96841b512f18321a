package baton.assignment.stream;

import baton.contract.Decision;
import baton.runtime.Problem;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The callers of this process that wait for a decision. A command's record carries, in a header that no rule looks at, which
/// caller of which process waits for it: nothing else tells two sendings of the same command apart.
@Singleton
public final class PendingDecisions implements Answers {

    private static final Logger LOG = LoggerFactory.getLogger(PendingDecisions.class);
    private static final String HEADER = "baton-waiting";
    private static final long CLOCK_MILLIS = 50;
    /// The part of [AssignmentSettings#decidedWithin()] in which whoever is let in should be told.
    private static final int TOLD_SOON_PART = 5;

    private final AssignmentSettings settings;
    private final String process = UUID.randomUUID() + "/";
    private final AtomicLong last = new AtomicLong();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Admission admission;
    private final Map<String, Waiting> pending = new ConcurrentHashMap<>();
    private final Thread clock = Thread.ofVirtual().name("decision-deadlines").unstarted(this::watch);

    private volatile IntPredicate decidedElsewhere = _ -> false;

    private record Waiting(int partition, long deadlineNanos, CompletableFuture<Decision> decision) {
    }

    PendingDecisions(AssignmentSettings settings) {
        this.settings = settings;
        this.admission = new Admission(settings.pendingMax(), settings.decidedWithin().dividedBy(TOLD_SOON_PART), System.nanoTime());
        clock.start();
    }

    /// From now on, nobody waits for a decision of a partition for which this is true: another instance decides it, and only who asks
    /// there again, with the same id, is told.
    void giveUpWhere(IntPredicate decidedElsewhere) {
        this.decidedElsewhere = decidedElsewhere;
    }

    /// A place to wait; `overloaded` if there is none left, see [Admission]. `headers` gets what the record must carry. The future always completes:
    /// with the decision, or after [AssignmentSettings#decidedWithin()] with `outcome-unknown`.
    CompletableFuture<Decision> waitFor(Headers headers, int partition) {
        int waitingMax = admission.waitingMax();
        if (waiting.incrementAndGet() > waitingMax) {
            waiting.decrementAndGet();
            throw Problem.overloaded(waitingMax + " commands are waiting for their decision already.").asException();
        }
        String id = process + last.incrementAndGet();
        headers.add(HEADER, id.getBytes(StandardCharsets.US_ASCII));
        CompletableFuture<Decision> decision = new CompletableFuture<>();
        var place = new Waiting(partition, System.nanoTime() + settings.decidedWithin().toNanos(), decision);
        pending.put(id, place);
        decision.whenComplete((_, _) -> {
            pending.remove(id);
            waiting.decrementAndGet();
        });
        return decision;
    }

    /// One look every [#CLOCK_MILLIS] at all who wait, rather than a timer for each, which would be started and stopped with each command.
    private void watch() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(CLOCK_MILLIS);
                try {
                    admission.look(System.nanoTime());
                    giveUpWhatIsDue();
                    giveUpWhatMoved();
                } catch (RuntimeException | Error e) {
                    // Without this thread everybody would wait for ever, and soon there would be no place left to wait at.
                    LOG.error("who waits for a decision could not be looked at, trying again", e);
                }
            }
        } catch (InterruptedException _) {
            // closed
        }
    }

    private void giveUpWhatIsDue() {
        long now = System.nanoTime();
        for (Waiting caller : pending.values()) {
            if (caller.deadlineNanos() - now <= 0) {
                caller.decision().completeExceptionally(new TimeoutException());
            }
        }
    }

    private void giveUpWhatMoved() {
        Map<Integer, Boolean> moved = new HashMap<>();
        for (Waiting caller : pending.values()) {
            if (moved.computeIfAbsent(caller.partition(), decidedElsewhere::test)) {
                caller.decision().completeExceptionally(Problem.outcomeUnknown("Another instance decides it now. "
                        + "Send the command again with the same Idempotency-Key to learn the outcome.").asException());
            }
        }
    }

    @Override
    public void answer(Headers headers, Decision decision) {
        Header header = headers.lastHeader(HEADER);
        if (header == null) {
            return;
        }
        Waiting caller = pending.get(new String(header.value(), StandardCharsets.US_ASCII));
        if (caller != null && caller.decision().complete(decision)) {
            admission.decided();
        }
    }

    /// How many wait at this moment.
    int waiting() {
        return waiting.get();
    }

    /// Tells all who wait that the outcome is not known here any more.
    void giveUp() {
        pending.values().forEach(caller ->
                caller.decision().completeExceptionally(Problem.outcomeUnknown("This instance stops.").asException()));
    }

    @PreDestroy
    void stop() {
        giveUp();
        clock.interrupt();
    }
}
