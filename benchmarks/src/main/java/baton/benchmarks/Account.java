package baton.benchmarks;

import java.time.Duration;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An account of a side, signed in.
record Account(Side side, HttpClient http, String token) {

    private static final Duration SHOWS_WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_MILLIS = 5;
    private static final int ANSWERED_WITHIN_SECONDS = 30;
    private static final Pattern BUCKET = Pattern.compile("le=\"([^\"]+)\"[^}]*} (\\S+)");
    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");

    static Account signIn(Side side, HttpClient http, String name) throws Exception {
        String answer = http.send(new HttpClient.Request("POST", "/login", null, null,
                "{\"username\":\"" + name + "\",\"password\":\"" + side.password() + "\"}")).get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS).body();
        Matcher found = TOKEN.matcher(answer);
        if (!found.find()) {
            throw new IllegalStateException("cannot sign in as " + name + ": " + answer);
        }
        return new Account(side, http, found.group(1));
    }

    /// Returns when the inbox shows a conversation at that version or later.
    void awaitView(String conversationId, long version) throws Exception {
        awaitView(conversationId, version, SHOWS_WITHIN);
    }

    void awaitView(String conversationId, long version, Duration within) throws Exception {
        awaitTrue(() -> {
            HttpClient.Answer answer = http.send(HttpClient.Request.get("/api/inbox/conversations/" + conversationId + "?minVersion=" + version, token))
                    .get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
            return answer.status() == 200 && answer.body().contains("\"stale\":false");
        }, within, conversationId + " does not reach version " + version);
    }

    /// What the service has measured of its own reads of the inbox so far, without HTTP: how many took at most so long.
    ///
    /// @param atMost cumulative, by seconds
    record Reads(NavigableMap<Double, Double> atMost) {

        /// The median of those after others, in microseconds, as if they were spread evenly within a bucket; empty if there are none.
        OptionalDouble medianMicrosSince(Reads before) {
            NavigableMap<Double, Double> since = new TreeMap<>();
            atMost.forEach((seconds, count) -> since.put(seconds, count - before.atMost.getOrDefault(seconds, 0.0)));
            double half = since.lastEntry().getValue() / 2;
            double from = 0;
            double below = 0;
            for (var bucket : since.entrySet()) {
                if (bucket.getValue() >= half && bucket.getValue() > below) {
                    return bucket.getKey().isInfinite() ? OptionalDouble.empty() : OptionalDouble.of((from + (bucket.getKey() - from) * (half - below) / (bucket.getValue() - below)) * 1e6);
                }
                from = bucket.getKey();
                below = bucket.getValue();
            }
            return OptionalDouble.empty();
        }
    }

    /// @param read `page` or `counts`
    Reads reads(String read) throws Exception {
        return reads(http.send(HttpClient.Request.get("/prometheus", token)).get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS).body(), read);
    }

    /// Of all that a service tells.
    static Reads reads(String metrics, String read) {
        NavigableMap<Double, Double> atMost = new TreeMap<>();
        metrics.lines().filter(line -> line.startsWith("baton_inbox_reads_seconds_bucket{") && line.contains("read=\"" + read + "\"")).forEach(line -> {
            Matcher bucket = BUCKET.matcher(line);
            if (bucket.find()) {
                atMost.put(Double.parseDouble(bucket.group(1).replace("+Inf", "Infinity")), Double.parseDouble(bucket.group(2)));
            }
        });
        if (atMost.isEmpty()) {
            throw new IllegalStateException("no times of reads among " + metrics.lines().count() + " lines of metrics");
        }
        return new Reads(atMost);
    }

    /// Something that comes true.
    interface Question {
        boolean isTrue() throws Exception;
    }

    static void awaitTrue(Question question, String otherwise) throws Exception {
        awaitTrue(question, SHOWS_WITHIN, otherwise);
    }

    static void awaitTrue(Question question, Duration within, String otherwise) throws Exception {
        long deadline = System.nanoTime() + within.toNanos();
        while (!question.isTrue()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(otherwise + " within " + within.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }
}
