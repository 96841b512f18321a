package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rebuilds where processes are killed, where the command starts and stops them, and where the brokers have forgotten what was folded.
@Tag("slow")
class RebuildAfterLossIT {

    private static final String PASSWORD = "a-password-for-tests";
    private static final Set<String> STILL = Agents.STILL;
    private static final List<String> VIEWS = List.of("inbox-projection", "notification-service");
    private static final Set<String> IN_BETWEEN = Set.of("planned", "folding");
    private static final int KILLS_MAX = 6;
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void goesOnWhenItWasKilledInBetween(@TempDir Path data) throws Exception {
        int port = FreePort.local();
        int kafkaPort = FreePort.local();
        Views before = null;
        Instant killedAt = null;
        Set<String> stagesWhenKilled = new TreeSet<>();
        for (int number = 0; number <= KILLS_MAX; number++) {
            try (BatonProcess baton = new BatonProcess(data, port, kafkaPort, PASSWORD).awaitReady()) {
                var agents = Agents.of("http://localhost:" + port, PASSWORD);
                Log log = new Log("localhost:" + kafkaPort);
                if (number == 0) {
                    agents.fill(log);
                    before = Views.of(agents.all(), STILL);
                } else {
                    Views.awaitRebuilt(agents.sam(), number);
                    assertThat(Views.of(agents.all(), STILL)).isEqualTo(before);
                    new Auditor(log).checkNotifications(log);
                    stagesWhenKilled.addAll(stagesAt(killedAt, log));
                    if (stagesWhenKilled.containsAll(IN_BETWEEN)) {
                        assertThat(baton.stop()).isIn(0, 143);
                        return;
                    }
                }
                Views.rebuild(agents.sam());
                awaitStage(agents.sam(), number + 1, stagesWhenKilled.contains("planned") ? "folding" : "planned");
                baton.kill();
                killedAt = Instant.now();
            }
        }
        assertThat(stagesWhenKilled).as("what was killed").containsAll(IN_BETWEEN);
    }

    /// Which stage each view was in, as the steps say that were taken until then.
    private static Set<String> stagesAt(Instant moment, Log log) {
        Map<String, String> stages = new TreeMap<>();
        log.read("view-rebuilds").forEach(entry -> {
            JsonNode step = Auditor.read(entry.value());
            if (step.has("stage") && !Instant.parse(step.path("at").asText()).isAfter(moment)) {
                stages.put(entry.key(), step.path("stage").asText().toLowerCase(java.util.Locale.ROOT));
            }
        });
        return new TreeSet<>(stages.values());
    }

    private static void awaitStage(Client supervisor, int number, String stage) {
        List<String> orLater = List.of("planned", "folding", "done");
        Set<String> enough = Set.copyOf(orLater.subList(orLater.indexOf(stage), orLater.size()));
        long deadline = System.nanoTime() + SOON.toNanos();
        while (true) {
            Answer status = supervisor.get("/api/inbox/rebuild");
            if (status.body().path("number").asInt() == number && enough.contains(status.text("stage"))) {
                return;
            }
            assertThat(System.nanoTime()).as(status.toString()).isLessThan(deadline);
        }
    }

