package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Topic;
import baton.runtime.StartRefused;
import baton.standalone.Client.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The version of the rules that is in force: how a deployment begins, stays and is switched, and what happens at a version that is not known.
class RulesIT {

    private static final int PARTITIONS = 4;
    private static final String COMMANDS = "conversation-commands";

    @Test
    void whatBeganByVersion1StaysThereUntilASupervisorSwitchesIt(@TempDir Path data) throws Exception {
        beginByVersion1(data);
        Answer accepted;
        Answer refused;
        try (Standalone baton = started(Standalone.Options.forTests(data))) {
            Client sam = client(baton, "sam");
            Log log = new Log(baton.bootstrapServers());
            assertThat(inForce(sam)).containsExactly(1, 1, 1, 1);
            client(baton, "webchat").message("c-1", "m-1", "hello");
            Journey.awaitConversation(sam, "c-1");
            putDora(sam, true);
            accepted = sam.assign("c-1", "dora", "Idempotency-Key", "accepted");
            assertThat(accepted.status()).as(accepted.toString()).isEqualTo(200);
            putDora(sam, false);
            assertDeactivated(sam.assign("c-1", "dora", "Idempotency-Key", "unwritten"));
            assertThat(sam.get("/api/commands/unwritten?conversationId=c-1").type()).as("by version 1 the log knows nothing of it").isEqualTo("command-not-found");

            assertThat(client(baton, "ana").put("/api/rules", "{\"version\":2}").status()).isEqualTo(403);
            for (String wrong : List.of("{}", "{\"version\":0}", "{\"version\":3}")) {
                Answer answer = sam.put("/api/rules", wrong);
                assertThat(answer.status()).as(wrong).isEqualTo(422);
                assertThat(answer.text("field")).isEqualTo("version");
            }
            assertThat(inForce(client(baton, "ana"))).as("nothing of that has switched it").containsExactly(1, 1, 1, 1);
            assertThat(switches(log)).isEmpty();

            Answer switched = sam.put("/api/rules", "{\"version\":2}");
            assertThat(switched.status()).as(switched.toString()).isEqualTo(200);
            assertThat(inForce(switched)).containsExactly(2, 2, 2, 2);
            assertThat(inForce(sam.put("/api/rules", "{\"version\":2}"))).as("the same again").containsExactly(2, 2, 2, 2);
            Answer back = sam.put("/api/rules", "{\"version\":1}");
            assertThat(back.status()).isEqualTo(409);
            assertThat(back.type()).isEqualTo("newer-rules-in-force");
            assertThat(switches(log)).as("one on each partition, by the supervisor").hasSize(PARTITIONS)
                    .allSatisfy(entry -> assertThat(entry.value()).contains("\"sam\"", "\"rulesVersion\":2"));

            assertSameAnswer(sam.assign("c-1", "dora", "Idempotency-Key", "accepted"), accepted);
            long commands = log.read(COMMANDS).size();
            Answer keyless = sam.assign("c-1", "dora");
            assertDeactivated(keyless);
            assertThat(log.read(COMMANDS)).as("without a key nothing is written").hasSize((int) commands);
            refused = sam.assign("c-1", "dora", "Idempotency-Key", "refused");
            assertDeactivated(refused);
            keyless.body().properties().forEach(member -> assertThat(refused.body().get(member.getKey())).isEqualTo(member.getValue()));
            assertThat(log.read(COMMANDS)).filteredOn(entry -> entry.value().contains("\"commandId\":\"refused\"")).singleElement()
                    .satisfies(entry -> assertThat(entry.value()).contains("\"rulesVersion\":2", "\"assigneeDeactivated\":true"));

            putDora(sam, true);
            assertSameAnswer(sam.assign("c-1", "dora", "Idempotency-Key", "refused"), refused);
            assertSameAnswer(sam.get("/api/commands/refused?conversationId=c-1"), refused);
        }
        try (Standalone baton = started(Standalone.Options.forTests(data))) {
            Client sam = client(baton, "sam");
            assertThat(inForce(sam)).containsExactly(2, 2, 2, 2);
            assertThat(sam.get("/prometheus").raw().body()).contains("baton_rules_version 2.0");
            assertSameAnswer(sam.assign("c-1", "dora", "Idempotency-Key", "accepted"), accepted);
            assertSameAnswer(sam.assign("c-1", "dora", "Idempotency-Key", "refused"), refused);
            Log log = new Log(baton.bootstrapServers());
            assertThat(switches(log)).as("a start switches nothing").hasSize(PARTITIONS);
            assertThat(new Auditor(log).conversations()).containsExactly("c-1");
            assertThat(log.read("dead-letters")).isEmpty();
        }
    }

