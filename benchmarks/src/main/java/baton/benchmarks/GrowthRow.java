package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// Row 6: the same claims, pages and counts with ten times as many conversations, and again ten times as many; and what those weigh in memory
/// and on the disk.
final class GrowthRow implements Row {

    static final Size WHOLE = new Size(10_000, 20_000, 2_000, 200, 100, 3, Duration.ofSeconds(5));
    static final Size QUICK = new Size(2_000, 2_000, 300, 200, 50, 2, Duration.ofSeconds(5));

    private static final int TEN_TIMES = 10;
    private static final double GOAL = 2;
    private static final String CLAIM = "claim";
    private static final int WARM_UP_AT_A_TIME = 8;
    private static final Duration WARM_UP_MAX = Duration.ofSeconds(60);

    private final Size size;
    private final Filled filled;
    private final int conversations;
    private final List<Level> levels = new ArrayList<>();
    private Weight empty;
    private String heapMax;

    /// @param smallest number of conversations
    /// @param claims   before anything counts
    /// @param reads    of each query, before anything counts
    /// @param rate     of claims, and of reads, a second
    /// @param updates  claims a second while there are reads
    record Size(int smallest, int claims, int reads, int rate, int updates, int rounds, Duration lasting) {
    }

    /// @param heap     bytes after a collection
    /// @param topics   bytes of the broker's logs, by topic
    /// @param stores   bytes of the local stores
    record Weight(long heap, long residentMegabytes, Map<String, Long> topics, long stores) {
        long topicBytes() {
            return topics.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    private record Level(int conversations, Weight weight, Map<String, List<Load.Round>> rounds) {
        Optional<Spread> millis(String what, double percentile) {
            return Results.millis(rounds.get(what), percentile);
        }
    }

    /// @param conversations the largest number of them
    GrowthRow(Size size, Filled filled, int conversations) {
        this.size = size;
        this.filled = filled;
        this.conversations = conversations;
    }

    /// From the smallest on, ten times as many each time, and the largest.
    static List<Integer> steps(int smallest, int largest) {
        List<Integer> steps = new ArrayList<>();
        for (long next = smallest; next < largest; next *= TEN_TIMES) {
            steps.add((int) next);
        }
        steps.add(largest);
        return steps;
    }

    @Override
    public String number() {
        return "6";
    }

    @Override
    public void measure(Batons batons, BooleanSupplier stopping) throws Exception {
        filled.measure(batons, baton -> measure(baton, stopping));
    }

    private void measure(LoneBaton baton, BooleanSupplier stopping) throws Exception {
        heapMax = baton.process().heapMax();
        empty = weigh(baton);
        for (int step : steps(size.smallest(), conversations)) {
            if (stopping.getAsBoolean()) {
                return;
            }
            filled.fillTo(step);
            if (levels.isEmpty()) {
                warmUp(baton.supervisor());
            }
            Weight weight = weigh(baton); // before what is asked of it adds to it
            ask(baton.supervisor(), new LinkedHashMap<>()); // nobody's: what comes first after a fill is the slowest, at each level
            Map<String, List<Load.Round>> rounds = new LinkedHashMap<>();
            for (int round = 0; round < size.rounds() && !stopping.getAsBoolean(); round++) {
                ask(baton.supervisor(), rounds);
            }
            if (stopping.getAsBoolean()) {
                return; // the last round, or those that are missing, say nothing
            }
            levels.add(new Level(step, weight, rounds));
            rounds.forEach((what, _) -> Bench.say("Row 6, %d conversations, %s: p50 %s ms, p99 %s ms", step, what,
                    Report.cell(levels.getLast().millis(what, 50), "%.2f"), Report.cell(levels.getLast().millis(what, 99), "%.1f")));
        }
    }

    private void warmUp(Account sam) throws Exception {
        Load.closedLoop(size.claims(), WARM_UP_AT_A_TIME, WARM_UP_MAX, filled.claims());
        for (InboxQueries.Query query : InboxQueries.queries(sam, filled.agents())) {
            Load.closedLoop(size.reads(), WARM_UP_AT_A_TIME, WARM_UP_MAX, new Contender.Read(query.name(), sam, query.path()));
        }
    }

    private void ask(Account sam, Map<String, List<Load.Round>> rounds) throws Exception {
        rounds.computeIfAbsent(CLAIM, _ -> new ArrayList<>()).add(Load.atRate(size.rate(), size.lasting(), filled.claims()));
        for (InboxQueries.Query query : InboxQueries.queries(sam, filled.agents())) {
            try (var updates = Executors.newSingleThreadExecutor()) {
                var updating = updates.submit(() -> Load.atRate(size.updates(), size.lasting(), filled.claims()));
                Load.Round round = Load.atRate(size.rate(), size.lasting(), new Contender.Read(query.name(), sam, query.path())).beside(updating.get());
                rounds.computeIfAbsent(query.name(), _ -> new ArrayList<>()).add(round);
            }
        }
    }

    private static Weight weigh(LoneBaton baton) throws Exception {
        try (Broker broker = baton.broker()) {
            long resident = baton.side().process().residentMegabytes(); // before all of the heap is collected, which may give some of it back
            Map<String, Long> topics = broker.bytesByTopic();
            return new Weight(baton.process().heapBytes(), resident, topics, baton.storeBytes());
        }
    }

    @Override
    public String table() {
        if (levels.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("**6.** Through HTTP, milliseconds, p50 and p99, medians of ").append(size.rounds()).append(" rounds of ")
                .append(size.lasting().toSeconds()).append(" s (least to most); ").append(size.rate()).append(" a second, reads under ").append(size.updates())
                .append(" claims a second; `×` is the p99's ratio, the largest to the smallest; ").append(heapMax).append("\n\n| conversations");
        levels.forEach(level -> text.append(" | ").append(level.conversations()));
        text.append(" | × |\n| ---").append(" | ---".repeat(levels.size() + 1)).append(" |\n");
        line(text, "of them open", level -> String.valueOf(Filled.open(level.conversations())), "");
        for (String what : levels.getFirst().rounds().keySet()) {
            line(text, what, level -> Report.cell(level.millis(what, 50), "%.2f") + ", " + Report.cell(level.millis(what, 99), "%.1f"),
                    growth(what).map(times -> String.format(Locale.ROOT, "%.2f", times)).orElse("–"));
        }
        line(text, "failed", level -> String.valueOf(level.rounds().values().stream().flatMap(List::stream).mapToLong(Load.Round::failed).sum()), "");
        line(text, "heap after a collection, MB", level -> megabytes(level.weight().heap()), "");
        line(text, "what an open one more than in the column before takes of it, bytes", this::heapOfAnOpenOne, "");
        line(text, "resident, MB", level -> String.valueOf(level.weight().residentMegabytes()), "");
        line(text, "topics on the disk, MB", level -> megabytes(level.weight().topicBytes()), "");
        line(text, "of them for a conversation, bytes", level -> each(level.weight().topicBytes() - empty.topicBytes(), level.conversations()), "");
        line(text, "local stores on the disk, MB", level -> megabytes(level.weight().stores()), "");
        line(text, "of them for a conversation, bytes", level -> each(level.weight().stores() - empty.stores(), level.conversations()), "");
        text.append(String.format(Locale.ROOT, "%nEmpty, with %d agents: heap %s MB, resident %d MB, topics %s MB, local stores %s MB. At %d, by topic, MB: ",
                filled.agents(), megabytes(empty.heap()), empty.residentMegabytes(), megabytes(empty.topicBytes()), megabytes(empty.stores()),
                levels.getLast().conversations()));
        List<String> topics = new ArrayList<>();
        Broker.growth(empty.topics(), levels.getLast().weight().topics()).entrySet().stream().sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(topic -> topics.add(topic.getKey() + " " + megabytes(topic.getValue())));
        return text.append(String.join(", ", topics)).append(".\n").toString();
    }

    private void line(StringBuilder text, String what, Function<Level, String> cell, String last) {
        text.append("| ").append(what);
        levels.forEach(level -> text.append(" | ").append(cell.apply(level)));
        text.append(" | ").append(last).append(" |\n");
    }

    /// The first column has in it what fills up once, whatever is open: the events that are kept for streams, the feed, caches.
    private String heapOfAnOpenOne(Level level) {
        int i = levels.indexOf(level);
        long before = i == 0 ? empty.heap() : levels.get(i - 1).weight().heap();
        int openBefore = i == 0 ? 0 : Filled.open(levels.get(i - 1).conversations());
        return each(level.weight().heap() - before, Filled.open(level.conversations()) - openBefore);
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }

    private static String each(long bytes, int count) {
        return count == 0 ? "–" : String.valueOf(bytes / count);
    }

    private Optional<Double> growth(String what) {
        return levels.size() < 2 ? Optional.empty() : levels.getLast().millis(what, 99).flatMap(largest -> levels.getFirst().millis(what, 99)
                .filter(smallest -> Double.isFinite(smallest.median())).map(smallest -> largest.median() / smallest.median()));
    }

    @Override
    public List<Goal> goals() {
        List<Optional<Double>> grown = levels.isEmpty() || levels.getLast().conversations() < conversations ? List.of()
                : levels.getFirst().rounds().keySet().stream().map(this::growth).toList();
        Optional<Double> worst = grown.stream().allMatch(Optional::isPresent) ? grown.stream().flatMap(Optional::stream).max(Double::compare) : Optional.empty();
        return List.of(new Goal("6", "p99 of claim, pages and counts with " + conversations + " conversations within 2× of that with " + size.smallest()
                + "; the one that grows most", worst, "×", GOAL, false));
    }

    @Override
    public Map<String, Object> kept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("empty", empty == null ? Map.of() : empty);
        kept.put("levels", levels.stream().map(level -> Map.of("conversations", level.conversations(), "open", Filled.open(level.conversations()),
                "weight", level.weight(), "rounds", Report.byContender(level.rounds(), Report::round))).toList());
        return kept;
    }
}
