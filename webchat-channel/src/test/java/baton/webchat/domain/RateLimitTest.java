package baton.webchat.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long NOW = -3 * SECOND; // a clock of nanoseconds may begin anywhere

    @Test
    void givesAMinutesWorthAtOnceAndThenSaysHowLongToWait() {
        var limit = new RateLimit(30, 10);
        for (int i = 0; i < 30; i++) {
            assertThat(limit.take("vera", NOW)).isZero();
        }
        assertThat(limit.take("vera", NOW)).isEqualTo(Duration.ofSeconds(2));
        assertThat(limit.take("vera", NOW + SECOND)).isEqualTo(Duration.ofSeconds(1));
        assertThat(limit.take("vera", NOW + 2 * SECOND)).isZero();
        assertThat(limit.take("vera", NOW + 2 * SECOND)).isPositive();
    }

    @Test
    void aRefusalTakesNothing() {
        var limit = new RateLimit(1, 10);
        assertThat(limit.take("vera", NOW)).isZero();
        for (int second = 1; second < 60; second++) {
            assertThat(limit.take("vera", NOW + second * SECOND)).isEqualTo(Duration.ofSeconds(60 - second));
        }
        assertThat(limit.take("vera", NOW + 60 * SECOND)).isZero();
    }

    @Test
    void savesUpNoMoreThanAMinutesWorth() {
        var limit = new RateLimit(2, 10);
        limit.take("vera", NOW);
        long tomorrow = NOW + Duration.ofDays(1).toNanos();
        assertThat(limit.take("vera", tomorrow)).isZero();
        assertThat(limit.take("vera", tomorrow)).isZero();
        assertThat(limit.take("vera", tomorrow)).isPositive();
    }

    @Test
    void keysDoNotTakeFromEachOther() {
        var limit = new RateLimit(1, 10);
        assertThat(limit.take("vera", NOW)).isZero();
        assertThat(limit.take("otto", NOW)).isZero();
        assertThat(limit.take("vera", NOW)).isPositive();
    }

    @Test
    void atTheBoundForgetsWhoCameLongestAgo() {
        var limit = new RateLimit(1, 2);
        limit.take("a", NOW);
        limit.take("b", NOW);
        assertThat(limit.take("a", NOW)).as("it came again").isPositive();
        limit.take("c", NOW);
        assertThat(limit.keys()).isEqualTo(2);
        assertThat(limit.take("a", NOW)).as("remembered").isPositive();
        assertThat(limit.take("b", NOW)).as("forgotten, so with a full bucket").isZero();
    }

    @Test
    void refusesALimitThatLetsNobodyPass() {
        assertThatThrownBy(() -> new RateLimit(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RateLimit(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
