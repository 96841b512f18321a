package baton.load;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.INBOX_PROJECTION;
import static org.assertj.core.api.Assertions.assertThat;

import baton.load.Connection.Answer;
import baton.processes.Deployment;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Many who walk through the inbox, page by page, each page from another instance, while rows move under them. Whatever has not moved is
/// found exactly once by every walk, in its order; counters add up at every moment, and are what the lists hold when nothing moves.
/// `baton.storm.seconds` is how long it goes on, 40 unless it is said.
@Tag("slow")
class QueryStormIT {

    private static final int SECONDS = Integer.getInteger("baton.storm.seconds", 40);
    private static final int STILL = 160;
    private static final int MOVING = 80;
    private static final int MOVERS = 4;
    private static final int WALKERS = 24;
    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final String ANA = Tokens.of("ana");
    private static final String SAM = Tokens.of("sam");

    private static Deployment deployment;
    private static ServiceProcess assignment;
    private static List<ServiceProcess> inboxes;
    private static Log log;

    /// A list that somebody walks through.
    private record Question(String assignment, String status, String sort) {

        String path(int limit, String cursor) {
            return "/api/inbox?limit=" + limit + "&status=" + status + "&sort=" + sort + assignment + (cursor == null ? "" : "&cursor=" + cursor);
        }

        static List<Question> all() {
            List<Question> all = new ArrayList<>();
            for (String assignment : List.of("", "&assignment=unassigned", "&assignment=me", "&assignment=others", "&assignment=agent:ben",
                    "&assignment=group:sales", "&assignment=unassigned&assignment=agent:chloe")) {
                for (String sort : List.of("newest", "oldest", "waiting")) {
                    for (String status : assignment.contains("unassigned") || assignment.isEmpty() ? List.of("open", "completed", "all") : List.of("open")) {
                        all.add(new Question(assignment, status, sort));
                    }
                }
            }
            return all;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(1);
        assignment = deployment.add(ASSIGNMENT_SERVICE).start();
        inboxes = List.of(deployment.add(INBOX_PROJECTION).start(), deployment.add(INBOX_PROJECTION).start());
        deployment.awaitReady();
        log = new Log(deployment.cluster().admin(), deployment.cluster().bootstrapServers());
        Stream.concat(IntStream.range(0, STILL).mapToObj(QueryStormIT::still), IntStream.range(0, MOVING).mapToObj(QueryStormIT::moving))
                .forEach(id -> log.message(id, "m", "hello"));
        log.flush();
        Waiting.until("all conversations", WITHIN, () -> log.read("conversation-events").size() >= 2 * (STILL + MOVING));
        try (Connection connection = Connection.to(assignment)) {
            for (int i = 0; i < STILL; i++) {
                switch (i % 8) {
                    case 0 -> command(connection, "POST", still(i), "complete", null);
                    case 1, 2 -> command(connection, "PUT", still(i), "assignee", "{\"agentId\":\"ana\"}");
                    case 3 -> command(connection, "PUT", still(i), "assignee", "{\"agentId\":\"ben\"}");
                    case 4 -> command(connection, "PUT", still(i), "assignee", "{\"agentId\":\"chloe\"}");
                    default -> {
                        // nobody's
                    }
                }
            }
        }
        awaitFolded();
    }

    @AfterAll
    static void stop() {
        if (log != null) {
            log.close();
        }
        deployment.close();
    }

    private static String still(int number) {
        return "still-" + number;
    }

    private static String moving(int number) {
        return "moving-" + number;
    }

