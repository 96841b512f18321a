package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Decision;
import baton.contract.Ownership;
import baton.contract.Refusal;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who waits for a decision, and what she is told where none will come.
class PendingDecisionsTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int WAITING_MAX = 100;

    private final PendingDecisions pending = new PendingDecisions(new AssignmentSettings(Ownership.OWNER, LONG, WAITING_MAX, Duration.ZERO));
    private final Set<Integer> elsewhere = ConcurrentHashMap.newKeySet();

    @AfterEach
    void stop() {
        pending.stop();
    }

    @Test
    void whoWaitsWhereAnotherInstanceDecidesNowIsToldSoAtOnceAndTheOthersWaitOn() {
        pending.giveUpWhere(elsewhere::contains);
        CompletableFuture<Decision> moved = pending.waitFor(new RecordHeaders(), 1);
        CompletableFuture<Decision> stays = pending.waitFor(new RecordHeaders(), 2);
        assertThat(moved).isNotDone();
        elsewhere.add(1);
        assertThat(moved).failsWithin(SOON).withThrowableThat().havingCause().isInstanceOfSatisfying(ProblemException.class, told ->
                assertThat(told.problem().type()).isEqualTo(Problem.TYPE_PREFIX + "outcome-unknown"));
        assertThat(stays).isNotDone();
        assertThat(pending.waiting()).isEqualTo(1);
    }

    @Test
    void whoWaitsIsToldInTimeThoughNobodyCanSayWhoDecidesNow() {
        var brief = new PendingDecisions(new AssignmentSettings(Ownership.OWNER, Duration.ofMillis(200), 100, Duration.ZERO));
        try {
            brief.giveUpWhere(_ -> {
                throw new IllegalArgumentException("nobody can say");
            });
            for (int i = 0; i < 3; i++) {
                assertThat(brief.waitFor(new RecordHeaders(), 1)).failsWithin(SOON).withThrowableThat().withCauseInstanceOf(TimeoutException.class);
            }
            assertThat(brief.waiting()).isZero();
        } finally {
            brief.stop();
        }
    }

    @Test
    void oneMoreThanMayWaitIsRefusedAtOnceAndLetInWhenAnotherHasBeenTold() {
        RecordHeaders headers = new RecordHeaders();
        CompletableFuture<Decision> first = pending.waitFor(headers, 0);
        for (int i = 1; i < WAITING_MAX; i++) {
            pending.waitFor(new RecordHeaders(), 0);
        }
        assertThatThrownBy(() -> pending.waitFor(new RecordHeaders(), 0)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(429);
            assertThat(refused.problem().type()).isEqualTo(Problem.TYPE_PREFIX + "overloaded");
            assertThat(refused.problem().retryAfter()).isPositive();
        });
        pending.answer(headers, new Decision.Refused(null, 0, Refusal.UNREADABLE, null, null, false));
        assertThat(first).isCompleted();
        assertThat(pending.waitFor(new RecordHeaders(), 0)).isNotDone();
    }
}
