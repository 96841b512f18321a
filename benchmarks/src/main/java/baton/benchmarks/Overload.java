package baton.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// What happens to commands when more come than can be decided: how many are decided, how soon the others are refused, and how soon all is
/// well when it is over.
///
/// First the capacity: as many as are decided with some under way all the time. Then that rate, twice and four times as much, open loop:
/// requests leave on a schedule whether or not earlier ones have been answered. Nobody sends again what was refused. After each round a
/// single command is sent again and again until one is answered as quickly as on an idle machine.
public final class Overload {

    private static final int CONVERSATIONS = 200;
    private static final int WARM_UP_REQUESTS = 30_000;
    private static final Duration WARM_UP_MAX = Duration.ofMinutes(5);
    private static final int UNDER_WAY = 256;
    private static final int ENDED_WITHIN_SECONDS = 60;
    /// Connections that this end opens, the most; what is due beyond is not sent, and counted.
    private static final int UNANSWERED_MAX = 12_000;
    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final int NO_ANSWER = 0;

    private final HttpClient http;
    private final String run = Long.toString(System.currentTimeMillis(), 36);
    private String token;

    private record Round(int rate, double decided, double refused, Map<Integer, Long> statuses, long notSent, long withoutRetryAfter,
            Histogram ofDecided, Histogram ofRefused, double recoveredMillis) {
    }

    private Overload(String url) {
        this.http = new HttpClient(URI.create(url));
    }

