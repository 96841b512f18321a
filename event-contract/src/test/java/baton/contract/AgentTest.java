package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentTest {

    private static final Instant NINE = Instant.parse("2026-11-22T09:00:00Z");
    private static final Instant TEN = Instant.parse("2026-11-22T10:00:00Z");
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    @Test
    void beginsAPeriodWhenANewAgentIsActive() {
        assertThat(active(null, NINE).activePeriods()).containsExactly(new Agent.Period(NINE, null));
    }

    @Test
    void beginsNoPeriodWhenANewAgentIsNotActive() {
        assertThat(inactive(null, NINE).activePeriods()).isEmpty();
    }

    @Test
    void endsThePeriodWhenAnAgentIsDeactivatedAndBeginsAnotherWhenSheIsBack() {
        Agent back = active(inactive(active(null, NINE), TEN), NOON);

        assertThat(back.activePeriods()).containsExactly(new Agent.Period(NINE, TEN), new Agent.Period(NOON, null));
    }

    @Test
    void keepsThePeriodsWhenSomethingElseChanges() {
        Agent renamed = Agent.changed(active(null, NINE), "ana", "Ana Maria", Role.SUPERVISOR, true, TEN);

        assertThat(renamed).isEqualTo(
                new Agent("ana", "Ana Maria", Role.SUPERVISOR, true, List.of(new Agent.Period(NINE, null))));
        assertThat(inactive(inactive(active(null, NINE), TEN), NOON).activePeriods()).containsExactly(new Agent.Period(NINE, TEN));
    }

    @Test
    void forgetsTheOldestPeriods() {
        Agent agent = null;
        for (int i = 0; i < 33; i++) {
            agent = active(inactive(agent, NINE.plusSeconds(2 * i)), NINE.plusSeconds(2 * i + 1));
        }

        assertThat(agent.activePeriods()).hasSize(32);
        assertThat(agent.activePeriods().getFirst()).isEqualTo(new Agent.Period(NINE.plusSeconds(3), NINE.plusSeconds(4)));
        assertThat(agent.activePeriods().getLast()).isEqualTo(new Agent.Period(NINE.plusSeconds(65), null));
    }

    @Test
    void wasActiveFromTheBeginningOfAPeriodToJustBeforeItsEnd() {
        Agent agent = active(inactive(active(null, NINE), TEN), NOON);

        assertThat(agent.wasActive(NINE.minusNanos(1))).isFalse();
        assertThat(agent.wasActive(NINE)).isTrue();
        assertThat(agent.wasActive(TEN.minusNanos(1))).isTrue();
        assertThat(agent.wasActive(TEN)).isFalse();
        assertThat(agent.wasActive(NOON.minusNanos(1))).isFalse();
        assertThat(agent.wasActive(NOON)).isTrue();
        assertThat(agent.wasActive(NOON.plusSeconds(1_000_000))).isTrue();
    }

    @Test
    void freezesThePeriods() {
        List<Agent.Period> periods = new java.util.ArrayList<>(List.of(new Agent.Period(NINE, null)));
        Agent agent = new Agent("ana", "Ana", Role.AGENT, true, periods);
        periods.clear();

        assertThat(agent.activePeriods()).hasSize(1);
        assertThatThrownBy(() -> agent.activePeriods().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void knowsASupervisorByHerRole() {
        assertThat(new Agent("sam", "Sam", Role.SUPERVISOR, true, null).supervisor()).isTrue();
        assertThat(new Agent("ana", "Ana", Role.AGENT, true, null).supervisor()).isFalse();
    }

    private static Agent active(Agent before, Instant at) {
        return Agent.changed(before, "ana", "Ana", Role.AGENT, true, at);
    }

    private static Agent inactive(Agent before, Instant at) {
        return Agent.changed(before, "ana", "Ana", Role.AGENT, false, at);
    }
}
