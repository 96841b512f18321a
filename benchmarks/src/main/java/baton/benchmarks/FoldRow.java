package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import baton.contract.Command;
import baton.contract.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/// Row 3: how many records Baton folds a second when they come faster than it folds them, and how many for a second of its processor time, all its
/// threads together and the broker's among them.
///
/// Each round is a Baton of its own, warmed up with messages and commands of the same kind. Messages come five to a conversation. What is
/// written while it folds is written by another process, and costs the broker's threads what it always does.
final class FoldRow implements Row {

    static final Size WHOLE = new Size(100_000, 400_000, 3, true);
    static final Size QUICK = new Size(4_000, 10_000, 1, false);

    private static final double GOAL = 150_000;
    private static final int MESSAGES_EACH = 5;
    private static final Duration FOLDED_WITHIN = Duration.ofMinutes(20);
    /// Seldom: what asking takes is in the processor time, and when it was done is in the answer.
    private static final long LOOK_EVERY_MILLIS = 200;
    private static final List<String> AGENTS = List.of("ana", "ben");

    private final Size size;
    private final Map<Way, List<Fold>> folds = new EnumMap<>(Way.class);
    private final List<Double> startSeconds = new ArrayList<>();
    private String heapMax;

    /// @param warmUp  messages, and then commands, before anything counts
    /// @param records messages, and then commands
    /// @param restore whether stores are restored too; of a few records it is lost in what a start takes otherwise
    record Size(int warmUp, int records, int rounds, boolean restore) {
    }

    private enum Way {
        CARRY("messages on `channel-messages`, carried, decided, folded into the inbox and told", "messages carried, decided and folded"),
        DECIDE("commands on `conversation-commands`, decided, folded into the inbox and told", "commands decided and folded"),
        REBUILD("events on `conversation-events`, by `POST /api/inbox/rebuild`", "events folded by a rebuild of the inbox"),
        RESTORE("rows of all changelogs, by a start without local stores; what a start with them takes is not counted", "rows restored");

        private final String words;
        private final String goal;

        Way(String words, String goal) {
            this.words = words;
            this.goal = goal;
        }
    }

    /// @param processorSeconds of all of Baton's threads meanwhile
    record Fold(long records, double seconds, double processorSeconds) {
        double perSecond() {
            return records / seconds;
        }

        double perProcessorSecond() {
            return records / processorSeconds;
        }

