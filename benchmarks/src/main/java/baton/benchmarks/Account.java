package baton.benchmarks;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An account of a side, signed in.
record Account(Side side, HttpClient http, String token) {

    private static final Duration SHOWS_WITHIN = Duration.ofSeconds(60);
    private static final long LOOK_EVERY_MILLIS = 5;
    private static final int ANSWERED_WITHIN_SECONDS = 30;
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
