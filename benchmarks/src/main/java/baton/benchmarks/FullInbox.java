package baton.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An inbox of some size, made through HTTP as any is: of ten conversations eight are completed, one is nobody's, one is an agent's.
final class FullInbox {

    static final String GROUP = "bench-ten";
    private static final int AT_A_TIME = 32;
    private static final int OF_TEN_COMPLETED = 8;
    private static final int AGENTS_OF_A_PAGE = 10;
    private static final int DEEP_PAGES = 10;
    private static final Duration FILLED_WITHIN = Duration.ofMinutes(20);
    private static final Pattern CURSOR = Pattern.compile("\"nextCursor\":\"([^\"]+)\"");

    private FullInbox() {
    }

    /// Fills a side; `agents` are made first.
    static void fill(Account account, Account channel, int conversations, int agents) throws Exception {
        account.side().addAgents(account, agents, IntStream.range(0, Math.min(AGENTS_OF_A_PAGE, agents)).mapToObj(FullInbox::agent).toList());
        each(conversations, i -> new HttpClient.Request("POST", "/api/channel-messages", channel.token(), null,
                "{\"channel\":\"bench\",\"conversationId\":\"" + id(i) + "\",\"messageId\":\"m\",\"visitor\":{\"id\":\"v" + i
                        + "\",\"name\":\"Vera\"},\"text\":\"Where is my parcel? It was to come on Friday.\"}"), channel);
        account.awaitView(id(conversations - 1), 2);
        int[] settled = IntStream.range(0, conversations).filter(i -> i % 10 <= OF_TEN_COMPLETED).toArray();
        each(settled.length, n -> settled[n] % 10 < OF_TEN_COMPLETED
                ? new HttpClient.Request("POST", "/api/conversations/" + id(settled[n]) + "/complete", account.token(), null, null)
                : new HttpClient.Request("PUT", "/api/conversations/" + id(settled[n]) + "/assignee", account.token(), null,
                        "{\"agentId\":\"" + agent(settled[n] / 10 % agents) + "\"}"), account);
    }

    private static void each(int count, IntFunction<HttpClient.Request> request, Account account) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        Load.warmUp(count, AT_A_TIME, FILLED_WITHIN, () -> account.http().send(request.apply(next.getAndIncrement())).thenApply(answer -> {
            if (answer.status() >= 300) {
                refused.incrementAndGet();
            }
            return true;
        }));
        if (next.get() < count || refused.get() > 0) {
            throw new IllegalStateException("of " + count + " requests " + next.get() + " were made and " + refused + " refused");
        }
    }

    static String id(int i) {
        return "full-" + i;
    }

    static String agent(int i) {
        return "bench-agent-" + i;
    }

    /// What is asked of it, by name.
    ///
    /// @param path from the first slash on
    record Query(String name, String path) {
    }

    /// The queries of rows 4 and 5, for a side: a deep page's cursor is that side's own.
    static List<Query> queries(Account account, int agents) throws Exception {
        String ten = IntStream.range(0, Math.min(AGENTS_OF_A_PAGE, agents)).mapToObj(i -> "assignment=agent:" + agent(i)).collect(Collectors.joining("&"));
        return List.of(new Query("page: unassigned", "/api/inbox?assignment=unassigned"), new Query("page: ten agents", "/api/inbox?" + ten),
                new Query("page: a group of ten", "/api/inbox?assignment=group:" + GROUP),
                new Query("page: completed, " + DEEP_PAGES + " pages down", deep(account, "/api/inbox?status=completed")),
                new Query("counts", "/api/inbox/counts"));
    }

    private static String deep(Account account, String first) throws Exception {
        String path = first;
        for (int i = 0; i < DEEP_PAGES; i++) {
            Matcher cursor = CURSOR.matcher(account.http().send(HttpClient.Request.get(path, account.token())).get(30, TimeUnit.SECONDS).body());
            if (!cursor.find()) {
                return path;
            }
            path = first + "&cursor=" + cursor.group(1);
        }
        return path;
    }
}
