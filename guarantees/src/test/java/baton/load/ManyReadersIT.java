package baton.load;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.NOTIFICATION_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import baton.processes.Deployment;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A thousand agents who are connected for a while, some of whom never read, and some not for so long that too much has happened. Who reads
/// misses nothing; who cannot keep up is told to ask anew; who does not read at all is let go; and nobody costs the service memory that it
/// does not get back. `baton.soak.seconds` is how long it goes on, 180 unless it is said.
@Tag("slow")
class ManyReadersIT {

    private static final int SECONDS = Integer.getInteger("baton.soak.seconds", 180);
    private static final int KEEN = 750;
    /// Of those, how many are listened to word by word.
    private static final int CHECKED = 10;
    private static final int PAUSING = 50;
    private static final int STUCK = 200;
    private static final int AGENTS = KEEN + PAUSING + STUCK;
    private static final int CONVERSATIONS = 20;
    private static final int MESSAGES_PER_SECOND = 8;
    private static final int ENTRIES_MAX = 300;
    /// Longer than it takes until the ring has turned under a stream that is full.
    private static final Duration STUCK_WITHIN = Duration.ofSeconds(90);
    private static final Duration SOON = Duration.ofSeconds(120);
    /// What the system, twice [baton.runtime.ConnectionLimit]'s 64 kB, and the service keep of one stream that is not taken, and the reader's
    /// own window.
    private static final long KEPT_BYTES_MAX = 2 * 64 * 1024 + 32 * 1024 + 16 * 1024;
    /// Of the two kinds of events that a message makes, on average.
    private static final long ENTRY_BYTES_MAX = 500;
    private static final int WINDOW_BYTES = 4 * 1024;
    private static final long HEAP_GROWS_BYTES_MAX = 64L << 20;
    private static final long RESIDENT_GROWS_BYTES_MAX = 160L << 20;
    private static final long HEAP_LEFT_BYTES_MAX = 12L << 20;

    private static Deployment deployment;
    private static ServiceProcess assignment;
    private static ServiceProcess notification;
    private static Log log;