    /// Arguments: url, password, seconds per round.
    public static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("arguments: URL PASSWORD SECONDS_PER_ROUND");
            System.exit(2);
        }
        new Overload(args[0]).run(args[1], Integer.parseInt(args[2]));
        System.exit(0);
    }

    private void run(String password, int seconds) throws Exception {
        String webchat = signIn("webchat", password);
        token = signIn("sam", password);
        for (int i = 0; i < CONVERSATIONS; i++) {
            http.send("POST", "/api/channel-messages", webchat, "{\"channel\":\"bench\",\"conversationId\":\"" + conversation(i)
                    + "\",\"messageId\":\"m\",\"visitor\":{\"id\":\"v\"},\"text\":\"hello\"}").get(30, TimeUnit.SECONDS);
        }
        Account.awaitTrue(() -> http.send("GET", "/api/inbox/conversations/" + conversation(CONVERSATIONS - 1) + "?minVersion=2", token, null)
                .get(ENDED_WITHIN_SECONDS, TimeUnit.SECONDS).status() == 200, "the inbox does not show the conversations");
        closedLoop(WARM_UP_REQUESTS, WARM_UP_MAX);
        double capacity = closedLoop(Integer.MAX_VALUE, Duration.ofSeconds(seconds));
        if (capacity < 2) {
            throw new IllegalStateException("almost nothing is decided: " + capacity + " a second");
        }
        System.out.printf(Locale.ROOT, "capacity, with %d under way: %.0f/s%n", UNDER_WAY, capacity);
        System.out.printf("| sent/s | decided/s | decided after p50 / p99 ms | refused/s | refused after p50 / p99 ms | as quick as ever after | other answers |%n"
                + "| --- | --- | --- | --- | --- | --- | --- |%n");
        for (double times : new double[] {0.5, 1, 2, 4}) {
            Round round = openLoop((int) (capacity * times), seconds);
            Map<Integer, Long> others = new TreeMap<>(round.statuses());
            others.keySet().removeAll(List.of(200, 429));
            String rest = (others.isEmpty() ? "none" : others.toString()) + (round.notSent() == 0 ? "" : ", not sent " + round.notSent())
                    + (round.withoutRetryAfter() == 0 ? "" : ", refused without Retry-After " + round.withoutRetryAfter());
            System.out.printf(Locale.ROOT, "| %d | %.0f | %s | %.0f | %s | %.0f ms | %s |%n", round.rate(), round.decided(), millis(round.ofDecided()),
                    round.refused(), millis(round.ofRefused()), round.recoveredMillis(), rest);
        }
    }

    /// Sends the next one when one is answered; how many a second were decided.
    private double closedLoop(int requestsMax, Duration notLonger) throws InterruptedException {
        var sent = new AtomicLong();
        return Load.closedLoop(requestsMax, UNDER_WAY, notLonger, () -> {
            long i = sent.getAndIncrement();
            return http.send("PUT", path(i), token, body(i)).thenApply(answer -> answer.status() == 200);
        });
    }

    private Round openLoop(int rate, int seconds) throws Exception {
        Histogram decided = new ConcurrentHistogram(3);
        Histogram refused = new ConcurrentHistogram(3);
        Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        LongAdder withoutRetryAfter = new LongAdder();
        Semaphore unanswered = new Semaphore(UNANSWERED_MAX);
        AtomicLong lastAnswer = new AtomicLong();
        long interval = 1_000_000_000L / rate;
        long begin = System.nanoTime() + 1_000_000;
        long notSent = 0;
        for (long i = 0; i < (long) rate * seconds; i++) {
            long due = begin + i * interval;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (!unanswered.tryAcquire()) {
                notSent++;
                continue;
            }
            http.send("PUT", path(i), token, body(i)).whenComplete((answer, failure) -> {
                int status = failure == null ? answer.status() : NO_ANSWER;
                statuses.computeIfAbsent(status, _ -> new LongAdder()).increment();
                long now = System.nanoTime();
                lastAnswer.accumulateAndGet(now - begin, Math::max);
                long took = now - due;
                if (status == 200) {
                    decided.recordValue(took);
                } else if (status == 429) {
                    refused.recordValue(took);
                    if (answer.retryAfter() == null) {
                        withoutRetryAfter.increment();
                    }
                }
                unanswered.release();
            });
        }
        long ended = System.nanoTime();
        double recovered = recover(ended);
        if (!unanswered.tryAcquire(UNANSWERED_MAX, ENDED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("requests are unanswered " + ENDED_WITHIN_SECONDS + " s after the round");
        }
        double took = lastAnswer.get() / 1e9; // and not until the last was sent: what waits then is answered too
        Map<Integer, Long> counts = new TreeMap<>();
        statuses.forEach((status, count) -> counts.put(status, count.sum()));
        return new Round(rate, counts.getOrDefault(200, 0L) / took, counts.getOrDefault(429, 0L) / took, counts, notSent, withoutRetryAfter.sum(),
                decided, refused, recovered);
    }

    /// Until three commands one after the other are answered at once.
    private double recover(long ended) throws Exception {
        for (int quick = 0; quick < 3; ) {
            long sent = System.nanoTime();
            if (sent - ended > TimeUnit.SECONDS.toNanos(ENDED_WITHIN_SECONDS)) {
                throw new IllegalStateException("no command is answered at once " + ENDED_WITHIN_SECONDS + " s after the round");
            }
            HttpClient.Answer answer = http.send("PUT", path(quick), token, body(quick)).get(ENDED_WITHIN_SECONDS, TimeUnit.SECONDS);
            quick = answer.status() == 200 && System.nanoTime() - sent < QUICK_NANOS ? quick + 1 : 0;
        }
        return (System.nanoTime() - ended) / 1e6;
    }

    private String conversation(long i) {
        return "over-" + run + "-" + i % CONVERSATIONS;
    }

    private String path(long i) {
        return "/api/conversations/" + conversation(i) + "/assignee";
    }

    private static String body(long i) {
        return "{\"agentId\":\"" + (i / CONVERSATIONS % 2 == 0 ? "ana" : "ben") + "\"}";
    }

    private String signIn(String name, String password) throws Exception {
        String body = http.send("POST", "/login", null, "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}")
                .get(30, TimeUnit.SECONDS).body();
        Matcher found = TOKEN.matcher(body);
        if (!found.find()) {
            throw new IllegalStateException("cannot sign in as " + name + ": " + body);
        }
        return found.group(1);
    }

    private static String millis(Histogram histogram) {
        return histogram.getTotalCount() == 0 ? "–" : String.format(Locale.ROOT, "%.0f / %.0f", histogram.getValueAtPercentile(50) / 1e6,
                histogram.getValueAtPercentile(99) / 1e6);
    }
}
