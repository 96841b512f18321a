package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import java.util.Locale;
import java.util.Optional;

/// What a number should be, and what it is.
///
/// @param measured empty where it was not
/// @param unit     `×` for a ratio
/// @param atLeast  whether more is better
record Goal(String row, String text, Optional<Double> measured, String unit, double bound, boolean atLeast) {

    /// Whether it is met; empty where it was not measured.
    Optional<Boolean> met() {
        return measured.map(is -> atLeast ? is >= bound : is <= bound);
    }

    /// What it is, in words.
    String words() {
        return measured.map(is -> String.format(Locale.ROOT, "%.2f%s", is, unit)).orElse("–");
    }

    /// Ours is at most so many times theirs.
    static Goal atMost(double bound, String row, String text, Optional<Spread> ours, Optional<Spread> theirs) {
        return new Goal(row, text, ratio(ours, theirs), "×", bound, false);
    }

    /// Ours is at least so many times theirs.
    static Goal atLeast(double bound, String row, String text, Optional<Spread> ours, Optional<Spread> theirs) {
        return new Goal(row, text, ratio(ours, theirs), "×", bound, true);
    }

    /// It takes at most so many seconds.
    static Goal within(double seconds, String row, String text, Optional<Spread> measured) {
        return new Goal(row, text, measured.map(Spread::median), " s", seconds, false);
    }

    /// Ours takes so many times less than theirs.
    static Goal quicker(double times, String row, String text, Optional<Spread> ours, Optional<Spread> theirs) {
        return new Goal(row, text, ratio(ours, theirs).map(ratio -> 1 / ratio), "×", times, true);
    }

    /// What is compared with must have been measured: that the others have failed is no success of ours.
    private static Optional<Double> ratio(Optional<Spread> ours, Optional<Spread> theirs) {
        return ours.flatMap(our -> theirs.filter(their -> their.median() > 0 && Double.isFinite(their.median())).map(their -> our.median() / their.median()));
    }
}
