package baton.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is asked of an inbox, and of whom it is.
final class InboxQueries {

    static final String GROUP = "bench-ten";
    private static final int AGENTS_OF_A_PAGE = 10;
    private static final int DEEP_PAGES = 10;
    private static final Pattern CURSOR = Pattern.compile("\"nextCursor\":\"([^\"]+)\"");

    private InboxQueries() {
    }

    static String agent(int i) {
        return "bench-agent-" + i;
    }

    /// The agents whose lists one page shows together; the members of the group.
    static List<String> ten(int agents) {
        return IntStream.range(0, Math.min(AGENTS_OF_A_PAGE, agents)).mapToObj(InboxQueries::agent).toList();
    }

    /// What is asked, by name.
    ///
    /// @param read how the service calls it where it measures itself
    /// @param path from the first slash on
    record Query(String name, String read, String path) {
    }

    /// The queries of rows 4, 5 and 6, for a side: a deep page's cursor is that side's own.
    static List<Query> queries(Account account, int agents) throws Exception {
        String ten = ten(agents).stream().map(agent -> "assignment=agent:" + agent).collect(Collectors.joining("&"));
        return List.of(new Query("page: unassigned", "page", "/api/inbox?assignment=unassigned"), new Query("page: ten agents", "page", "/api/inbox?" + ten),
                new Query("page: a group of ten", "page", "/api/inbox?assignment=group:" + GROUP),
                new Query("page: completed, " + DEEP_PAGES + " pages down", "page", deep(account, "/api/inbox?status=completed")),
                new Query("counts", "counts", "/api/inbox/counts"));
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
