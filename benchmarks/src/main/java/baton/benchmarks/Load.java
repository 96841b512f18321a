package baton.benchmarks;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// An open loop: work begins on a schedule whether or not earlier work has ended, and its time counts from when it should have begun. So a
/// stall is seen by everything that it held up, and no correction for coordinated omission is left to be made.
final class Load {

    /// Begun and not ended; at the bound the rate is more than can be done, and the round ends.
    static final int UNDER_WAY_MAX = 2_000;

    /// So many pieces of work beyond a percentile make it worth a number.
    private static final int BEYOND_MIN = 10;
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

    private Load() {
    }

    /// One piece of work; true when it has ended as it should.
    interface Work {
        CompletableFuture<Boolean> begin();
    }

    /// What one round has shown.
    ///
    /// @param nanos     how long it took, from when it should have begun
    /// @param failed    how many ended otherwise than they should
    /// @param abandoned whether the round ended early, because too much was under way
    record Round(int rate, Histogram nanos, long failed, boolean abandoned) {
        /// Whether all that was due was done.
        boolean whole() {
            return !abandoned && failed == 0;
        }

        double millis(double percentile) {
            return nanos.getValueAtPercentile(percentile) / 1e6;
        }

        /// Whether enough took longer than this percentile to tell it from an accident.
        boolean tells(double percentile) {
            return nanos.getTotalCount() * (100 - percentile) >= 100 * BEYOND_MIN;
        }

        /// A percentile to be compared. It is beyond all bounds where not all was done: what was never begun would have waited longest, and what is
        /// refused is answered sooner than what is done.
        double comparableMillis(double percentile) {
            return whole() ? millis(percentile) : Double.POSITIVE_INFINITY;
        }

        /// The same round, with what went wrong in one that went on beside it, without which it is not what it was to be.
        Round beside(Round other) {
            return new Round(rate, nanos, failed + other.failed, abandoned || other.abandoned);
        }
    }

    /// Begins `rate` pieces a second, for so long; returns when all have ended.
    static Round atRate(int rate, Duration lasting, Work work) throws InterruptedException {
        var nanos = new ConcurrentHistogram(TimeUnit.MINUTES.toNanos(2), SIGNIFICANT_DIGITS);
        var failed = new AtomicLong();
        var places = new Semaphore(UNDER_WAY_MAX);
        long interval = TimeUnit.SECONDS.toNanos(1) / rate;
        long count = rate * lasting.toMillis() / 1_000;
        boolean abandoned = false;
        long begin = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
        for (long i = 0; i < count; i++) {
            long due = begin + i * interval;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (!places.tryAcquire()) {
                abandoned = true;
                break;
            }
            work.begin().whenComplete((right, failure) -> {
                nanos.recordValue(Math.min(nanos.getHighestTrackableValue(), Math.max(0, System.nanoTime() - due)));
                if (failure != null || !right) {
                    failed.incrementAndGet();
                }
                places.release();
            });
        }
        acquire(places, UNDER_WAY_MAX);
        return new Round(rate, nanos, failed.get(), abandoned);
    }

    /// A closed loop: does so much, so many at a time, as fast as it goes, but not longer than so; how many a second ended as they should.
    static double closedLoop(int count, int atATime, Duration notLonger, Work work) throws InterruptedException {
        var places = new Semaphore(atATime);
        long begin = System.nanoTime();
        var done = new AtomicLong();
        for (int begun = 0; begun < count && System.nanoTime() - begin < notLonger.toNanos(); begun++) {
            acquire(places, 1);
            work.begin().whenComplete((right, failure) -> {
                if (failure == null && right) {
                    done.incrementAndGet();
                }
                places.release();
            });
        }
        acquire(places, atATime);
        return done.get() / ((System.nanoTime() - begin) / 1e9);
    }

    private static void acquire(Semaphore places, int count) throws InterruptedException {
        if (!places.tryAcquire(count, ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("work that was begun has not ended within " + ENDED_WITHIN.toSeconds() + " s");
        }
    }
}
