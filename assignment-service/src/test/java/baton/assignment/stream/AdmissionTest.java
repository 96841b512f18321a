package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How many may wait for a decision, at which pace.
class AdmissionTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX = 10_000;

    private final Admission admission = new Admission(MAX, Duration.ofSeconds(2), 0);

    @Test
    void asManyAsNobodyHasToAskForBeforeAnythingIsDecided() {
        admission.look(SECOND / 20);

        assertThat(admission.waitingMax()).isEqualTo(Admission.WAITING_MIN);
    }

    @Test
    void asManyAsAreDecidedInTheGivenTime() {
        decide(3_000, SECOND / 2);

        assertThat(admission.waitingMax()).isEqualTo(6_000);
    }

    @Test
    void neverMoreThanTheSetting() {
        decide(30_000, SECOND / 2);

        assertThat(admission.waitingMax()).isEqualTo(MAX);
        assertThat(new Admission(3, Duration.ofSeconds(2), 0).waitingMax()).as("if that is less than all may always").isEqualTo(3);
    }

    @Test
    void byTheBestOfTheLastSecondsSoThatAQuietOneOrAStallTakesNoRoom() {
        decide(3_000, SECOND / 2);
        decide(10, SECOND * 3 / 2);
        admission.look(9 * SECOND + SECOND / 2);

        assertThat(admission.waitingMax()).isEqualTo(6_000);
    }

    @Test
    void byTheOnesAfterItWhenItIsTooLongAgo() {
        decide(3_000, SECOND / 2);
        decide(1_000, 5 * SECOND + SECOND / 2);
        admission.look(10 * SECOND + SECOND / 2);

        assertThat(admission.waitingMax()).isEqualTo(2_000);
        admission.look(16 * SECOND);
        assertThat(admission.waitingMax()).isEqualTo(Admission.WAITING_MIN);
    }

    @Test
    void aLookThatComesLateCountsForTheSecondItComesIn() {
        decide(1_000, 100 * SECOND + 1);

        assertThat(admission.waitingMax()).isEqualTo(2_000);
        admission.look(100 * SECOND + 2);
        assertThat(admission.waitingMax()).isEqualTo(2_000);
    }

    private void decide(int callers, long at) {
        for (int i = 0; i < callers; i++) {
            admission.decided();
        }
        admission.look(at);
    }
}
