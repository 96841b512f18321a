package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoadTest {

    @Test
    void aStallIsSeenByAllThatItHeldUp() throws Exception {
        Duration stall = Duration.ofMillis(300);
        AtomicInteger begun = new AtomicInteger();
        Load.Round round = Load.atRate(100, Duration.ofMillis(500), () -> {
            if (begun.getAndIncrement() == 0) {
                long until = System.nanoTime() + stall.toNanos();
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
            return CompletableFuture.completedFuture(true);
        });
        assertThat(round.nanos().getTotalCount()).isEqualTo(50);
        // Every 10 ms one should have begun: those due in the first 200 ms of the stall waited for 100 ms or more.
        assertThat(round.nanos().getCountBetweenValues(Duration.ofMillis(100).toNanos(), Long.MAX_VALUE)).isGreaterThanOrEqualTo(20);
        assertThat(round.failed()).isZero();
        assertThat(round.abandoned()).isFalse();
    }

    @Test
    void whatFailsIsCounted() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        Load.Round round = Load.atRate(1_000, Duration.ofMillis(30), () -> switch (begun.getAndIncrement() % 3) {
            case 0 -> CompletableFuture.completedFuture(true);
            case 1 -> CompletableFuture.completedFuture(false);
            default -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
        });
        assertThat(round.nanos().getTotalCount()).isEqualTo(30);
        assertThat(round.failed()).isEqualTo(20);
        assertThat(round.comparableMillis(50)).as("what is refused is no quick answer").isInfinite();
    }

    @Test
    void aRoundThatEndedEarlyIsSlowerThanAny() throws Exception {
        Load.Round early = Load.atRate(100_000, Duration.ofMillis(500), () -> new CompletableFuture<Boolean>().completeOnTimeout(true, 2, TimeUnit.SECONDS));
        assertThat(early.abandoned()).isTrue();
        assertThat(early.comparableMillis(50)).isInfinite();

        Load.Round whole = Load.atRate(1_000, Duration.ofMillis(30), () -> CompletableFuture.completedFuture(true));
        assertThat(whole.comparableMillis(50)).isFinite().isEqualTo(whole.millis(50));
        Load.Round beside = whole.beside(early);
        assertThat(beside.comparableMillis(50)).as("without its load it is not what it was to be").isInfinite();
        assertThat(whole.tells(50)).isTrue();
        assertThat(whole.tells(99)).as("thirty have no 99th percentile").isFalse();
    }

    @Test
    void aClosedLoopCountsWhatEndedAsItShould() throws Exception {
        AtomicInteger begun = new AtomicInteger();
        double perSecond = Load.closedLoop(400, 8, Duration.ofMinutes(1), () -> {
            boolean right = begun.incrementAndGet() % 4 == 0;
            return new CompletableFuture<Boolean>().completeOnTimeout(right, 10, TimeUnit.MILLISECONDS);
        });
        assertThat(begun).hasValue(400);
        assertThat(perSecond).as("a quarter of at most 800 a second").isBetween(1.0, 200.0);
    }
}
