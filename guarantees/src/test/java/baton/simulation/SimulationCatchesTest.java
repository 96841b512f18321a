package baton.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A simulation that finds nothing says nothing, unless it would find something. Each condition of docs/ARCHITECTURE.md is broken in turn,
/// in worlds that are otherwise the same, and has to be caught within a few seeds.
class SimulationCatchesTest {

    private static final long SEEDS = 100;

    @ParameterizedTest
    @EnumSource(Condition.class)
    void aBrokenConditionIsCaught(Condition condition) {
        Optional<Failure> caught = firstOf(setup -> setup.breaking(condition));
        assertThat(caught).as(condition + " within " + SEEDS + " seeds").isPresent();
        assertThat(condition.promises()).as(caught.get().getMessage()).contains(caught.get().promise());
        System.out.printf("%s is caught by seed %d: %s is broken%n", condition, caught.get().seed(), caught.get().promise());
    }

    @Test
    void nothingIsCaughtInTheSameWorldsWhereNothingIsBroken() {
        assertThat(firstOf(setup -> setup.breaking(null))).isEmpty();
        assertThat(firstOf(Setup::refusingSizes)).isEmpty();
    }

    private static Optional<Failure> firstOf(UnaryOperator<Setup> change) {
        return LongStream.rangeClosed(1, SEEDS).mapToObj(seed -> failureOf(seed, change)).flatMap(Optional::stream).findFirst();
    }

    private static Optional<Failure> failureOf(long seed, UnaryOperator<Setup> change) {
        try {
            Simulation.run(seed, change);
            return Optional.empty();
        } catch (Failure failure) {
            return Optional.of(failure);
        }
    }
}
