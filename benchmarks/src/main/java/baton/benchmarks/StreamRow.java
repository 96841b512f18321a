package baton.benchmarks;

import baton.benchmarks.Results.Spread;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.HdrHistogram.Histogram;

/// Row 7: how soon all who are connected hear of a visitor's message in a conversation that is nobody's, from when the message was sent over HTTP;
/// and what a connection takes of the memory.
///
/// One message at a time. The next leaves when all have heard of the one before, and a moment later, so that messages do not keep step with commits.
/// Each is two events to everybody, the changed conversation, which is what is waited for, and a notification. The client shares the machine.
final class StreamRow implements Row {

    static final Size WHOLE = new Size(List.of(100, 10_000), 5_000, 20, 200, 3);
    static final Size QUICK = new Size(List.of(20, 200), 500, 5, 20, 2);

    private static final int STREAMS_OF_AN_AGENT_MAX = 20;
    private static final int COMMIT_INTERVAL_MILLIS = 100;
    private static final int BESIDES_MILLIS = 20;
    private static final double MANY_GOAL_SECONDS = 1;
    private static final int OPENED_AT_A_TIME = 32;
    private static final int POSTED_AT_A_TIME = 8;
    private static final Duration OPENED_WITHIN = Duration.ofMinutes(5);
    private static final Duration POSTED_WITHIN = Duration.ofMinutes(5);
    private static final int HEARD_WITHIN_SECONDS = 60;
    private static final int GOES_OUT_OF_STEP_MILLIS = 37;

    private final Size size;
    private final List<Level> levels = new ArrayList<>();
    private String heapMax;

    /// @param streams  open at once, one after the other
    /// @param warmUp   messages before anybody is connected
    /// @param first    messages to those who are connected, before any counts
    /// @param messages of a round
    record Size(List<Integer> streams, int warmUp, int first, int messages, int rounds) {
    }

    /// @param after      nanoseconds, of each message at each stream
    private record Level(int streams, double openedPerSecond, Memory before, Memory with, List<Histogram> after, int resyncs) {
        Optional<Spread> millis(double percentile) {
            return after.isEmpty() ? Optional.empty() : Optional.of(Spread.of(after.stream().mapToDouble(round(percentile)).toArray()));
        }

        private static ToDoubleFunction<Histogram> round(double percentile) {
            return round -> round.getValueAtPercentile(percentile) / 1e6;
        }
    }

    /// @param heap bytes after a collection
    record Memory(long heap, long residentMegabytes) {
        static Memory of(LoneBaton baton) throws Exception {
            long resident = baton.side().process().residentMegabytes(); // before all of the heap is collected, which may give some of it back
            return new Memory(baton.process().heapBytes(), resident);
        }
    }

    StreamRow(Size size) {
        this.size = size;
    }

    @Override
    public String number() {
        return "7";
    }

    @Override
    public void measure(Batons batons, BooleanSupplier stopping) throws Exception {
        try (LoneBaton baton = batons.start("streams")) {
            heapMax = baton.process().heapMax();
            int agents = Math.ceilDiv(size.streams().getLast(), STREAMS_OF_AN_AGENT_MAX);
            baton.side().addAgents(baton.supervisor(), agents, List.of(InboxQueries.agent(0)));
            String key = Files.readString(baton.data().resolve("signing-key")).strip();
            List<String> tokens = new ArrayList<>();
            for (int i = 0; i < agents; i++) {
                tokens.add(token(InboxQueries.agent(i), key, Instant.now()));
            }
            post(baton, "warm-", size.warmUp());
            for (int streams : size.streams()) {
                if (!stopping.getAsBoolean()) {
                    measure(baton, streams, tokens, stopping);
                }
            }
        }
    }

    private void measure(LoneBaton baton, int streams, List<String> tokens, BooleanSupplier stopping) throws Exception {
        String prefix = "live-" + streams + "-";
        post(baton, prefix, size.first() + size.rounds() * size.messages());
        Memory before = Memory.of(baton);
        try (var listeners = new Listeners(baton.side().url())) {
            double perSecond = open(listeners, streams, tokens);
            Memory with = Memory.of(baton);
            int next = 0;
            tell(baton.channel(), listeners, prefix, next, size.first());
            next += size.first();
            List<Histogram> after = new ArrayList<>();
            for (int i = 0; i < size.rounds() && !stopping.getAsBoolean(); i++) {
                after.add(tell(baton.channel(), listeners, prefix, next, size.messages()));
                next += size.messages();
            }
            if (stopping.getAsBoolean()) {
                return; // the last round, or those that are missing, say nothing
            }
            var level = new Level(streams, perSecond, before, with, after, listeners.resyncs());
            levels.add(level);
            Bench.say("Row 7, %d streams: p50 %s ms, p99 %s ms", streams, Report.cell(level.millis(50), "%.1f"), Report.cell(level.millis(99), "%.1f"));
        }
    }