    @Test
    void whatBeginsBeginsByTheNewestVersion() {
        assertThat(inForce(Shared.client("ana"))).containsExactly(2, 2, 2, 2);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int here = partition;
            List<Log.Entry> commands = Shared.log().read(COMMANDS).stream().filter(entry -> entry.partition() == here).toList();
            assertThat(commands.getFirst().value()).contains("switch-rules", "\"version\":2");
        }
        assertThat(switches(Shared.log())).hasSize(PARTITIONS);
    }

    @Test
    void anyInstanceTellsAndSwitchesWhatAnyDecides(@TempDir Path folder) throws Exception {
        beginByVersion1(folder.resolve("first"));
        try (EmbeddedBroker broker = broker(folder.resolve("first"));
                Standalone first = started(instance(folder.resolve("one"), broker));
                Standalone second = started(instance(folder.resolve("two"), broker))) {
            Client here = client(first, "sam");
            Client there = Client.withToken(second.url(), here.token());
            await("both decide", () -> List.of(decided(here), decided(there)),
                    found -> found.stream().noneMatch(List::isEmpty) && found.stream().mapToInt(List::size).sum() == PARTITIONS);
            assertThat(inForce(here)).containsExactly(1, 1, 1, 1);
            assertThat(inForce(there)).containsExactly(1, 1, 1, 1);

            int elsewhere = decided(there).getFirst();
            Answer notHere = here.put("/api/rules", "{\"version\":2}", "Baton-Forwarded", String.valueOf(elsewhere));
            assertThat(notHere.status()).isEqualTo(503);
            assertThat(there.put("/api/rules", "{\"version\":2}", "Baton-Forwarded", String.valueOf(elsewhere)).status()).isEqualTo(200);
            assertThat(inForce(here)).as("half-way").containsOnly(1, 2);

            assertThat(inForce(here.put("/api/rules", "{\"version\":2}"))).containsExactly(2, 2, 2, 2);
            assertThat(inForce(there)).containsExactly(2, 2, 2, 2);
            assertThat(switches(new Log(broker.bootstrapServers()))).as("only what was left was switched").hasSize(PARTITIONS);
        }
    }

    @Test
    void aBeginningThatWasInterruptedGoesOnWithThePartitionsThatAreStillEmpty(@TempDir Path data) throws Exception {
        begin(data, 2, id -> "{\"rulesVersion\":2,\"commandId\":\"switch-to-2\",\"conversationId\":\"" + id
                + "\",\"actor\":{\"type\":\"system\",\"id\":\"baton\"},\"supervisor\":true,\"ownership\":\"owner\",\"ifMatch\":null,"
                + "\"body\":{\"type\":\"switch-rules\",\"version\":2}}");
        try (Standalone baton = started(Standalone.Options.forTests(data))) {
            assertThat(inForce(client(baton, "ana"))).containsExactly(2, 2, 2, 2);
            List<Log.Entry> switches = switches(new Log(baton.bootstrapServers()));
            assertThat(switches).filteredOn(entry -> entry.key().startsWith("~rules-")).as("written by this start").hasSize(2);
            assertThat(switches).extracting(Log.Entry::partition).contains(0, 1, 2, 3);
        }
    }

    @Test
    void haltsLoudlyAtAVersionThatItDoesNotKnow(@TempDir Path data) throws Exception {
        Standalone.Options options = Standalone.Options.forTests(data);
        try (Standalone baton = started(options)) {
            Client sam = client(baton, "sam");
            Log log = new Log(baton.bootstrapServers());
            Log.Entry known = switches(log).getFirst();
            log.write(COMMANDS, known.partition(), Log.bytes(known.key()),
                    Log.bytes(known.value().replace("\"rulesVersion\":2", "\"rulesVersion\":99").replace("\"version\":2", "\"version\":99")));
            await("a halt", () -> String.valueOf(baton.notReadyBecause().get("assignment-service")), reason -> reason.equals(
                    "halted: a command asks for version 99 of the rules, this build knows up to version 2: deploy the newer build"));
            assertThat(sam.get("/health").status()).isEqualTo(503);
            Answer claim = sam.assign("c-1", "ana", "Idempotency-Key", "k-1");
            assertThat(claim.status()).isEqualTo(503);
            assertThat(claim.type()).isEqualTo("unavailable");
            assertThat(claim.text("detail")).contains("version 99 of the rules");
        }
        try (Standalone baton = Standalone.start(options)) { // nothing but another build helps
            assertThatThrownBy(baton::awaitReady).isInstanceOf(StartRefused.class).hasMessageContaining("version 99 of the rules");
        }
    }

    /// What a build from before there were versions left: a log whose first records are commands, byte for byte as it wrote them when it
    /// tried its partitions, and no switch.
    private static void beginByVersion1(Path data) throws Exception {
        begin(data, PARTITIONS, id -> "{\"rulesVersion\":1,\"commandId\":\"" + id + "\",\"conversationId\":\"" + id
                + "\",\"actor\":{\"type\":\"system\",\"id\":\"baton\"},\"supervisor\":false,\"ownership\":\"owner\",\"ifMatch\":null,"
                + "\"body\":{\"type\":\"reopen-conversation\"}}");
    }

    /// Writes commands, each under an id of its own, until so many partitions have one.
    private static void begin(Path data, int partitionsBegun, UnaryOperator<String> command) throws Exception {
        try (EmbeddedBroker broker = broker(data); Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(COMMANDS, PARTITIONS, (short) 1).configs(Topic.CONVERSATION_COMMANDS.config())))
                    .all().get(10, TimeUnit.SECONDS);
            Log log = new Log(broker.bootstrapServers());
            for (int i = 0; log.read(COMMANDS).stream().map(Log.Entry::partition).distinct().count() < partitionsBegun; i++) {
                log.write(COMMANDS, null, Log.bytes("~probe-" + i), Log.bytes(command.apply("~probe-" + i)));
            }
        }
    }

    private static EmbeddedBroker broker(Path data) throws Exception {
        return EmbeddedBroker.start(data.resolve("kafka"), "localhost", FreePort.local());
    }

    private static Standalone.Options instance(Path data, EmbeddedBroker broker) throws Exception {
        int port = FreePort.local();
        return new Standalone.Options(data, "localhost", port, 0, PARTITIONS, true, broker.bootstrapServers(), "a-password-for-tests", Map.of(
                "baton.replicas", 1, "baton.advertised-url", "http://localhost:" + port, "baton.jwt-secret", "a-secret-for-tests-of-32-characters"));
    }

    private static void putDora(Client sam, boolean active) {
        assertThat(sam.put("/api/agents/dora", "{\"name\":\"Dora\",\"role\":\"agent\",\"active\":" + active + "}").status()).isEqualTo(200);
    }

    private static void assertDeactivated(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
        assertThat(answer.type()).isEqualTo("invalid-field");
        assertThat(answer.text("field")).isEqualTo("agentId");
        assertThat(answer.text("detail")).isEqualTo("agentId names a deactivated agent");
    }

    /// Told again, and marked so; `GET /api/commands/{id}` does not mark it.
    private static void assertSameAnswer(Answer again, Answer first) {
        assertThat(again.status()).as(again.toString()).isEqualTo(first.status());
        first.body().properties().stream().filter(member -> !member.getKey().equals("duplicate"))
                .forEach(member -> assertThat(again.body().get(member.getKey())).as(member.getKey()).isEqualTo(member.getValue()));
    }

    private static List<Integer> inForce(Client client) {
        return inForce(client.get("/api/rules"));
    }

    private static List<Integer> inForce(Answer rules) {
        assertThat(rules.status()).as(rules.toString()).isEqualTo(200);
        assertThat(rules.body().path("newest").asInt()).isEqualTo(2);
        assertThat(rules.body().path("partitionsMissing")).isEmpty();
        return StreamSupport.stream(rules.body().path("partitions").spliterator(), false).map(partition -> partition.path("version").asInt()).toList();
    }

    /// The partitions that an instance decides for.
    private static List<Integer> decided(Client instance) {
        return IntStream.range(0, PARTITIONS).filter(partition ->
                instance.get("/api/rules", "Baton-Forwarded", String.valueOf(partition)).body().path("partitions").size() == 1).boxed().toList();
    }

    private static List<Log.Entry> switches(Log log) {
        return log.read(COMMANDS).stream().filter(entry -> entry.value().contains("switch-rules")).toList();
    }

    private static Client client(Standalone baton, String name) {
        return Client.signIn(baton.url(), name, baton.password());
    }

    private static <T> T await(String what, Callable<T> asked, Predicate<T> wanted) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            T answer = asked.call();
            if (wanted.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come, but " + answer);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static Standalone started(Standalone.Options options) throws InterruptedException {
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
