package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.StartRefused;
import baton.standalone.Client.Answer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The single process: its folder, its flags, what it survives and what it refuses.
class StandaloneIT {

    @Test
    void answersWithoutWaitingForTheTransactionThatPublishes(@TempDir Path data) throws Exception {
        Duration commitInterval = Duration.ofSeconds(1);
        try (Standalone baton = start(Standalone.Options.forTests(data).with("baton.commit-interval", commitInterval.toMillis() + "ms"))) {
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            Log log = new Log(baton.bootstrapServers());
            assertThat(Client.signIn(baton.url(), "webchat", baton.password()).message("c-1", "m-1", "hello").status()).isEqualTo(202);
            Journey.awaitConversation(ana, "c-1");
            int beforePublished = 0;
            for (int i = 0; i < 10; i++) {
                String key = "k-" + i;
                Answer answer = i % 2 == 0 ? ana.assign("c-1", "ana", "Idempotency-Key", key)
                        : ana.delete("/api/conversations/c-1/assignee", "Idempotency-Key", key);
                assertThat(answer.status()).isEqualTo(200);
                // A reader of the public log asks after the answer has come: mostly, the event is not committed yet.
                if (log.read("conversation-events").stream().noneMatch(event -> event.value().contains("\"" + key + "\""))) {
                    beforePublished++;
                }
            }
            assertThat(beforePublished).as("answers that came before their event was published").isGreaterThanOrEqualTo(5);
            List<Log.Entry> events = log.await("conversation-events", 12, Duration.ofSeconds(10), event -> event.key().equals("c-1"));
            assertThat(events).hasSize(12);
            for (int i = 0; i < 10; i++) {
                String key = "\"k-" + i + "\"";
                assertThat(events).filteredOn(event -> event.value().contains(key)).hasSize(1);
            }
        }
    }