    /// What `POST /login` would hand out, for agents who have no account on this machine; with the key that is in the data folder.
    static String token(String agentId, String key, Instant now) throws GeneralSecurityException {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        String said = base64.encodeToString("{\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "." + base64.encodeToString(
                ("{\"sub\":\"" + agentId + "\",\"iat\":" + now.getEpochSecond() + ",\"exp\":" + now.plus(Duration.ofHours(12)).getEpochSecond() + "}")
                        .getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return said + "." + base64.encodeToString(mac.doFinal(said.getBytes(StandardCharsets.US_ASCII)));
    }

    /// Opens conversations, and waits until the inbox shows them.
    private static void post(LoneBaton baton, String prefix, int count) throws Exception {
        Account channel = baton.channel();
        var next = new AtomicInteger();
        var refused = new AtomicInteger();
        Load.closedLoop(count, POSTED_AT_A_TIME, POSTED_WITHIN, () -> channel.http().send(message(channel, prefix + next.getAndIncrement(), "m-1"))
                .thenApply(answer -> answer.status() == 202 || refused.incrementAndGet() < 0));
        if (next.get() < count || refused.get() > 0) {
            throw new IllegalStateException("of " + count + " messages " + next + " were sent and " + refused + " refused");
        }
        for (int i = Math.max(0, count - POSTED_AT_A_TIME); i < count; i++) { // those before were answered before the last were sent
            baton.supervisor().awaitView(prefix + i, 2);
        }
    }

    private static HttpClient.Request message(Account channel, String conversationId, String messageId) {
        return new HttpClient.Request("POST", "/api/channel-messages", channel.token(), null, "{\"channel\":\"bench\",\"conversationId\":\"" + conversationId
                + "\",\"messageId\":\"" + messageId + "\",\"visitor\":{\"id\":\"v\"},\"text\":\"Where is my parcel? It was to come on Friday.\"}");
    }

    /// Opens so many streams, the agents taking turns; one that is refused because too many come at once is tried again. How many a second.
    private static double open(Listeners listeners, int streams, List<String> tokens) throws InterruptedException {
        long begin = System.nanoTime();
        var next = new AtomicInteger();
        while (listeners.count() < streams) {
            Duration left = OPENED_WITHIN.minusNanos(System.nanoTime() - begin);
            if (left.isNegative()) {
                throw new IllegalStateException("of " + streams + " streams " + listeners.count() + " are open after " + OPENED_WITHIN.toSeconds() + " s");
            }
            Load.closedLoop(streams - listeners.count(), OPENED_AT_A_TIME, left, () -> listeners.open(tokens.get(next.getAndIncrement() % tokens.size())));
        }
        return streams / ((System.nanoTime() - begin) / 1e9);
    }

    private static Histogram tell(Account channel, Listeners listeners, String prefix, int from, int messages)
            throws InterruptedException, ExecutionException, TimeoutException {
        var after = new Histogram(TimeUnit.SECONDS.toNanos(2 * HEARD_WITHIN_SECONDS), 3);
        int streams = listeners.count();
        for (int i = from; i < from + messages; i++) {
            var heard = listeners.expect(prefix + i, 3, nanos -> after.recordValue(Math.min(nanos, after.getHighestTrackableValue())));
            var answer = channel.http().send(message(channel, prefix + i, "m-2"));
            try {
                heard.get(HEARD_WITHIN_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                throw new IllegalStateException("of " + streams + " streams " + listeners.count() + " are open, and not all have heard of a message that was answered with "
                        + answer.getNow(null), e);
            }
            TimeUnit.MILLISECONDS.sleep(i * GOES_OUT_OF_STEP_MILLIS % COMMIT_INTERVAL_MILLIS);
        }
        return after;
    }

    @Override
    public String table() {
        if (levels.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("**7.** From a visitor's message, sent over HTTP, to each stream that is open; milliseconds, of each message at each stream, medians of ")
                .append(size.rounds()).append(" rounds of ").append(size.messages()).append(" messages (least to most); memory without and with them; ").append(heapMax)
                .append("\n\n| streams | p50 | p99 | max | told to resync | opened a second | resident, MB | heap, MB | heap for a stream, bytes |\n")
                .append("| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Level level : levels) {
            text.append(String.format(Locale.ROOT, "| %d | %s | %s | %s | %d | %.0f | %d, %d | %.1f, %.1f | %s |%n", level.streams(),
                    Report.cell(level.millis(50), "%.1f"), Report.cell(level.millis(99), "%.1f"), Report.cell(level.millis(100), "%.1f"), level.resyncs(),
                    level.openedPerSecond(), level.before().residentMegabytes(), level.with().residentMegabytes(), level.before().heap() / 1e6, level.with().heap() / 1e6,
                    heapOfOne(level)));
        }
        return text.toString();
    }

    /// Of a few streams nothing is seen beside what the heap varies by.
    private static String heapOfOne(Level level) {
        long each = (level.with().heap() - level.before().heap()) / level.streams();
        return each > 0 ? String.valueOf(each) : "–";
    }

    @Override
    public List<Goal> goals() {
        int few = size.streams().getFirst();
        int many = size.streams().getLast();
        return List.of(
                new Goal("7", few + " streams: p50 within the commit interval and " + BESIDES_MILLIS + " ms", millis(few, 50), " ms",
                        COMMIT_INTERVAL_MILLIS + BESIDES_MILLIS, false),
                new Goal("7", many + " streams: p99 within a second", millis(many, 99).map(millis -> millis / 1_000), " s", MANY_GOAL_SECONDS, false));
    }

    private Optional<Double> millis(int streams, double percentile) {
        return levels.stream().filter(level -> level.streams() == streams).flatMap(level -> level.millis(percentile).stream()).map(Spread::median).findFirst();
    }

    @Override
    public Map<String, Object> kept() {
        List<Map<String, Object>> kept = new ArrayList<>();
        for (Level level : levels) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("streams", level.streams());
            one.put("openedPerSecond", level.openedPerSecond());
            one.put("before", level.before());
            one.put("with", level.with());
            one.put("resyncs", level.resyncs());
            one.put("rounds", level.after().stream().map(round -> Map.of("count", round.getTotalCount(), "p50", round.getValueAtPercentile(50) / 1e6,
                    "p99", round.getValueAtPercentile(99) / 1e6, "p100", round.getValueAtPercentile(100) / 1e6)).toList());
            kept.add(one);
        }
        return Map.of("levels", kept);
    }
}
