package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A real process is killed and stopped while commands come in; afterwards every promise is checked from outside.
class RestartIT {

    private static final int CONVERSATIONS = 24;
    private static final int WRITERS = 4;
    private static final int ACKNOWLEDGED_BETWEEN_FAULTS = 150;
    private static final String PASSWORD = "a-password-for-tests";

    private Path data;
    private int port;
    private int kafkaPort;
    private String url;

    private final Map<String, Answer> acknowledged = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Sent> unknown = new ConcurrentLinkedQueue<>();
    private final Semaphore answered = new Semaphore(0);
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private record Sent(String conversation, String agent, String key, String what) {
    }

    @BeforeEach
    void chooseAFolder() throws Exception {
        data = Files.createTempDirectory("baton-restart");
        port = FreePort.local();
        kafkaPort = FreePort.local();
        url = "http://localhost:" + port;
    }

    @AfterEach
    void removeTheFolder() {
        Shared.delete(data);
    }

    @Test
    void nothingIsLostOrDoubledWhenTheProcessIsKilledOrStoppedUnderLoad() throws Exception {
        long seed = System.nanoTime();
        System.out.println("RestartIT seed " + seed);
        Map<String, Client> clients = new ConcurrentHashMap<>();
        BatonProcess baton = start();
        try {
            for (String name : List.of("ana", "ben", "sam", "webchat")) {
                clients.put(name, Client.signIn(url, name, PASSWORD));
            }
            for (int i = 0; i < CONVERSATIONS; i++) {
                assertThat(clients.get("webchat").message("r-" + i, "m-" + i, "hello").status()).isEqualTo(202);
            }
            for (int i = 0; i < CONVERSATIONS; i++) {
                Journey.awaitConversation(clients.get("ana"), "r-" + i);
            }
            for (boolean kill : new boolean[] {true, true, false}) {
                AtomicBoolean stopping = new AtomicBoolean();
                List<Thread> writers = new ArrayList<>();
                answered.drainPermits();
                for (int w = 0; w < WRITERS; w++) {
                    Random random = new Random(seed++);
                    writers.add(Thread.ofPlatform().uncaughtExceptionHandler((_, failure) -> failures.add(failure))
                            .start(() -> write(clients, random, stopping)));
                }
                assertThat(answered.tryAcquire(ACKNOWLEDGED_BETWEEN_FAULTS, 60, TimeUnit.SECONDS)).as(() -> failures + "\n").isTrue();
                if (kill) {
                    baton.kill();
                } else {
                    assertThat(baton.stop()).isIn(0, 143);
                }
                stopping.set(true);
                for (Thread writer : writers) {
                    assertThat(writer.join(Duration.ofMinutes(1))).as("a writer does not end").isTrue();
                }
                String output = baton.output();
                assertThat(failures).as(output).isEmpty();
                baton = start();
                // Whoever has lost an answer sends the same command with the same key, and learns what became of it.
                long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
                for (Sent sent = unknown.poll(); sent != null; sent = unknown.poll()) {
                    assertThat(System.nanoTime()).as(() -> "no outcome of what was sent again; " + clients.get("ana").get("/health") + "\n").isLessThan(deadline);
                    takeOrPause(sent, send(clients, sent));
                }
            }
            audit(clients);
        } finally {
            baton.close();
        }
    }

    private void audit(Map<String, Client> clients) {
        Client ana = clients.get("ana");
        assertThat(unknown).as("commands without an outcome").isEmpty();
        assertThat(acknowledged).hasSizeGreaterThan(3 * ACKNOWLEDGED_BETWEEN_FAULTS / 2);
        // One more command on each conversation stands behind all others: when its event is out, so are theirs.
        for (int i = 0; i < CONVERSATIONS; i++) {
            Answer last = clients.get("sam").reply("r-" + i, "the end", "Idempotency-Key", "end-" + i);
            assertThat(last.status()).isEqualTo(200);
            ana.conversation("r-" + i, last.body().path("version").asLong());
        }
        Log log = new Log("localhost:" + kafkaPort);
        Auditor auditor = new Auditor(log);
        assertThat(auditor.conversations()).hasSize(CONVERSATIONS);
        acknowledged.forEach((key, answer) -> {
            if (answer.status() == 200) {
                auditor.checkAcknowledged(key, answer);
            } else {
                auditor.checkRefused(key);
            }
        });
        auditor.checkInbox(ana);
        auditor.checkNotifications(log);
        assertThat(log.read("dead-letters")).isEmpty();
    }

    private void write(Map<String, Client> clients, Random random, AtomicBoolean stopping) {
        List<String> agents = List.of("ana", "ben", "sam");
        while (!stopping.get()) {
            var sent = new Sent("r-" + random.nextInt(CONVERSATIONS), agents.get(random.nextInt(3)), "k-" + random.nextLong(Long.MAX_VALUE),
                    List.of("assign", "assign", "reply", "unassign", "complete").get(random.nextInt(5)));
            takeOrPause(sent, send(clients, sent));
        }
    }

    private static Answer send(Map<String, Client> clients, Sent sent) {
        Client client = clients.get(sent.agent());
        String path = "/api/conversations/" + sent.conversation();
        String[] key = {"Idempotency-Key", sent.key()};
        try {
            return switch (sent.what()) {
                case "assign" -> client.assign(sent.conversation(), sent.agent(), key);
                case "reply" -> client.reply(sent.conversation(), "hello " + sent.key(), key);
                case "unassign" -> client.delete(path + "/assignee", key);
                default -> client.post(path + "/complete", null, key);
            };
        } catch (UncheckedIOException _) {
            return null; // the process is gone: the outcome is not known
        }
    }

    private void takeOrPause(Sent sent, Answer answer) {
        if (answer == null || answer.status() == 503) {
            unknown.add(sent);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos()); // as people do who are told to come later
            return;
        }
        assertThat(answer.status()).as(sent + " " + answer).isIn(200, 403, 409);
        acknowledged.put(sent.key(), answer);
        answered.release();
    }

    private BatonProcess start() throws Exception {
        return new BatonProcess(data, port, kafkaPort, PASSWORD).awaitReady();
    }
}