    private final AtomicBoolean over = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Connection> open = new ArrayList<>();
    private final AtomicLong written = new AtomicLong();

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(1);
        assignment = deployment.add(ASSIGNMENT_SERVICE).start();
        notification = deployment.add(NOTIFICATION_SERVICE, Map.of("BATON_LIVE_ENTRIES_MAX", String.valueOf(ENTRIES_MAX),
                "BATON_LIVE_STUCK_WITHIN", STUCK_WITHIN.toSeconds() + "s")).start();
        deployment.awaitReady();
        log = new Log(deployment.cluster().admin(), deployment.cluster().bootstrapServers());
        makeAgents();
    }

    @AfterAll
    static void stop() {
        if (log != null) {
            log.close();
        }
        deployment.close();
    }

    private static void makeAgents() throws Exception {
        Semaphore places = new Semaphore(8);
        String sam = Tokens.of("sam");
        List<CompletableFuture<Void>> made = new ArrayList<>();
        for (int i = 0; i < AGENTS; i++) {
            String id = agent(i);
            places.acquire();
            made.add(CompletableFuture.runAsync(() -> {
                try (Connection connection = Connection.to(assignment)) {
                    Connection.Answer answer = connection.send("PUT", "/api/agents/" + id, sam, "{\"name\":\"" + id + "\",\"role\":\"agent\",\"active\":true}");
                    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                } catch (IOException e) {
                    throw new AssertionError(e);
                } finally {
                    places.release();
                }
            }, Thread::startVirtualThread));
        }
        CompletableFuture.allOf(made.toArray(CompletableFuture[]::new)).get(5, TimeUnit.MINUTES);
        try (Connection connection = Connection.to(notification)) {
            Waiting.until("the last agent to be known", SOON, () -> connection.send("GET", "/api/notifications", Tokens.of(agent(AGENTS - 1)), null).status() == 200);
        }
    }

    private static String agent(int number) {
        return "agent-" + number;
    }

    @Test
    void memoryStaysFlatAndWhoCannotKeepUpIsToldSo() throws Exception {
        Thread visitors = run("visitors", this::write);
        Waiting.until("first events", SOON, () -> written.get() > 5 * MESSAGES_PER_SECOND);
        Sample base = Sample.take("nobody connected");
        List<Thread> readers = new ArrayList<>();
        List<Checked> checked = new ArrayList<>();
        AtomicLong keenBytes = new AtomicLong();
        for (int i = 0; i < KEEN; i++) {
            Connection stream = stream(agent(i), 0);
            boolean measured = i == 0;
            if (i != 0 && i <= CHECKED) {
                var one = new Checked(stream);
                checked.add(one);
                readers.add(run("checked-" + i, one::listen));
            } else {
                readers.add(run("keen-" + i, () -> {
                    byte[] buffer = new byte[8_192];
                    for (int read = stream.readSome(buffer); read >= 0; read = stream.readSome(buffer)) {
                        if (measured) {
                            keenBytes.addAndGet(read);
                        }
                    }
                }));
            }
        }
        List<Connection> stuck = openStuck();
        Sample.take("all connected");

        // Who pauses reads on when all that is kept for her is full and the ring has turned besides.
        List<Connection> pausing = new ArrayList<>();
        for (int i = 0; i < PAUSING; i++) {
            pausing.add(stream(agent(KEEN + i), WINDOW_BYTES));
        }
        long since = keenBytes.get();
        List<Checked> paused = pausing.stream().map(Checked::new).toList();
        Waiting.until("more than is kept for one", SOON.multipliedBy(2),
                () -> keenBytes.get() - since > KEPT_BYTES_MAX + ENTRIES_MAX * ENTRY_BYTES_MAX);
        paused.forEach(one -> readers.add(run("paused", one::listen)));
        Waiting.until("all who paused being told to ask anew", SOON, () -> paused.stream().allMatch(one -> one.resyncs() > 0),
                () -> paused.stream().filter(one -> one.resyncs() == 0).count() + " were not");
        Map<Checked, Long> seen = new HashMap<>();
        paused.forEach(one -> seen.put(one, one.changes()));
        Waiting.until("all who paused hearing on", SOON, () -> paused.stream().allMatch(one -> one.changes() > seen.get(one)));
        Sample.take("who paused reads again");

        int rounds = 1;
        Sample most = base;
        long ends = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            int due = rounds * STUCK;
            Waiting.until("all who read nothing let go", STUCK_WITHIN.plus(SOON), () -> metric("baton_live_stuck_total") >= due,
                    () -> metric("baton_live_stuck_total") + " of " + due + " were");
            assertThat(metric("baton_live_listeners")).isEqualTo(KEEN + PAUSING);
            most = most.most(Sample.take(STUCK + " who read nothing were let go, for the " + rounds + ". time"));
            stuck.forEach(Connection::close);
            if (System.nanoTime() > ends) {
                break;
            }
            stuck = openStuck();
            rounds++;
        }
        assertNothingFailed();
        assertThat(paused).as("nobody is told twice who reads").allSatisfy(one -> assertThat(one.resyncs()).isEqualTo(1));
        assertThat(checked).allSatisfy(one -> {
            assertThat(one.resyncs()).as("who reads is never told to ask anew").isZero();
            assertThat(one.changes()).isPositive();
        });
        assertThat(most.heap() - base.heap()).as("heap for all of them").isLessThan(HEAP_GROWS_BYTES_MAX);
        assertThat(most.resident() - base.resident()).as("resident memory for all of them").isLessThan(RESIDENT_GROWS_BYTES_MAX);

        over.set(true);
        synchronized (open) {
            open.forEach(Connection::close);
        }
        visitors.join(SOON);
        for (Thread reader : readers) {
            assertThat(reader.join(SOON)).isTrue();
        }
        Waiting.until("no stream", SOON, () -> metric("baton_live_listeners") == 0);
        Sample end = Sample.take("nobody connected any more");
        assertThat(end.heap() - base.heap()).as("heap that did not come back").isLessThan(HEAP_LEFT_BYTES_MAX);
    }

    private interface Work {
        void run() throws IOException;
    }

    private Thread run(String name, Work work) {
        return Thread.ofVirtual().name(name).start(() -> {
            try {
                work.run();
            } catch (IOException | RuntimeException | AssertionError e) {
                if (!over.get()) {
                    failures.add(new AssertionError(name, e));
                }
            }
        });
    }

    private void assertNothingFailed() {
        assertThat(failures).isEmpty();
    }

    /// Visitors who write to nobody in particular, so that every agent is told.
    private void write() {
        long due = System.nanoTime();
        String text = "x".repeat(300);
        while (!over.get()) {
            long number = written.getAndIncrement();
            log.message("soak-" + number % CONVERSATIONS, "m-" + number, text);
            due += TimeUnit.SECONDS.toNanos(1) / MESSAGES_PER_SECOND;
            java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private List<Connection> openStuck() throws IOException {
        List<Connection> stuck = new ArrayList<>();
        for (int i = 0; i < STUCK; i++) {
            stuck.add(stream(agent(KEEN + PAUSING + i), WINDOW_BYTES));
        }
        return stuck;
    }

    private Connection stream(String agent, int windowBytes) throws IOException {
        Connection connection = windowBytes == 0 ? Connection.to(notification) : Connection.to(notification, windowBytes);
        synchronized (open) {
            open.add(connection);
        }
        assertThat(connection.open("/api/notifications/stream", Tokens.of(agent))).isEqualTo(200);
        return connection;
    }

    /// A reader who knows what she should have heard: the versions of each conversation without a gap, unless she was told of one.
    private static final class Checked {

        private final Connection stream;
        private final AtomicLong changes = new AtomicLong();
        private final AtomicLong resyncs = new AtomicLong();

        Checked(Connection stream) {
            this.stream = stream;
        }

        void listen() throws IOException {
            Map<String, Long> versions = new HashMap<>();
            String event = "";
            for (String line = stream.streamLine(); line != null; line = stream.streamLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    JsonNode data = Connection.JSON.readTree(line.substring("data: ".length()));
                    switch (event) {
                        case "resync" -> {
                            assertThat(data.path("reason").asText()).isEqualTo("too-slow");
                            versions.clear();
                            resyncs.incrementAndGet();
                        }
                        case "conversation" -> {
                            long version = data.path("version").asLong();
                            Long before = versions.put(data.path("conversationId").asText(), version);
                            assertThat(version).as("after %s: %s", before, data).isEqualTo(before == null ? version : before + 1);
                            changes.incrementAndGet();
                        }
                        default -> assertThat(event).isEqualTo("notification");
                    }
                }
            }
        }

        long changes() {
            return changes.get();
        }

        long resyncs() {
            return resyncs.get();
        }
    }

    /// What the service holds after a collection.
    private record Sample(long heap, long resident) {

        static Sample take(String when) {
            try {
                new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(notification.pid()), "GC.run")
                        .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor(60, TimeUnit.SECONDS);
                long resident = Files.readAllLines(Path.of("/proc", String.valueOf(notification.pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10).sum();
                Sample sample = new Sample((long) metric("jvm_memory_used_bytes\\{area=\"heap\"[^\\n]*}"), resident);
                System.out.printf(Locale.ROOT, "heap after a collection %3d MB, resident %3d MB, %4.0f streams: %s%n", sample.heap >> 20, sample.resident >> 20,
                        metric("baton_live_listeners"), when);
                return sample;
            } catch (IOException e) {
                throw new AssertionError(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        Sample most(Sample other) {
            return new Sample(Math.max(heap, other.heap), Math.max(resident, other.resident));
        }
    }

    private static double metric(String name) {
        Matcher values = Pattern.compile("(?m)^" + name + "(\\{[^\\n]*})? ([-0-9.eE+]+)$").matcher(notification.metrics());
        double sum = 0;
        while (values.find()) {
            sum += Double.parseDouble(values.group(2));
        }
        return sum;
    }
}
