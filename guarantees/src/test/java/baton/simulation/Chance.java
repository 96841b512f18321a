package baton.simulation;

import java.util.List;
import java.util.SplittableRandom;

/// The one source of all that is not certain in a simulation. The same seed gives the same run.
final class Chance {

    private final SplittableRandom random;

    Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    boolean oneIn(int times) {
        return below(times) == 0;
    }

    /// At least 0, less than `bound`.
    int below(int bound) {
        return random.nextInt(bound);
    }

    /// Both included.
    int between(int least, int most) {
        return least + below(most - least + 1);
    }

    <T> T of(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
