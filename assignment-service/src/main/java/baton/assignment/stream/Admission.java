package baton.assignment.stream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// How many callers may wait for a decision at once: as many as are decided in a given time, at the pace of the best of the last
/// [#SECONDS_REMEMBERED] seconds. So whoever is let in is told soon (by Little's law, who waits divided by the pace is how long), and
/// whoever would have to wait longer is told at once that there is no room. The best second, because one that had nothing to decide, or
/// stood still while a partition moved, says nothing of what the next one can do.
///
/// [#WAITING_MIN] are let in at any pace: after a quiet time nobody knows how fast it goes.
final class Admission {

    /// Callers who may always wait, if the setting allows so many.
    static final int WAITING_MIN = 500;
    static final int SECONDS_REMEMBERED = 10;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int waitingMax;
    private final Duration within;
    private final AtomicLong decided = new AtomicLong();
    private final long[] perSecond = new long[SECONDS_REMEMBERED];
    private int second;
    private long secondBegan;
    private long decidedBefore;
    private volatile int admitted;

    /// @param waitingMax never more than this
    /// @param within     how soon whoever is let in should be told
    Admission(int waitingMax, Duration within, long nowNanos) {
        this.waitingMax = waitingMax;
        this.within = within;
        this.secondBegan = nowNanos;
        this.admitted = Math.min(waitingMax, WAITING_MIN);
    }

    /// A caller has been told. On any thread.
    void decided() {
        decided.incrementAndGet();
    }

    /// Looks at the pace; several times a second, on one thread.
    void look(long nowNanos) {
        for (; nowNanos - secondBegan >= SECOND_NANOS; secondBegan += SECOND_NANOS) {
            second = (second + 1) % SECONDS_REMEMBERED;
            perSecond[second] = 0;
        }
        long total = decided.get();
        perSecond[second] += total - decidedBefore;
        decidedBefore = total;
        long best = 0;
        for (long count : perSecond) {
            best = Math.max(best, count);
        }
        admitted = (int) Math.min(waitingMax, Math.max(WAITING_MIN, best * within.toMillis() / 1_000));
    }

    /// How many may wait at this moment.
    int waitingMax() {
        return admitted;
    }
}
