package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The inbox and the notifications are thrown away and made again, while commands go on: they are what they were, and nobody is told again.
class RebuildIT {

    private static final Set<String> STILL = Agents.STILL;

    @Test
    void isWhatItWasAndNobodyIsToldAgain(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            var agents = Agents.of(baton.url(), baton.password());
            Log log = new Log(baton.bootstrapServers());
            agents.fill(log);
            Views before = Views.of(agents.all(), STILL);
            assertThat(before.told("chloe")).as("she was deactivated for some of it").hasSizeLessThan(before.told("sam").size());
            assertThat(before.feeds().get("ana").path("unread").asInt()).isPositive().isLessThan(before.feeds().get("ana").path("items").size());

            try (EventStream anas = agents.ana().stream(""); EventStream sams = agents.sam().stream("")) {
                String seen = anas.await(block -> block.id() != null).id();
                Load load = Load.on(agents);
                Views.rebuild(agents.sam());
                Answer again = agents.sam().post("/api/notifications/rebuild", null);
                assertThat(again.type()).isEqualTo("rebuild-under-way");
                assertThat(again.text("detail")).contains("sam asked for it");
                Views.awaitRebuilt(agents.sam(), 1);
                load.stop(agents.ana());

                new Auditor(log).checkInbox(agents.ana());
                new Auditor(log).checkNotifications(log);
                sams.await(block -> block.isAbout("l-0") && "notification".equals(block.event()));
                for (EventStream stream : List.of(anas, sams)) {
                    stream.await(block -> "resync".equals(block.event()) && "rebuilt".equals(block.text("reason")));
                    List<String> told = stream.blocks().stream().filter(block -> "notification".equals(block.event())).map(block -> block.text("eventId")).toList();
                    assertThat(told).doesNotHaveDuplicates().noneMatch(event -> event.startsWith("s-"));
                }
                // Who was away meanwhile is told to ask anew, and nothing twice.
                try (EventStream back = agents.ana().stream("", "Last-Event-ID", seen)) {
                    assertThat(back.await(block -> block.event() != null).event()).isEqualTo("resync");
                }
                assertThat(log.read("notifications")).as("what was told before says so").filteredOn(entry -> entry.value().contains("\"s-"))
                        .isNotEmpty().allMatch(entry -> "1".equals(entry.headers().get("baton-rebuilt")));
            }

            Set<String> all = new TreeSet<>(STILL);
            all.addAll(Load.CONVERSATIONS);
            Views still = Views.of(agents.all(), all);
            STILL.forEach(id -> assertThat(still.threads().get(id)).isEqualTo(before.threads().get(id)));
            agents.names().forEach(agent -> assertThat(still.told(agent)).as(agent).containsAll(before.told(agent)));
            Views.rebuild(agents.sam());
            Views.awaitRebuilt(agents.sam(), 2);
            assertThat(Views.of(agents.all(), all)).isEqualTo(still);
            // And it goes on from there.
            assertThat(agents.webchat().message("s-1", "afterwards", "hello?").status()).isEqualTo(202);
            Journey.awaitNotification(agents.ben(), "s-1:" + lastVersion(agents.sam(), "s-1", "hello?"));
        }
    }

    /// What is derived is really thrown away, or a rebuild would mend nothing.
    @Test
    void mendsWhatWasDamaged(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            var agents = Agents.of(baton.url(), baton.password());
            Log log = new Log(baton.bootstrapServers());
            agents.fill(log);
            Views before = Views.of(agents.all(), STILL);
            String lie = log.read("notifications").getFirst().value().replaceAll("\"eventId\":\"[^\"]*\"", "\"eventId\":\"lie:1\"")
                    .replaceAll("\"conversationId\":\"[^\"]*\"", "\"conversationId\":\"lie\"").replaceAll("\"version\":\\d+", "\"version\":1");
            log.write("notifications", 0, Log.bytes("ana"), Log.bytes(lie));
            Journey.awaitNotification(agents.ana(), "lie:1");
            Set<String> changelogs = ids(baton.bootstrapServers(), "-changelog");
            assertThat(agents.ana().post("/api/inbox/rebuild", null).status()).as("ana is no supervisor").isEqualTo(403);

            assertThat(said(() -> assertThat(StandaloneMain.commandLine(Map.of()).execute("rebuild", "--data", data.toString())).isZero()))
                    .contains("The inbox: rebuild 1, which ./baton rebuild has asked for.", "The notifications: rebuild 1, which ./baton rebuild has asked for.");
            Views.awaitRebuilt(agents.sam(), 1);

            awaitFeed(agents.ana(), before.told("ana"));
            assertThat(Views.of(agents.all(), STILL)).isEqualTo(before);
            assertThat(ids(baton.bootstrapServers(), "-changelog")).as("the decider's are left alone").hasSameSizeAs(changelogs)
                    .filteredOn(changelogs::contains).hasSize(deciders(baton.bootstrapServers()));
        }
        // What is there now is what a restart finds.
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Log log = new Log(baton.bootstrapServers());
            new Auditor(log).checkInbox(Client.signIn(baton.url(), "ana", baton.password()));
            new Auditor(log).checkNotifications(log);
        }
    }

    private static String said(Runnable command) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            command.run();
        } finally {
            System.setOut(out);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    private static long lastVersion(Client agent, String conversation, String text) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            Answer row = agent.get("/api/inbox/conversations/" + conversation);
            if (text.equals(row.text("lastMessage.text"))) {
                return row.body().path("version").asLong();
            }
            assertThat(System.nanoTime()).as(row.toString()).isLessThan(deadline);
        }
    }

    private static void awaitFeed(Client agent, Set<String> events) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Set<String> feed = Set.of();
        while (!feed.equals(events)) {
            assertThat(System.nanoTime()).as(feed.toString()).isLessThan(deadline);
            feed = new HashSet<>();
            for (JsonNode item : agent.get("/api/notifications?limit=200").body().path("items")) {
                feed.add(item.path("eventId").asText());
            }
        }
    }

    private static int deciders(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(java.util.Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            return (int) admin.listTopics().names().get().stream().filter(name -> name.startsWith("assignment-service-") && name.endsWith("-changelog")).count();
        }
    }

    private static Set<String> ids(String bootstrapServers, String nameEnd) throws Exception {
        try (Admin admin = Admin.create(java.util.Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            return admin.listTopics().listings().get().stream().filter(topic -> topic.name().endsWith(nameEnd))
                    .map(topic -> topic.name() + " " + topic.topicId()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /// Commands and messages that do not stop, on conversations of their own; none may fail, or wait for a view.
    private static final class Load {

        static final Set<String> CONVERSATIONS = IntStream.range(0, 8).mapToObj(i -> "l-" + i).collect(Collectors.toCollection(TreeSet::new));
        /// More would push what was there before out of feeds, which hold 500 for an agent alone.
        private static final int ROUNDS_MAX = 300;
        private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);

        private final AtomicBoolean stopping = new AtomicBoolean();
        private final AtomicInteger commands = new AtomicInteger();
        private final Map<String, Long> versions = new ConcurrentHashMap<>();
        private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        private final Thread thread;

        private Load(Agents agents) {
            this.thread = Thread.ofPlatform().uncaughtExceptionHandler((_, failure) -> failures.add(failure)).start(() -> {
                for (int round = 0; !stopping.get() && round < ROUNDS_MAX; round++) {
                    String id = "l-" + round % CONVERSATIONS.size();
                    String text = "round-" + round;
                    command(202, () -> agents.webchat().message(id, "m-" + text, text));
                    command(200, () -> replyOnceItIsThere(agents.ben(), id, text));
                    command(200, () -> agents.sam().assign(id, "ana"));
                    versions.put(id, command(200, () -> agents.ana().delete("/api/conversations/" + id + "/assignee")).body().path("version").asLong());
                }
            });
        }

        static Load on(Agents agents) {
            return new Load(agents);
        }

        private static Answer replyOnceItIsThere(Client agent, String id, String text) {
            long deadline = System.nanoTime() + ANSWERED_WITHIN.toNanos();
            while (true) {
                Answer answer = agent.reply(id, text);
                if (answer.status() != 404 || System.nanoTime() > deadline) {
                    return answer;
                }
            }
        }

        private Answer command(int status, Supplier<Answer> send) {
            long began = System.nanoTime();
            Answer answer = send.get();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(ANSWERED_WITHIN);
            commands.incrementAndGet();
            return answer;
        }

        /// Returns when the log has all of it: an answer is given before it is committed.
        void stop(Client agent) throws InterruptedException {
            stopping.set(true);
            thread.join();
            assertThat(failures).isEmpty();
            assertThat(commands.get()).as("commands meanwhile").isPositive();
            versions.forEach((id, version) -> assertThat(agent.conversation(id, version).body().path("version").asLong()).as(id).isGreaterThanOrEqualTo(version));
        }
    }
}