    @Test
    void whatDoesNotMoveIsFoundExactlyOnceByEveryWalkAndCountersEqualTheLists() throws Exception {
        List<Question> questions = Question.all();
        Map<Question, List<String>> expected = new HashMap<>();
        for (Question question : questions) {
            expected.put(question, stills(walk(question, 50, new Random(1), true)));
        }
        assertThat(expected.get(new Question("", "all", "newest"))).hasSize(STILL);
        long moved;
        AtomicLong moves = new AtomicLong();
        AtomicInteger walks = new AtomicInteger();
        AtomicInteger counted = new AtomicInteger();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        long ends = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < MOVERS; i++) {
            Random random = new Random(i);
            threads.add(run(failures, () -> {
                try (Connection connection = Connection.to(assignment)) {
                    while (System.nanoTime() < ends) {
                        move(connection, random);
                        moves.incrementAndGet();
                    }
                }
            }));
        }
        for (int i = 0; i < WALKERS; i++) {
            Random random = new Random(100 + i);
            threads.add(run(failures, () -> {
                while (System.nanoTime() < ends) {
                    Question question = questions.get(random.nextInt(questions.size()));
                    List<String> found = walk(question, 3 + random.nextInt(30), random, false);
                    assertThat(stills(found)).as(question + ", while rows move").isEqualTo(expected.get(question));
                    walks.incrementAndGet();
                }
            }));
        }
        threads.add(run(failures, () -> {
            Random random = new Random(7);
            while (System.nanoTime() < ends) {
                JsonNode counts = whole("/api/inbox/counts", random).json();
                assertThat(all(counts)).as(counts.toString()).isEqualTo(STILL + MOVING);
                counted.incrementAndGet();
            }
        }));
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(SECONDS).plus(WITHIN))).isTrue();
        }
        moved = moves.get();
        System.out.printf("%d rows moved under %d walks and %d counts%n", moved, walks.get(), counted.get());
        assertThat(failures).isEmpty();
        assertThat(moved).as("the storm").isGreaterThan(100);
        assertThat(walks.get()).isGreaterThan(100);

        awaitFolded();
        Random random = new Random(2);
        for (ServiceProcess inbox : inboxes) {
            JsonNode counts = ask(inbox, "/api/inbox/counts").json();
            assertThat(counts.path("partitionsMissing")).isEmpty();
            assertThat(counts.path("unassigned").asInt()).isEqualTo(walk(new Question("&assignment=unassigned", "open", "oldest"), 17, random, true).size());
            assertThat(counts.path("mine").asInt()).isEqualTo(walk(new Question("&assignment=me", "open", "newest"), 17, random, true).size());
            assertThat(counts.path("others").asInt()).isEqualTo(walk(new Question("&assignment=others", "open", "waiting"), 17, random, true).size());
            assertThat(counts.path("completed").asInt()).isEqualTo(walk(new Question("", "completed", "newest"), 17, random, true).size());
            for (String agent : List.of("ana", "ben", "chloe", "sam")) {
                assertThat(counts.path("byAgent").path(agent).asInt()).as(agent)
                        .isEqualTo(walk(new Question("&assignment=agent:" + agent, "open", "oldest"), 9, random, true).size());
            }
        }
    }

    private static int all(JsonNode counts) {
        int assigned = 0;
        for (JsonNode owned : counts.path("byAgent")) {
            assigned += owned.asInt();
        }
        return counts.path("unassigned").asInt() + assigned + counts.path("completed").asInt();
    }

    private static void move(Connection connection, Random random) throws IOException {
        String id = moving(random.nextInt(MOVING));
        switch (random.nextInt(6)) {
            case 0, 1 -> command(connection, "PUT", id, "assignee", "{\"agentId\":\"" + List.of("ana", "ben", "chloe").get(random.nextInt(3)) + "\"}");
            case 2 -> command(connection, "DELETE", id, "assignee", null);
            case 3 -> command(connection, "POST", id, "complete", null);
            case 4 -> command(connection, "POST", id, "reopen", null);
            default -> command(connection, "POST", id, "replies", "{\"text\":\"on its way\"}");
        }
    }

    private static void command(Connection connection, String method, String id, String what, String body) throws IOException {
        Answer answer = connection.send(method, "/api/conversations/" + id + "/" + what, SAM, body);
        assertThat(answer.status()).as(answer.toString()).isIn(200, 409);
    }

    /// All pages, each from whichever instance.
    ///
    /// @param resting whether nothing moves, so that no row may be there twice
    private static List<String> walk(Question question, int limit, Random random, boolean resting) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = whole(question.path(limit, cursor), random).json();
            assertThat(page.path("items").size()).isLessThanOrEqualTo(limit);
            page.path("items").forEach(row -> ids.add(row.path("conversationId").asText()));
            cursor = page.path("nextCursor").asText(null);
        } while (cursor != null && !cursor.equals("null"));
        if (resting) {
            assertThat(ids).as(question.toString()).doesNotHaveDuplicates();
        }
        return ids;
    }

    private static List<String> stills(List<String> ids) {
        return ids.stream().filter(id -> id.startsWith("still-")).toList();
    }

    /// An answer in which no partition is missing: where one is, it is said, and the same page is asked for again.
    private static Answer whole(String path, Random random) {
        return Waiting.until(path, WITHIN, () -> ask(inboxes.get(random.nextInt(inboxes.size())), path),
                answer -> answer.status() == 200 && answer.json().path("partitionsMissing").isEmpty());
    }

    private static Answer ask(ServiceProcess inbox, String path) {
        try (Connection connection = Connection.to(inbox)) {
            return connection.send("GET", path, ANA, null);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitFolded() {
        Waiting.until("all events folded", WITHIN, () -> {
            Map<String, Long> versions = new HashMap<>();
            log.read("conversation-events").forEach(event -> versions.merge(event.key(), event.value().path("version").asLong(), Math::max));
            for (ServiceProcess inbox : inboxes) {
                for (Map.Entry<String, Long> one : versions.entrySet()) {
                    if (ask(inbox, "/api/inbox/conversations/" + one.getKey()).json().path("version").asLong() < one.getValue()) {
                        return false;
                    }
                }
            }
            return versions.size() == STILL + MOVING;
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Thread run(ConcurrentLinkedQueue<Throwable> failures, Work work) {
        return Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException | AssertionError e) {
                failures.add(e);
            }
        });
    }
}
