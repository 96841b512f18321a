package baton.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// All that was measured, by contender: rounds at one rate, and climbs through ever higher ones.
final class Results {

    /// A number of several rounds.
    record Spread(double median, double least, double most) {
        static Spread of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int half = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }
    }

    /// A step of a climb.
    ///
    /// @param settledMillis until all that follows from it was done
    /// @param holds         whether it was fast enough, and whole, and what follows kept up
    record Step(Load.Round round, double settledMillis, boolean holds) {
    }

    /// What a service has measured of a round of reads.
    ///
    /// @param micros the median, infinite where it took longer than can be told
    /// @param whole  whether all was done that was due, the updates beside the reads too
    record Inside(double micros, boolean whole) {
        double comparableMicros() {
            return whole ? micros : Double.POSITIVE_INFINITY;
        }
    }

    private final Map<String, List<Load.Round>> rounds = new LinkedHashMap<>();
    private final Map<String, List<List<Step>>> climbs = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Load.Round>>> reads = new LinkedHashMap<>();
    private final Map<String, Map<String, List<Inside>>> inside = new LinkedHashMap<>();
    private final List<Double> starts = new ArrayList<>();

    /// Baton was started, and took so long.
    void addStart(double seconds) {
        starts.add(seconds);
    }

    void add(String contender, Load.Round round) {
        rounds.computeIfAbsent(contender, _ -> new ArrayList<>()).add(round);
    }

    /// A round of a query, of rows 4 and 5.
    void add(String query, String contender, Load.Round round) {
        reads.computeIfAbsent(query, _ -> new LinkedHashMap<>()).computeIfAbsent(contender, _ -> new ArrayList<>()).add(round);
    }

    /// The median of a round of a query, as the service itself has measured it, without HTTP.
    void addInside(String query, String contender, Inside round) {
        inside.computeIfAbsent(query, _ -> new LinkedHashMap<>()).computeIfAbsent(contender, _ -> new ArrayList<>()).add(round);
    }

    /// The same, of all rounds, in microseconds; empty if there are none.
    Optional<Spread> insideMicros(String query, String contender) {
        return spread(inside.getOrDefault(query, Map.of()).get(contender), Inside::comparableMicros);
    }

    /// The same, each by query and contender.
    Map<String, Map<String, List<Inside>>> inside() {
        return inside;
    }

    /// Rounds by query and contender.
    Map<String, Map<String, List<Load.Round>>> reads() {
        return reads;
    }

    /// A percentile of a contender's rounds of a query, in milliseconds; empty if there are none, or too little was done in them to tell.
    Optional<Spread> millis(String query, String contender, double percentile) {
        return millis(reads.getOrDefault(query, Map.of()).get(contender), percentile);
    }

    void add(String contender, List<Step> climb) {
        climbs.computeIfAbsent(contender, _ -> new ArrayList<>()).add(List.copyOf(climb));
    }

    /// The rounds at one rate.
    Map<String, List<Load.Round>> rounds() {
        return rounds;
    }

    /// The climbs; a list of steps for each.
    Map<String, List<List<Step>>> climbs() {
        return climbs;
    }

    /// Seconds from `./baton` to UP, one after the other; the first one on an empty folder.
    List<Double> starts() {
        return starts;
    }

    /// The same, all of them; empty if there are none.
    Optional<Spread> startSeconds() {
        return spread(starts, Double::doubleValue);
    }

    /// A percentile of a contender's rounds, in milliseconds; empty if there are none, or too little was done in them to tell.
    Optional<Spread> millis(String contender, double percentile) {
        return millis(rounds.get(contender), percentile);
    }

    /// The same, of any rounds.
    static Optional<Spread> millis(List<Load.Round> of, double percentile) {
        return of == null || !of.stream().allMatch(round -> !round.whole() || round.tells(percentile)) ? Optional.empty()
                : spread(of, round -> round.comparableMillis(percentile));
    }

    /// The most a second that held, of a contender's climbs; empty if it has none.
    Optional<Spread> most(String contender) {
        return spread(climbs.get(contender), climb -> mostHeld(climb).orElse(0));
    }

    private static OptionalInt mostHeld(List<Step> climb) {
        return climb.stream().filter(Step::holds).mapToInt(step -> step.round().rate()).max();
    }

    private static <T> Optional<Spread> spread(List<T> of, ToDoubleFunction<T> value) {
        return of == null || of.isEmpty() ? Optional.empty() : Optional.of(Spread.of(of.stream().mapToDouble(value).toArray()));
    }

    /// How many pieces of work, of all rounds but the climbs', did not end as they should.
    long failed() {
        return allButClimbs().mapToLong(Load.Round::failed).sum();
    }

    /// In how many rounds, but the climbs', not all was done that was due.
    long notWhole() {
        return allButClimbs().filter(round -> !round.whole()).count();
    }

    private Stream<Load.Round> allButClimbs() {
        return Stream.concat(rounds.values().stream(), reads.values().stream().flatMap(of -> of.values().stream())).flatMap(List::stream);
    }
}