    /// As they are where nobody was in the group for longer than brokers keep them. Until the log has been read again, what is committed says
    /// less than what people have been told.
    @Test
    void waitsUntilTheLogHasBeenReadAgainWhenOffsetsWereLost(@TempDir Path folder) throws Exception {
        int kafkaPort = FreePort.local();
        String kafka = "localhost:" + kafkaPort;
        var options = new Standalone.Options(folder.resolve("data"), "localhost", 0, 0, null, true, kafka, PASSWORD, Map.of("baton.replicas", 1, "baton.standbys", 0));
        try (EmbeddedBroker _ = EmbeddedBroker.start(folder.resolve("kafka"), "localhost", kafkaPort);
                Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka))) {
            Log log = new Log(kafka);
            Views before;
            try (Standalone baton = Standalone.start(options)) {
                baton.awaitReady();
                var agents = Agents.of(baton.url(), PASSWORD);
                agents.fill(log);
                before = Views.of(agents.all(), STILL);
            }
            admin.deleteConsumerGroups(VIEWS).all().get(20, TimeUnit.SECONDS);
            try (Standalone baton = Standalone.start(options)) {
                baton.awaitReady();
            }
            // As if it had been killed soon after, on the first partition when only the mark of a transaction was left to read.
            Map<TopicPartition, Long> ends = ends(admin);
            Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
            ends.forEach((partition, end) -> committed.put(partition, new OffsetAndMetadata(partition.partition() == 0 ? end - 1 : 0)));
            for (String view : VIEWS) {
                admin.alterConsumerGroupOffsets(view, committed).all().get(20, TimeUnit.SECONDS);
            }
            try (Standalone baton = Standalone.start(options)) {
                RebuildCommand.Rebuilder rebuilder = new RebuilderHere(baton, "sam");
                for (RebuildCommand.Derived view : RebuildCommand.Derived.values()) {
                    rebuilder.begin(view);
                }
                baton.awaitReady();
                var agents = Agents.of(baton.url(), PASSWORD);
                Views.awaitRebuilt(agents.sam(), 1);
                assertThat(Views.of(agents.all(), STILL)).isEqualTo(before);
            }
            for (String view : VIEWS) {
                JsonNode plan = log.read("view-rebuilds").stream().filter(entry -> entry.key().equals(view)).map(entry -> Auditor.read(entry.value()))
                        .filter(step -> step.path("stage").asText().equals("PLANNED")).findFirst().orElseThrow().path("plan");
                Map<TopicPartition, Long> folded = new HashMap<>();
                ends.keySet().forEach(partition -> folded.put(partition, plan.path("foldedBefore").path(String.valueOf(partition.partition())).asLong()));
                assertThat(folded).as(view).isEqualTo(ends);
            }
            assertThat(log.read("notifications")).isNotEmpty().allMatch(entry -> "1".equals(entry.headers().get("baton-rebuilt")));
        }
    }

    private static Map<TopicPartition, Long> ends(Admin admin) throws Exception {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(List.of("conversation-events")).allTopicNames().get(20, TimeUnit.SECONDS).get("conversation-events").partitions()
                .forEach(partition -> latest.put(new TopicPartition("conversation-events", partition.partition()), OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(latest).all().get(20, TimeUnit.SECONDS).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    @Test
    void theCommandDoesItWhereBatonRunsAndWhereItDoesNot(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");
        try (BatonProcess none = command(data)) {
            assertThat(none.awaitExit()).isEqualTo(1);
            assertThat(none.output()).contains("Baton cannot rebuild: ").contains("is no data folder of Baton").doesNotContain("at baton.");
            assertThat(data).doesNotExist();
        }
        int port = FreePort.local();
        int kafkaPort = FreePort.local();
        Views before;
        try (BatonProcess baton = new BatonProcess(data, port, kafkaPort, PASSWORD).awaitReady()) {
            var agents = Agents.of("http://localhost:" + port, PASSWORD);
            agents.fill(new Log("localhost:" + kafkaPort));
            before = Views.of(agents.all(), STILL);
            try (BatonProcess rebuild = command(data)) {
                assertThat(rebuild.awaitExit()).as(rebuild.output()).isZero();
                assertThat(rebuild.output()).contains("The inbox: rebuilt after ", "The notifications: rebuilt after ").doesNotContain("WARN", "ERROR");
            }
            assertThat(Views.of(agents.all(), STILL)).isEqualTo(before);
            assertThat(baton.output()).doesNotContain("WARN", "ERROR", "Exception");
            assertThat(baton.stop()).isIn(0, 143);
        }
        try (BatonProcess rebuild = command(data)) {
            assertThat(rebuild.awaitExit()).as(rebuild.output()).isZero();
            assertThat(rebuild.output()).contains("Baton does not run", "The inbox: rebuilt after ", "The notifications: rebuilt after ")
                    .doesNotContain("WARN", "ERROR", "Exception");
        }
        try (BatonProcess baton = new BatonProcess(data, port, kafkaPort, PASSWORD).awaitReady()) {
            assertThat(Views.of(Agents.of("http://localhost:" + port, PASSWORD).all(), STILL)).isEqualTo(before);
            assertThat(baton.output()).doesNotContain("not stopped cleanly");
        }
        Files.writeString(data.resolve("baton.properties"), "format=1\npartitions=4\n");
        try (BatonProcess old = command(data)) {
            assertThat(old.awaitExit()).isEqualTo(1);
            assertThat(old.output()).contains("Baton cannot rebuild: ").contains("has format 1").doesNotContain("at baton.");
        }
    }

    private static BatonProcess command(Path data) throws Exception {
        return BatonProcess.command(PASSWORD, "rebuild", "--data", data.toString());
    }
}
