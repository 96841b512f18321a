package baton.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Many seeds, each a world of its own. A failure prints its seed and the line that repeats it.
///
/// `-Dsimulation.seeds=N` runs N seeds rather than the usual number, `-Dsimulation.first=S` begins at another seed than 1,
/// `-Dsimulation.seed=S` runs that one alone.
class SimulationTest {

    private static final long SEEDS = 20_000;

    @Test
    void everyPromiseHoldsInEveryWorld() {
        Long one = Long.getLong("simulation.seed");
        if (one != null) {
            System.out.println(Simulation.run(one, UnaryOperator.identity()));
            return;
        }
        long seeds = Long.getLong("simulation.seeds", SEEDS);
        long first = Long.getLong("simulation.first", 1);
        long begun = System.nanoTime();
        Coverage coverage = run(first, seeds);
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf("%,d seeds from %d on in %.1f s, %,.0f a second%n%s", seeds, first, seconds, seeds / seconds, coverage);
        if (seeds >= SEEDS) {
            assertThat(coverage.missing()).as("what has never happened").isEmpty();
            assertThat(coverage.outcomes().keySet()).contains("accepted", "the first answer again", "conversation-not-found", "not-owner",
                    "conversation-completed", "version-mismatch", "command-id-reused", "malformed", "assignee-deactivated", "newer-rules-in-force");
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        for (long seed = 1; seed < 50; seed++) {
            assertThat(Simulation.run(seed, UnaryOperator.identity()).toString()).isEqualTo(Simulation.run(seed, UnaryOperator.identity()).toString());
        }
    }

    private static Coverage run(long first, long seeds) {
        AtomicBoolean failed = new AtomicBoolean();
        record Ended(Coverage coverage, Failure failure) {
        }
        List<Ended> ended = LongStream.range(first, first + seeds).parallel().mapToObj(seed -> {
            if (failed.get()) {
                return new Ended(new Coverage(), null);
            }
            try {
                return new Ended(Simulation.run(seed, UnaryOperator.identity()), null);
            } catch (Failure e) {
                failed.set(true);
                return new Ended(new Coverage(), e);
            }
        }).toList();
        Optional<Failure> failure = ended.stream().map(Ended::failure).filter(java.util.Objects::nonNull).min(Comparator.comparing(Failure::seed));
        if (failure.isPresent()) {
            throw failure.get();
        }
        return ended.stream().map(Ended::coverage).reduce(new Coverage(), Coverage::plus);
    }
}
