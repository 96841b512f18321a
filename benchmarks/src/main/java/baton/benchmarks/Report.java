package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import baton.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The results as a table to read, a file to keep and a picture.
final class Report {

    private static final double[] KEPT_PERCENTILES = {50, 90, 99, 99.9, 100};

    private final Map<String, String> circumstances;
    private final Results results;
    private final List<Goal> goals;
    private final String floor;
    private final List<String> readers;
    private final List<Row> alone;

    /// @param circumstances machine, warm-up, rounds
    /// @param floor         the contender that the others' times are divided by
    /// @param readers       whose reads stand beside each other: Baton, and the other side
    /// @param alone         the rows that are about Baton alone, measured or not
    Report(Map<String, String> circumstances, Results results, List<Goal> goals, String floor, List<String> readers, List<Row> alone) {
        this.circumstances = new LinkedHashMap<>(circumstances);
        this.results = results;
        this.goals = List.copyOf(goals);
        this.floor = floor;
        this.readers = List.copyOf(readers);
        this.alone = alone.stream().sorted(Comparator.comparingInt(row -> Integer.parseInt(row.number()))).toList();
    }

    /// In Markdown.
    String table() {
        StringBuilder text = new StringBuilder();
        circumstances.forEach((what, words) -> text.append("- ").append(what).append(": ").append(words).append('\n'));
        if (!results.rounds().isEmpty()) {
            int rate = results.rounds().values().iterator().next().getFirst().rate();
            text.append("\n**1.** ").append(rate).append("/s, milliseconds, median of the rounds (least to most); `×` is the median's ratio to the ")
                    .append(floor).append("\n\n| | p50 | × | p99 | × |\n| --- | --- | --- | --- | --- |\n");
            results.rounds().keySet().forEach(name -> text.append("| ").append(name).append(" | ").append(cell(results.millis(name, 50), "%.2f"))
                    .append(" | ").append(ratio(name, 50)).append(" | ").append(cell(results.millis(name, 99), "%.1f")).append(" | ")
                    .append(ratio(name, 99)).append(" |\n"));
        }
        if (!results.climbs().isEmpty()) {
            text.append("\n**2.** Claims over HTTP, the most per second that held p99 < ").append(Bench.HELD_MILLIS)
                    .append(" ms, without a failure, with all that follows done within ").append(Bench.SETTLED_MILLIS)
                    .append(" ms after; median of the climbs (least to most)\n\n| | per second |\n| --- | --- |\n");
            results.climbs().keySet().forEach(name -> text.append("| ").append(name).append(" | ").append(cell(results.most(name), "%.0f")).append(" |\n"));
        }
        if (!results.reads().isEmpty()) {
            text.append("\n**4 and 5.** Reads through HTTP, milliseconds, median of the rounds (least to most); `×` is PostgreSQL's p50 over Baton's\n\n"
                    + "| | Baton p50 | p99 | PostgreSQL p50 | p99 | × |\n| --- | --- | --- | --- | --- | --- |\n");
            results.reads().keySet().forEach(query -> {
                text.append("| ").append(query);
                readers.forEach(name -> text.append(" | ").append(cell(results.millis(query, name, 50), "%.2f")).append(" | ")
                        .append(cell(results.millis(query, name, 99), "%.1f")));
                text.append(times(readers.stream().map(name -> results.millis(query, name, 50)).toList()));
            });
            text.append("\nThe same inside the services, as each measures itself: without HTTP, tokens and JSON, with JDBC and the database where there is one. Microseconds, "
                    + "median of the rounds' medians (least to most); `×` is PostgreSQL's over Baton's\n\n| | Baton | PostgreSQL | × |\n| --- | --- | --- | --- |\n");
            results.inside().keySet().forEach(query -> {
                text.append("| ").append(query);
                readers.forEach(name -> text.append(" | ").append(cell(results.insideMicros(query, name), "%.0f")));
                text.append(times(readers.stream().map(name -> results.insideMicros(query, name)).toList()));
            });
        }
        if (!results.rounds().isEmpty() || !results.reads().isEmpty()) {
            text.append("\nFailed requests, the climbs' apart: ").append(results.failed()).append("; rounds in which one failed, or that ended early, because more than ")
                    .append(Load.UNDER_WAY_MAX).append(" requests were unanswered, and that count as infinitely slow: ").append(results.notWhole()).append('\n');
        }
        if (!results.starts().isEmpty()) {
            text.append("\n**8.** From `./baton` to UP, broker included: ").append(results.starts().stream()
                    .map(seconds -> String.format(Locale.ROOT, "%.2f s", seconds)).collect(java.util.stream.Collectors.joining(", ")))
                    .append("; the first on an empty folder\n");
        }
        alone.stream().map(Row::table).filter(table -> !table.isEmpty()).forEach(table -> text.append('\n').append(table));
        text.append("\n| # | goal | measured | |\n| --- | --- | --- | --- |\n");
        for (Goal goal : goals) {
            text.append("| ").append(goal.row()).append(" | ").append(goal.text()).append(" | ")
                    .append(goal.words()).append(" | ")
                    .append(goal.met().map(met -> met ? "met" : "**missed**").orElse("not measured")).append(" |\n");
        }
        return text.toString();
    }

