package baton.assignment.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.runtime.Problem;
import baton.runtime.ProblemException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailedSignInsTest {

    private static final String HERE = "192.0.2.1";
    private static final String THERE = "192.0.2.2";

    private Instant now = Instant.parse("2026-11-22T10:15:00Z");
    private final FailedSignIns failures = new FailedSignIns(() -> now);

    @Test
    void tenFailuresFromOneAddressCostNothingAndTheNextAttemptWaits() {
        for (int i = 0; i < 10; i++) {
            mayTry("ana", HERE);
            failures.add("ana", HERE);
        }
        Problem refused = mustWait("ana", HERE);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.type()).isEqualTo("urn:baton:problem:too-many-sign-ins");
        assertThat(refused.retryAfter()).isEqualTo(6);
    }

    @Test
    void aGuessAtAnotherNameFromThereIsTheSameGuess() {
        for (int i = 0; i < 10; i++) {
            failures.add("name-" + i, HERE);
        }
        mustWait("ana", HERE);
        mayTry("ana", THERE);
    }

    @Test
    void whoWaitsAsLongAsSheIsToldMayTryOnce() {
        fail(10, "ana", HERE);
        pass(Duration.ofSeconds(5));
        assertThat(mustWait("ana", HERE).retryAfter()).isEqualTo(1);
        pass(Duration.ofSeconds(1));
        mayTry("ana", HERE);
        failures.add("ana", HERE);
        assertThat(mustWait("ana", HERE).retryAfter()).isEqualTo(6);
    }

    @Test
    void attemptsThatMustWaitDoNotMakeItLonger() {
        fail(10, "ana", HERE);
        for (int i = 0; i < 1_000; i++) {
            assertThat(mustWait("ana", HERE).retryAfter()).isEqualTo(6);
        }
    }

    @Test
    void everythingIsForgottenInTime() {
        fail(10, "ana", HERE);
        pass(Duration.ofMinutes(1));
        fail(9, "ana", HERE);
        mayTry("ana", HERE);
    }

    @Test
    void guessesAtOneNameFromManyAddressesWaitToo() {
        for (int i = 0; i < 100; i++) {
            mayTry("ana", "192.0.2." + i);
            failures.add("ana", "192.0.2." + i);
        }
        assertThat(mustWait("ana", "198.51.100.1").retryAfter()).isEqualTo(6);
        mayTry("ben", "198.51.100.1");
    }

    @Test
    void remembersNoMoreThanTenThousandAndTheLatestOfThem() {
        fail(10, "ana", HERE);
        for (int i = 0; i < 4_900; i++) {
            failures.add("name-" + i, "address-" + i);
        }
        mustWait("ana", HERE);
        for (int i = 0; i < 5_000; i++) {
            failures.add("another-" + i, "elsewhere-" + i);
        }
        mayTry("ana", HERE);
    }

    private void fail(int times, String name, String address) {
        for (int i = 0; i < times; i++) {
            failures.add(name, address);
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private void mayTry(String name, String address) {
        assertThatCode(() -> failures.requireMayTry(name, address)).doesNotThrowAnyException();
    }

    private Problem mustWait(String name, String address) {
        ProblemException refused = catchThrowableOfType(ProblemException.class, () -> failures.requireMayTry(name, address));
        assertThat(refused).as("a refusal").isNotNull();
        return refused.problem();
    }
}
