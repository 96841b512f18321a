package baton.load;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import baton.load.Connection.Answer;
import baton.processes.Deployment;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import baton.processes.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// More commands than can be decided. What is refused was not done, what was acknowledged is on the log once, nobody is left in doubt, and
/// when it is over a command is decided as if nothing had been.
@Tag("slow")
class OverloadIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final int CONVERSATIONS = 40;
    /// As many as may always wait, see docs/LIMITS.md.
    private static final int WAITING_MIN = 500;
    private static final int AT_ONCE = 50;
    private static final int FLOOD = 20_000;
    /// Of the instance that has less room, and tells sooner.
    private static final int PENDING_MAX = 100;
    private static final Duration DECIDED_WITHIN = Duration.ofSeconds(10);

    private static Deployment deployment;
    private static ServiceProcess service;
    private static Log log;
    private static final AtomicLong KEYS = new AtomicLong();
    private static final String SAM = Tokens.of("sam");

    /// A command, and what came of it.
    private record Told(String conversation, String key, Answer answer) {
        @Override
        public String toString() {
            return key + " for " + conversation + ": " + answer.status() + " " + answer.body();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(1);
        service = deployment.add(ASSIGNMENT_SERVICE, Map.of("BATON_BOOTSTRAP_SERVERS", deployment.cluster().wiredBootstrapServers(),
                "BATON_DECIDED_WITHIN", "30s")).start();
        deployment.awaitReady();
        log = new Log(deployment.cluster().admin(), deployment.cluster().bootstrapServers());
        for (int i = 0; i < CONVERSATIONS; i++) {
            log.message(conversation(i), "m", "hello");
        }
        log.flush();
        Waiting.until("all conversations", WITHIN, () -> log.read("conversation-events").size() >= 2 * CONVERSATIONS);
    }

    @AfterAll
    static void stop() {
        if (log != null) {
            log.close();
        }
        deployment.close();
    }

    @BeforeEach
    void nothingWaits() {
        deployment.cluster().wires(Wire::mend);
        Waiting.until("no command waiting", WITHIN, () -> waiting() == 0);
    }

    /// The decider reads nothing, so the commands that are let in wait, and one more is told so.
    @Test
    void whoCannotBeDecidedSoonIsToldAtOnceAndWhoWasLetInIsDecided() throws Exception {
        deployment.cluster().wires(Wire::holdFetched);
        int callers = WAITING_MIN + 300;
        var told = new ConcurrentLinkedQueue<Told>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            String conversation = conversation(i);
            threads.add(Thread.ofVirtual().start(() -> told.add(command(conversation))));
            awaitToldOrWaiting(told, threads, callers);
        }
        List<Told> refused = List.copyOf(told);
        assertThat(refused).as("while nothing is decided").hasSizeBetween(1, callers - WAITING_MIN).allSatisfy(OverloadIT::isRefused);
        deployment.cluster().wires(Wire::mend);
        join(threads);
        List<Told> decided = told.stream().filter(one -> !refused.contains(one)).toList();
        assertThat(decided).hasSizeGreaterThanOrEqualTo(WAITING_MIN).allSatisfy(one -> assertThat(one.answer().status()).as(one.toString()).isEqualTo(200));
        assertJudged(told);
        assertThat(command(conversation(0)).answer().status()).as("afterwards").isEqualTo(200);
    }

    /// The brokers have fallen silent, and what they are to be told is long. What there is no room for is refused at once, on the thread that
    /// serves all connections, and nobody else notices.
    @Test
    void whatThereIsNoRoomForWhileTheLogIsSilentIsRefusedAtOnceAndTheRestIsWritten() throws Exception {
        String text = "\ud83d\ude00".repeat(10_000); // 40 kB on the log
        int callers = WAITING_MIN - 20;
        deployment.cluster().wires(Wire::goDead);
        var told = new ConcurrentLinkedQueue<Told>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            String conversation = conversation(i);
            threads.add(Thread.ofVirtual().start(() -> {
                String key = "long-" + KEYS.incrementAndGet();
                try (Connection connection = Connection.to(service)) {
                    told.add(new Told(conversation, key, connection.send("POST", "/api/conversations/" + conversation + "/replies", SAM,
                            "{\"text\":\"" + text + "\"}", "Idempotency-Key", key)));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
            awaitToldOrWaiting(told, threads, callers);
        }
        List<Told> refused = List.copyOf(told);
        assertThat(refused).as("16 MB are full").isNotEmpty().allSatisfy(OverloadIT::isRefused);
        try (Connection connection = Connection.to(service)) {
            assertThat(connection.send("GET", "/api/me", SAM, null).status()).isEqualTo(200);
        }
        deployment.cluster().wires(Wire::mend);
        join(threads);
        told.stream().filter(one -> !refused.contains(one)).forEach(one -> assertThat(one.answer().status()).as(one.toString()).isEqualTo(200));
        assertJudged(told);
    }

    /// Callers who do not wait for each other, four times as many as can be served, and twenty connections for each place to wait. Who is let in
    /// is told within the time that all are told in: nobody is left in doubt.
    @Test
    void servesWhatItCanAndRefusesTheRest() throws Exception {
        ServiceProcess usual = service;
        usual.stop();
        ServiceProcess strict = deployment.add(ASSIGNMENT_SERVICE, Map.of("BATON_PENDING_MAX", String.valueOf(PENDING_MAX),
                "BATON_DECIDED_WITHIN", DECIDED_WITHIN.toSeconds() + "s")).start().awaitReady();
        service = strict;
        try {
            serveWhatCanBeServed();
        } finally {
            strict.stop();
            service = usual.start().awaitReady();
        }
    }

    private static void serveWhatCanBeServed() throws Exception {
        double capacity = closedLoop(32, Duration.ofSeconds(6)).size() / 6.0;
        int rate = (int) (4 * capacity);
        int seconds = 6;
        var told = new ConcurrentLinkedQueue<Told>();
        AtomicInteger next = new AtomicInteger();
        long began = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) { // each of them a connection
            threads.add(Thread.ofVirtual().start(() -> {
                try (Connection connection = Connection.to(service)) {
                    for (int number = next.getAndIncrement(); number < rate * seconds; number = next.getAndIncrement()) {
                        long due = began + number * 1_000_000_000L / rate;
                        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                            LockSupport.parkNanos(left);
                        }
                        if (System.nanoTime() - began > Duration.ofSeconds(seconds).toNanos()) {
                            return;
                        }
                        told.add(command(connection, conversation(number)));
                    }
                } catch (IOException e) {
                    told.add(new Told("", "", new Answer(0, Map.of(), e.toString())));
                }
            }));
        }
        join(threads);
        Map<Integer, Long> statuses = told.stream().collect(Collectors.groupingBy(one -> one.answer().status(), Collectors.counting()));
        System.out.printf("capacity %.0f/s; of %d/s for %d s: %s%n", capacity, rate, seconds, statuses);
        assertThat(statuses.keySet()).containsExactlyInAnyOrder(200, 429);
        told.stream().filter(one -> one.answer().status() == 429).forEach(OverloadIT::isRefused);
        assertJudged(told);
        assertThat(command(conversation(0)).answer().status()).as("afterwards, at once").isEqualTo(200);
    }

    /// Visitors write more than can be decided for a while. It waits on their topic, not before what agents ask for.
    @Test
    void agentsAreDecidedForWhileAFloodOfMessagesWaitsWhereItCameFrom() throws Exception {
        for (int i = 0; i < FLOOD; i++) {
            log.message("flood-" + i % 1_000, "m-" + i, "I write, and write, and write");
        }
        var told = new ArrayList<Told>();
        long undecidedMost = 0;
        while (log.lag("channel-bridge", "channel-messages") > FLOOD / 10) {
            undecidedMost = Math.max(undecidedMost, log.lag("assignment-service", "conversation-commands"));
            told.add(command(conversation(told.size())));
        }
        System.out.printf("%d commands were decided during the flood, of which %d at most were undecided%n", told.size(), undecidedMost);
        assertThat(told).as("while messages waited").hasSizeGreaterThan(10).allSatisfy(one -> assertThat(one.answer().status()).isEqualTo(200));
        assertThat(undecidedMost).as("messages before a command").isLessThan(5_000);
        log.flush();
        Waiting.until("all of the flood carried", WITHIN, () -> log.lag("channel-bridge", "channel-messages") == 0);
        Waiting.until("all of it decided", WITHIN, () -> log.read("conversation-events").stream()
                .filter(event -> event.key().startsWith("flood-") && event.value().has("text")).count() == FLOOD);
        assertJudged(told);
    }

    private static String conversation(int number) {
        return "c-" + number % CONVERSATIONS;
    }

    private static List<Told> closedLoop(int callers, Duration lasts) throws InterruptedException {
        var told = new ConcurrentLinkedQueue<Told>();
        long ends = System.nanoTime() + lasts.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            int caller = i;
            threads.add(Thread.ofVirtual().start(() -> {
                try (Connection connection = Connection.to(service)) {
                    for (int number = caller; System.nanoTime() < ends; number++) {
                        told.add(command(connection, conversation(number)));
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }));
        }
        join(threads);
        assertThat(told).allSatisfy(one -> assertThat(one.answer().status()).as(one.toString()).isEqualTo(200));
        return List.copyOf(told);
    }

    private static Told command(String conversation) {
        try (Connection connection = Connection.to(service)) {
            return command(connection, conversation);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Told command(Connection connection, String conversation) throws IOException {
        long number = KEYS.incrementAndGet();
        String key = "k-" + number;
        String agent = number % 2 == 0 ? "ana" : "ben";
        return new Told(conversation, key, connection.send("PUT", "/api/conversations/" + conversation + "/assignee", SAM,
                "{\"agentId\":\"" + agent + "\"}", "Idempotency-Key", key));
    }

    private static void isRefused(Told one) {
        assertThat(one.answer().status()).as(one.toString()).isEqualTo(429);
        assertThat(one.answer().problem()).isEqualTo("overloaded");
        assertThat(Integer.parseInt(one.answer().headers().get("retry-after"))).isPositive();
    }

    /// What was answered is on the log once, and its event too; what was refused is not.
    private static void assertJudged(Iterable<Told> told) {
        Map<String, Long> commands = new HashMap<>();
        log.read("conversation-commands").forEach(entry -> commands.merge(entry.key() + " " + entry.value().path("commandId").asText(), 1L, Long::sum));
        for (Told one : told) {
            assertThat(commands.getOrDefault(one.conversation() + " " + one.key(), 0L)).as(one.toString())
                    .isEqualTo(one.answer().status() == 429 ? 0 : 1);
        }
        Set<String> acknowledged = new HashSet<>();
        told.forEach(one -> {
            if (one.answer().status() == 200) {
                one.answer().json().path("events").forEach(event -> acknowledged.add(one.conversation() + ":" + event.path("version").asLong()));
            }
        });
        Waiting.until("every event that was told of", WITHIN, () -> log.read("conversation-events").stream()
                .map(event -> event.key() + ":" + event.value().path("version").asLong()).collect(Collectors.toSet()).containsAll(acknowledged));
    }

    /// After each group of callers, and all: a process that has just begun is late in reading where many come at once, and refuses for that.
    private static void awaitToldOrWaiting(Collection<Told> told, List<Thread> threads, int callers) {
        if (threads.size() % AT_ONCE == 0 || threads.size() == callers) {
            Waiting.until("everybody either told or waiting", WITHIN, () -> told.size() + waiting() == threads.size(),
                    () -> told.size() + " told, " + waiting() + " waiting");
        }
    }

    private static int waiting() {
        for (String line : service.metrics().split("\n")) {
            if (line.startsWith("baton_commands_waiting")) {
                return (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        throw new AssertionError("no metric of who waits");
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            assertThat(thread.join(WITHIN)).as("an answer").isTrue();
        }
    }
}
