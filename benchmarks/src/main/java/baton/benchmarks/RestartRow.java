package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/// Row 9: how soon Baton is back with many conversations, when it was stopped, and when it was killed while claims were made.
final class RestartRow implements Row {

    private static final double STOPPED_GOAL_SECONDS = 10;
    private static final double KILLED_GOAL_SECONDS = 60;
    private static final int CLAIMS_PER_SECOND = 200;
    private static final Duration CLAIMED = Duration.ofSeconds(3);
    private static final Duration KILLED_AFTER = Duration.ofSeconds(2);
    private static final Duration ANSWERED_WITHIN = Duration.ofMinutes(5);

    private final int rounds;
    private final Filled filled;
    private final int conversations;
    private final List<Restart> stopped = new ArrayList<>();
    private final List<Restart> killed = new ArrayList<>();
    private String heapMax;
    private int had;

    /// All in seconds.
    ///
    /// @param stop    until the process had ended
    /// @param up      from the start of the next until `/health` was UP
    /// @param claimed from the same start until a claim was answered
    record Restart(double stop, double up, double claimed) {
    }

    /// @param rounds of either kind
    RestartRow(int rounds, Filled filled, int conversations) {
        this.rounds = rounds;
        this.filled = filled;
        this.conversations = conversations;
    }

    @Override
    public String number() {
        return "9";
    }

    @Override
    public void measure(Batons batons, BooleanSupplier stopping) throws Exception {
        filled.measure(batons, baton -> measure(baton, stopping));
    }

    private void measure(LoneBaton baton, BooleanSupplier stopping) throws Exception {
        filled.fillTo(conversations);
        had = filled.conversations();
        heapMax = baton.process().heapMax();
        for (int i = 0; i < rounds && !stopping.getAsBoolean(); i++) {
            stopped.add(restart(baton, baton.stop()));
            Bench.say("Row 9, stopped: %s", stopped.getLast());
            killed.add(restart(baton, kill(baton)));
            Bench.say("Row 9, killed: %s", killed.getLast());
        }
    }

    /// In the midst of claims, so that there is something to be mended.
    private double kill(LoneBaton baton) throws Exception {
        try (var claiming = Executors.newSingleThreadExecutor()) {
            var claims = claiming.submit(() -> Load.atRate(CLAIMS_PER_SECOND, CLAIMED, filled.claims()));
            TimeUnit.MILLISECONDS.sleep(KILLED_AFTER.toMillis());
            long begin = System.nanoTime();
            baton.kill();
            double seconds = (System.nanoTime() - begin) / 1e9;
            claims.get(CLAIMED.plusMinutes(2).toSeconds(), TimeUnit.SECONDS);
            return seconds;
        }
    }

    private Restart restart(LoneBaton baton, double stop) throws Exception {
        long begin = System.nanoTime();
        baton.start();
        Account sam = baton.supervisor();
        Account.awaitTrue(() -> sam.http().send(HttpClient.Request.get("/health", null)).get(30, TimeUnit.SECONDS).status() == 200, ANSWERED_WITHIN,
                "it is not UP");
        double up = (System.nanoTime() - begin) / 1e9;
        Load.Work claims = filled.claims();
        Account.awaitTrue(() -> claims.begin().get(30, TimeUnit.SECONDS), ANSWERED_WITHIN, "no claim is decided");
        return new Restart(stop, up, (System.nanoTime() - begin) / 1e9);
    }

    private static Optional<Spread> spread(List<Restart> restarts, ToDoubleFunction<Restart> value) {
        return restarts.isEmpty() ? Optional.empty() : Optional.of(Spread.of(restarts.stream().mapToDouble(value).toArray()));
    }

    @Override
    public String table() {
        if (stopped.isEmpty()) {
            return "";
        }
        return "**9.** Back again with " + had + " conversations, " + Filled.open(had) + " of them open; seconds, medians (least to most); " + heapMax
                + "\n\n| | until it had ended | from the next start to UP | to the answer to a claim |\n"
                + "| --- | --- | --- | --- |\n" + line("stopped", stopped) + line("`kill -9` under " + CLAIMS_PER_SECOND + " claims a second", killed);
    }

    private static String line(String what, List<Restart> restarts) {
        return "| " + what + ", of " + restarts.size() + " | " + Report.cell(spread(restarts, Restart::stop), "%.2f") + " | " + Report.cell(spread(restarts, Restart::up), "%.2f") + " | "
                + Report.cell(spread(restarts, Restart::claimed), "%.2f") + " |\n";
    }

    @Override
    public List<Goal> goals() {
        return List.of(
                Goal.within(STOPPED_GOAL_SECONDS, "9", "with " + conversations + " conversations, stopped: from the start to a claim answered within 10 s",
                        spread(stopped, Restart::claimed)),
                Goal.within(KILLED_GOAL_SECONDS, "9", "the same after `kill -9` within 60 s", spread(killed, Restart::claimed)));
    }

    @Override
    public Map<String, Object> kept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("conversations", had);
        kept.put("stopped", stopped);
        kept.put("killed", killed);
        return kept;
    }
}
