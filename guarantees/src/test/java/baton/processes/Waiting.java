package baton.processes;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for conditions, each with a deadline. Looking takes no more than half of the time, so that it does not keep a small machine from
/// what is waited for.
public final class Waiting {

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Waiting() {
    }

    /// Returns when the condition holds; fails after the time.
    public static void until(String what, Duration within, Callable<Boolean> condition) {
        until(what, within, condition, () -> "");
    }

    /// Returns when the condition holds; fails after the time, with more to say.
    public static void until(String what, Duration within, Callable<Boolean> condition, Supplier<String> more) {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            long began = System.nanoTime();
            if (call(condition)) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come within " + within + "\n" + more.get());
            }
            pause(began);
        }
    }

    /// The first answer that is wanted; fails after the time with the last one.
    public static <T> T until(String what, Duration within, Callable<T> asked, Predicate<T> wanted) {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            long began = System.nanoTime();
            T answer = call(asked);
            if (wanted.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come within " + within + ", but " + answer);
            }
            pause(began);
        }
    }

    private static <T> T call(Callable<T> asked) {
        try {
            return asked.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void pause(long lookedSinceNanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(Math.max(LOOK_EVERY_NANOS, System.nanoTime() - lookedSinceNanos));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
