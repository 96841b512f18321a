package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Decision;
import baton.contract.Ownership;
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

    private final PendingDecisions pending = new PendingDecisions(new AssignmentSettings(Ownership.OWNER, LONG, 100, Duration.ZERO));
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
}