    @Test
    void everythingIsStillThereAfterARestart(@TempDir Path data) throws Exception {
        Answer first;
        String token;
        String password;
        try (Standalone baton = start(Standalone.Options.forTests(data))) {
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            token = ana.token();
            password = baton.password();
            Client.signIn(baton.url(), "webchat", baton.password()).message("c-1", "m-1", "hello");
            Journey.awaitConversation(ana, "c-1");
            first = ana.assign("c-1", "ben", "Idempotency-Key", "k-1");
            Journey.awaitNotification(Client.signIn(baton.url(), "ben", baton.password()), "c-1:3");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("password")))).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("signing-key")))).isEqualTo("rw-------");
        try (Standalone baton = start(Standalone.Options.forTests(data))) {
            assertThat(baton.password()).isEqualTo(password);
            Client ana = Client.withToken(baton.url(), token);
            assertThat(ana.conversation("c-1", 3).text("assignee")).isEqualTo("ben");
            Answer again = ana.assign("c-1", "ben", "Idempotency-Key", "k-1");
            assertThat(again.body().path("duplicate").asBoolean()).isTrue();
            assertThat(again.body().path("events")).isEqualTo(first.body().path("events"));
            assertThat(ana.get("/api/commands/k-1?conversationId=c-1").body().path("events")).isEqualTo(first.body().path("events"));
            Client.signIn(baton.url(), "webchat", baton.password()).message("c-1", "m-1", "hello again");
            assertThat(ana.reply("c-1", "hello").body().path("version").asLong()).as("the repeated message was dropped").isEqualTo(4);
            Auditor auditor = new Auditor(new Log(baton.bootstrapServers()));
            auditor.checkNotifications(new Log(baton.bootstrapServers()));
            assertThatThrownBy(() -> Standalone.start(Standalone.Options.forTests(data)))
                    .isInstanceOf(StartRefused.class).hasMessageContaining("in use by another process");
        }
        var fivePartitions = new Standalone.Options(data, "localhost", 0, 0, 5, true, null, null, java.util.Map.of());
        assertThatThrownBy(() -> Standalone.start(fivePartitions)).isInstanceOf(StartRefused.class).hasMessageContaining("begun with 4 partitions");
        Files.writeString(data.resolve("baton.properties"), "format=1\npartitions=4\n");
        assertThatThrownBy(() -> Standalone.start(Standalone.Options.forTests(data)))
                .isInstanceOf(StartRefused.class).hasMessageContaining("has format 1");
    }

    @Test
    void withOpenOwnershipAnyAgentMayTakeAConversation(@TempDir Path data) throws Exception {
        try (Standalone baton = start(Standalone.Options.forTests(data).with("baton.ownership", "open"))) {
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            Client.signIn(baton.url(), "webchat", baton.password()).message("c-1", "m-1", "hello");
            Journey.awaitConversation(ana, "c-1");
            ana.assign("c-1", "ana");
            assertThat(Client.signIn(baton.url(), "ben", baton.password()).assign("c-1", "ben").text("assignee")).isEqualTo("ben");
            assertThat(ana.get("/api/me").text("ownership")).isEqualTo("open");
        }
    }

    @Test
    void withoutADemoThereIsOneSupervisor(@TempDir Path data) throws Exception {
        var options = new Standalone.Options(data, "localhost", 0, 0, 1, false, null, "12345678", java.util.Map.of());
        try (Standalone baton = start(options)) {
            Client admin = Client.signIn(baton.url(), "admin", "12345678");
            assertThat(admin.get("/api/me").text("role")).isEqualTo("supervisor");
            assertThat(admin.get("/api/agents").body().path("items")).hasSize(1);
            assertThat(Client.anonymous(baton.url()).post("/login", "{\"username\":\"ana\",\"password\":\"12345678\"}").status()).isEqualTo(401);
        }
        try (Standalone baton = start(Standalone.Options.forTests(data))) {
            assertThat(baton.demo()).as("it goes on with whom it has").isFalse();
            assertThat(Client.signIn(baton.url(), "admin", "12345678").get("/api/me").text("role")).isEqualTo("supervisor");
        }
    }

    @Test
    void refusesAPortThatIsInUseAndSaysWhichFlagHelps(@TempDir Path data) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var options = new Standalone.Options(data, "localhost", taken.getLocalPort(), 0, null, true, null, null, java.util.Map.of());
            assertThatThrownBy(() -> Standalone.start(options)).isInstanceOf(StartRefused.class)
                    .hasMessageContaining(String.valueOf(taken.getLocalPort())).hasMessageContaining("--port");
            try (BatonProcess process = new BatonProcess(data, taken.getLocalPort(), 0, "12345678")) {
                assertThat(process.awaitExit()).isEqualTo(1);
                assertThat(process.output()).contains("Baton cannot start: port").doesNotContain("at baton.");
            }
        }
    }

    @Test
    void saysInOneSentenceWhatItCannotUseAndEndsAtOnce(@TempDir Path data) throws Exception {
        DataFolder.open(data, null, true).close();
        Files.createDirectory(data.resolve("signing-key"));
        try (BatonProcess process = new BatonProcess(data, 0, 0, "12345678")) {
            assertThat(process.awaitExit()).isEqualTo(1);
            assertThat(process.output()).contains("Baton cannot start: ").contains("signing-key cannot be used")
                    .doesNotContain("at baton.").doesNotContain("did not stop within");
        }
    }

    @Test
    void stopsInTheMiddleOfItsStartWithoutAWordOfTrouble(@TempDir Path data) throws Exception {
        try (BatonProcess process = new BatonProcess(data, 0, 0, "12345678")) {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!process.output().contains("Baton begins with a new data folder")) {
                assertThat(System.nanoTime()).as(process.output()).isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertThat(process.stop()).isIn(0, 143);
            assertThat(process.output()).contains("Baton stops.").doesNotContain("Cannot resolve beans", "\tat ", "ERROR", "Baton cannot start", "Baton is ready");
        }
    }

    @Test
    void refusesAWrongFlagBeforeItTouchesAnything(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        Map<String, List<String>> wrong = Map.of(
                "'many' is not a number. ./baton --help explains the flags.", List.of("--visitors", "many"),
                "Unknown option: '--prot'. ./baton --help explains the flags.", List.of("--prot"),
                "--data must name a folder, it is empty", List.of("--data", ""));
        for (Map.Entry<String, List<String>> one : wrong.entrySet()) {
            try (BatonProcess process = new BatonProcess(data, 0, 0, "12345678", one.getValue().toArray(String[]::new))) {
                assertThat(process.awaitExit()).as(one.getKey()).isEqualTo(2);
                assertThat(process.output()).contains(one.getKey()).doesNotContain("at baton.", "Usage:");
            }
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void saysThatTheLastProcessWasKilledAndNothingThatLooksLikeDamage(@TempDir Path data) throws Exception {
        try (BatonProcess process = new BatonProcess(data, 0, 0, "12345678").awaitReady()) {
            assertThat(process.output()).contains("Baton begins with a new data folder").doesNotContain("WARN", "ERROR");
            process.kill();
        }
        try (BatonProcess process = new BatonProcess(data, 0, 0, "12345678").awaitReady()) {
            assertThat(process.output()).contains("Baton was not stopped cleanly the last time").doesNotContain("corrupt", "Exception", "ERROR");
            process.stop();
        }
        try (BatonProcess process = new BatonProcess(data, 0, 0, "12345678").awaitReady()) {
            assertThat(process.output()).doesNotContain("not stopped cleanly", "new data folder");
        }
    }

    private static Standalone start(Standalone.Options options) throws InterruptedException {
        Standalone baton = Standalone.start(options);
        try {
            baton.awaitReady();
            return baton;
        } catch (RuntimeException e) {
            baton.close();
            throw e;
        }
    }
}
