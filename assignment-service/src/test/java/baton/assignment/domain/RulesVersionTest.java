package baton.assignment.domain;

import static baton.assignment.Samples.switchTo;
import static org.assertj.core.api.Assertions.assertThat;

import baton.assignment.domain.RulesVersion.Switched;
import baton.contract.Decision;
import baton.contract.Refusal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The versions of the rules, and how one follows another.
class RulesVersionTest {

    /// Their numbers are on the log.
    @Test
    void areCountedFromOneWithoutAGap() {
        assertThat(Arrays.stream(RulesVersion.values()).map(RulesVersion::number))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, RulesVersion.values().length).boxed().toList());
        assertThat(RulesVersion.FIRST.number()).isEqualTo(1);
        assertThat(RulesVersion.NEWEST.number()).isEqualTo(RulesVersion.values().length);
        assertThat(RulesVersion.of(0)).isEmpty();
        assertThat(RulesVersion.of(RulesVersion.NEWEST.number() + 1L)).isEmpty();
        assertThat(RulesVersion.of((1L << 32) + 1)).isEmpty();
    }

    @Test
    void anySwitchIsToTheSameOrALaterOneAndBackIsRefused() {
        for (RulesVersion before : RulesVersion.values()) {
            for (RulesVersion wanted : RulesVersion.values()) {
                Switched switched = before.switchedTo(wanted, switchTo(wanted.number()));
                if (wanted.compareTo(before) < 0) {
                    assertThat(switched).isEqualTo(new Switched(before,
                            new Decision.Refused("c-1", 0, Refusal.NEWER_RULES_IN_FORCE, null, null, false)));
                } else {
                    assertThat(switched).isEqualTo(new Switched(wanted, new Decision.Accepted("c-1", 0, null, null, List.of(), false)));
                }
            }
        }
    }
}