        /// A restore of little may be lost in what a start takes otherwise.
        boolean tells() {
            return seconds > 0 && processorSeconds > 0;
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    FoldRow(Size size) {
        this.size = size;
    }

    @Override
    public String number() {
        return "3";
    }

    @Override
    public void measure(Batons batons, BooleanSupplier stopping) throws Exception {
        for (int i = 1; i <= size.rounds() && !stopping.getAsBoolean(); i++) {
            try (LoneBaton baton = batons.start("fold-" + i)) {
                heapMax = baton.process().heapMax();
                write(baton);
                rebuild(baton);
                if (size.restore()) {
                    restore(baton);
                }
            }
        }
    }

    private void write(LoneBaton baton) throws Exception {
        try (Broker broker = baton.broker(); var writer = new TopicWriter(baton.side().bootstrapServers())) {
            messages(writer, "warm-", size.warmUp());
            writer.awaitFolded(broker, baton.supervisor(), FOLDED_WITHIN);
            commands(writer, "warm-", size.warmUp());
            writer.awaitFolded(broker, baton.supervisor(), FOLDED_WITHIN);
            add(Way.CARRY, timed(baton, size.records(), () -> {
                messages(writer, "fold-", size.records());
                writer.awaitFolded(broker, baton.supervisor(), FOLDED_WITHIN);
            }));
            add(Way.DECIDE, timed(baton, size.records(), () -> {
                commands(writer, "fold-", size.records());
                writer.awaitFolded(broker, baton.supervisor(), FOLDED_WITHIN);
            }));
        }
    }

    /// The first message makes two events, each of the others one.
    private static void messages(TopicWriter writer, String prefix, int count) {
        int conversations = conversations(count);
        for (int i = 0; i < count; i++) {
            int nth = i / conversations + 1;
            writer.message(prefix + i % conversations, "m-" + nth, nth + 1);
        }
        writer.flush();
    }

    /// Each makes one event, because each names another agent than the one before.
    private static void commands(TopicWriter writer, String prefix, int count) {
        int conversations = conversations(count);
        for (int i = 0; i < count; i++) {
            int nth = i / conversations + 1;
            writer.command(prefix + i % conversations, "c-" + nth, new Command.AssignAgent(AGENTS.get(nth % AGENTS.size())), MESSAGES_EACH + 1 + nth);
        }
        writer.flush();
    }

    private static int conversations(int count) {
        if (count % MESSAGES_EACH != 0) {
            throw new IllegalArgumentException(count + " is no multiple of " + MESSAGES_EACH);
        }
        return count / MESSAGES_EACH;
    }

    private static Fold timed(LoneBaton baton, long records, Work work) throws Exception {
        double before = baton.process().processorSeconds();
        long begin = System.nanoTime();
        work.run();
        return new Fold(records, (System.nanoTime() - begin) / 1e9, baton.process().processorSeconds() - before);
    }

    private void rebuild(LoneBaton baton) throws Exception {
        double before = baton.process().processorSeconds();
        JsonNode status = ask(baton, "POST", 202);
        long deadline = System.nanoTime() + FOLDED_WITHIN.toNanos();
        while (!status.path("stage").asText().equals("done")) {
            if (System.nanoTime() > deadline || status.path("waitingFor").asText("").startsWith("halted")) {
                throw new IllegalStateException("the rebuild does not come to its end: " + status);
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            status = ask(baton, "GET", 200);
        }
        double seconds = Duration.between(Instant.parse(status.path("requestedAt").asText()), Instant.parse(status.path("endedAt").asText())).toNanos() / 1e9;
        add(Way.REBUILD, new Fold(status.path("toFold").asLong(), seconds, baton.process().processorSeconds() - before));
    }

    private static JsonNode ask(LoneBaton baton, String method, int expected) throws Exception {
        Account sam = baton.supervisor();
        HttpClient.Answer answer = sam.http().send(method, "/api/inbox/rebuild", sam.token(), null).get(60, TimeUnit.SECONDS);
        if (answer.status() != expected) {
            throw new IllegalStateException("a rebuild was answered with " + answer);
        }
        return Json.MAPPER.readTree(answer.body());
    }

    private void restore(LoneBaton baton) throws Exception {
        long records;
        try (Broker broker = baton.broker()) {
            records = broker.changelogRecords(FOLDED_WITHIN);
        }
        baton.stop();
        double withStores = baton.start();
        double processorWithStores = baton.process().processorSeconds();
        baton.stop();
        baton.forgetStores();
        double seconds = baton.start();
        startSeconds.add(withStores);
        add(Way.RESTORE, new Fold(records, seconds - withStores, baton.process().processorSeconds() - processorWithStores));
    }

    private void add(Way way, Fold fold) {
        folds.computeIfAbsent(way, _ -> new ArrayList<>()).add(fold);
        Bench.say("Row 3, %s: %d in %.2f s, with %.2f s of processor time", way.goal, fold.records(), fold.seconds(), fold.processorSeconds());
    }

    private Optional<Spread> spread(Way way, ToDoubleFunction<Fold> value) {
        List<Fold> all = folds.getOrDefault(way, List.of());
        return all.isEmpty() || !all.stream().allMatch(Fold::tells) ? Optional.empty() : Optional.of(Spread.of(all.stream().mapToDouble(value).toArray()));
    }

    @Override
    public String table() {
        if (folds.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("**3.** Records a second, and records a second of the processor time of all of Baton's threads, "
                + "the broker's among them (so: a second and core); median of " + folds.get(Way.CARRY).size() + " (least to most); " + heapMax
                + "\n\n| | records | a second | a second and core |\n| --- | --- | --- | --- |\n");
        folds.forEach((way, all) -> text.append("| ").append(way.words).append(" | ").append(all.getLast().records()).append(" | ")
                .append(Report.cell(spread(way, Fold::perSecond), "%.0f")).append(" | ").append(Report.cell(spread(way, Fold::perProcessorSecond), "%.0f"))
                .append(" |\n"));
        if (!startSeconds.isEmpty()) {
            text.append(String.format(Locale.ROOT, "%nA start with its stores, of as much: %s s.%n",
                    Report.cell(Optional.of(Spread.of(startSeconds.stream().mapToDouble(Double::doubleValue).toArray())), "%.2f")));
        }
        return text.toString();
    }

    @Override
    public List<Goal> goals() {
        List<Goal> goals = new ArrayList<>();
        for (Way way : Way.values()) {
            goals.add(new Goal("3", way.goal + ", a second and core", spread(way, Fold::perProcessorSecond).map(Spread::median), "/s", GOAL, true));
        }
        return goals;
    }

    @Override
    public Map<String, Object> kept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("folds", folds);
        kept.put("startSeconds", startSeconds);
        return kept;
    }
}