    /// How many times the first the second is, at the end of a line.
    private static String times(List<Optional<Spread>> both) {
        return both.getFirst().flatMap(first -> both.getLast().map(last -> last.median() / first.median())).filter(ratio -> !ratio.isNaN()) // both beyond all bounds
                .map(ratio -> String.format(Locale.ROOT, " | %.2f |%n", ratio)).orElse(" | – |\n");
    }

    private String ratio(String name, double percentile) {
        Optional<Spread> its = results.millis(name, percentile);
        Optional<Spread> floors = results.millis(floor, percentile);
        return its.flatMap(spread -> floors.map(under -> String.format(Locale.ROOT, "%.2f", spread.median() / under.median()))).orElse("–");
    }

    static String cell(Optional<Spread> spread, String format) {
        return spread.map(s -> String.format(Locale.ROOT, format + " (" + format + " to " + format + ")", s.median(), s.least(), s.most())).orElse("–");
    }

    /// Writes everything that was measured, as JSON, and the picture.
    void write(Path json, Path picture) throws IOException {
        Files.write(json, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(Map.of("circumstances", circumstances,
                "rounds", byContender(results.rounds(), Report::round),
                "climbs", byContender(results.climbs(), climb -> climb.stream().map(Report::step).toList()),
                "reads", results.reads().entrySet().stream().map(query -> Map.of("query", query.getKey(), "rounds",
                        byContender(query.getValue(), Report::round))).toList(),
                "insideMicros", results.inside(),
                "startSeconds", results.starts(),
                "alone", alone.stream().map(row -> Map.of("row", row.number(), "measured", row.kept())).toList(),
                "goals", goals.stream().map(Report::goal).toList())));
        Files.writeString(picture, new Picture(results).svg());
    }

    static <T> Map<String, List<?>> byContender(Map<String, List<T>> measured, java.util.function.Function<T, ?> words) {
        Map<String, List<?>> written = new LinkedHashMap<>();
        measured.forEach((name, all) -> written.put(name, all.stream().map(words).toList()));
        return written;
    }

    static Map<String, Object> round(Load.Round round) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("rate", round.rate());
        written.put("count", round.nanos().getTotalCount());
        written.put("failed", round.failed());
        written.put("abandoned", round.abandoned());
        for (double percentile : KEPT_PERCENTILES) {
            written.put("p" + (percentile == 100 ? "100" : String.valueOf(percentile).replace(".0", "")), round.millis(percentile));
        }
        return written;
    }

    private static Map<String, Object> step(Results.Step step) {
        Map<String, Object> written = round(step.round());
        written.put("settledMillis", step.settledMillis());
        written.put("holds", step.holds());
        return written;
    }

    private static Map<String, Object> goal(Goal goal) {
        Map<String, Object> written = new LinkedHashMap<>();
        written.put("row", goal.row());
        written.put("goal", goal.text());
        written.put("measured", goal.measured().orElse(null));
        written.put("unit", goal.unit().strip());
        written.put("bound", goal.bound());
        written.put("met", goal.met().orElse(null));
        return written;
    }
}
