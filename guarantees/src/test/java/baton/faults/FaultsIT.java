package baton.faults;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.INBOX_PROJECTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.checker.Call;
import baton.checker.LogRecord;
import baton.checker.Restored;
import baton.contract.Topic;
import baton.faults.Rehearsal.Role;
import baton.processes.Broker;
import baton.processes.Cluster;
import baton.processes.Disk;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import baton.processes.Wire;
import baton.runtime.KafkaClients;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// The rest of the faults, which take their time: see [QuickFaultsIT] for those that every build has to survive, and for the instances, which
/// are the same. Here the log was begun by a build from before rules had versions.
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String COMMANDS = "conversation-commands";
    private static final int PARTITIONS = 4;
    /// How long nothing may be decided where nothing can be, for the test to believe it.
    private static final Duration STALL = Duration.ofSeconds(4);
    private static final Duration WRONG_BY = Duration.ofMinutes(61);
    private static final String FULL = "No space left on device";
    private static final int BROKERS_DISK_MEGABYTES = 192;
    private static final int STORES_DISK_MEGABYTES = 64;

    private static Rehearsal rehearsal;
    private static Cluster cluster;
    private static Load load;
    private static ServiceProcess first;
    private static ServiceProcess wired;

    @BeforeAll
    static void start() throws Exception {
        rehearsal = Rehearsal.withBrokers();
        cluster = rehearsal.cluster();
        beginByVersion1();
        rehearsal.begin();
        load = rehearsal.load();
        first = rehearsal.first();
        wired = rehearsal.wired();
    }

    /// What a build from before there were versions left: commands, as it wrote them when it tried its partitions, and no switch.
    private static void beginByVersion1() throws Exception {
        Map<String, String> config = new HashMap<>(Topic.CONVERSATION_COMMANDS.config());
        config.putAll(Map.of("min.insync.replicas", "2", "unclean.leader.election.enable", "false"));
        cluster.admin().createTopics(List.of(new NewTopic(COMMANDS, PARTITIONS, (short) cluster.size()).configs(config))).all().get(20, TimeUnit.SECONDS);
        try (Logs logs = new Logs(cluster.bootstrapServers())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                int there = partition;
                String id = IntStream.iterate(0, i -> i + 1).mapToObj(i -> "~probe-" + i)
                        .filter(one -> KafkaClients.partition(KafkaClients.key(one), PARTITIONS) == there).findFirst().orElseThrow();
                logs.write(COMMANDS, partition, KafkaClients.key(id), KafkaClients.key("{\"rulesVersion\":1,\"commandId\":\"" + id
                        + "\",\"conversationId\":\"" + id + "\",\"actor\":{\"type\":\"system\",\"id\":\"baton\"},\"supervisor\":false,"
                        + "\"ownership\":\"owner\",\"ifMatch\":null,\"body\":{\"type\":\"reopen-conversation\"}}"), Map.of());
            }
        }
    }

    @AfterAll
    static void stop() {
        System.out.println(Table.text());
        rehearsal.end();
    }

    @BeforeEach
    void everythingIsThere() {
        rehearsal.awaitEverything();
    }

    /// F12. Deciders are killed as soon as they have said that the rules were switched, before that is committed, and while all are being switched.
    @Test
    @Order(1)
    void theRulesAreSwitchedAndDecidersAreKilled() throws Exception {
        rehearsal.rehearse("F12 rules switched under load, deciders killed", () -> {
            putDora(true);
            putDora(false);
            assertThat(rulesInForce()).containsExactly(1, 1, 1, 1);
            List<Operation> before = assignmentsToDora("before", load::pulse); // which are never completed, and forget soon
            assertThat(before).allSatisfy(operation -> assertThat(load.persist(operation).fate()).isEqualTo(Call.Fate.REFUSED));
            assertThat(rehearsal.commandIds(COMMANDS)).as("by version 1 only the edge refuses").doesNotContainAnyElementsOf(ids(before));

            int uncommitted = 0;
            for (ServiceProcess decider : List.of(first, wired)) {
                List<Integer> inForce = rulesInForce();
                int partition = rehearsal.partitionsOf(decider).stream().filter(one -> inForce.get(one) == 1).findFirst().orElseThrow();
                switchRules(decider, partition);
                decider.kill();
                long switchedAt = switchOffset(partition);
                uncommitted += committed(partition) <= switchedAt ? 1 : 0;
                load.awaitDecided(150);
                decider.start().awaitReady();
                rehearsal.awaitDeciders(2);
            }
            assertThat(uncommitted).as("switches that had been answered and not committed").isPositive();
            assertThat(rulesInForce()).as("half-way").containsOnly(1, 2);
            CompletableFuture<Void> all = CompletableFuture.runAsync(() -> switchRules(first), Thread::startVirtualThread);
            wired.kill();
            all.get(90, TimeUnit.SECONDS);
            wired.start().awaitReady();
            assertThat(rulesInForce()).containsExactly(2, 2, 2, 2);

            List<Operation> after = assignmentsToDora("after", FaultsIT::conversation); // which remember
            after.forEach(operation -> assertThat(load.persist(operation).fate()).isEqualTo(Call.Fate.REFUSED));
            assertThat(rehearsal.commandIds(COMMANDS)).as("by version 2 the log refuses").containsAll(ids(after));
            putDora(true);
            after.forEach(operation -> assertThat(load.persist(operation).fate()).as("the same key, the same answer").isEqualTo(Call.Fate.REFUSED));
            before.forEach(operation -> assertThat(load.persist(operation).status()).as("nobody knew of that").isEqualTo(200));
            putDora(false);
            return decidedByVersion() + "; " + uncommitted + " switches were answered, killed before their commit, and decided again";
        });
    }

    private static List<Operation> assignmentsToDora(String when, IntFunction<String> conversation) {
        return IntStream.range(0, PARTITIONS).mapToObj(partition -> new Operation(conversation.apply(partition), load.fresh(when), "sam", "assign-agent",
                "dora")).toList();
    }

    private static String conversation(int partition) {
        return load.conversations().stream().filter(id -> id.startsWith("c-") && load.partition(id) == partition).findFirst().orElseThrow();
    }

    private static List<String> ids(List<Operation> operations) {
        return operations.stream().map(Operation::commandId).toList();
    }

    private static void putDora(boolean active) {
        Waiting.until("dora being " + (active ? "active" : "deactivated"), WITHIN, () -> Http.send(Http.request(first.url(), "/api/agents/dora", "sam")
                .PUT(BodyPublishers.ofString("{\"name\":\"Dora\",\"role\":\"agent\",\"active\":" + active + "}"))).status() == 200);
        Waiting.until("everybody knowing of it", WITHIN, () -> List.of(first, wired).stream().allMatch(service -> {
            for (JsonNode agent : Http.get(service.url(), "/api/agents", "sam").body().path("items")) {
                if (agent.path("id").asText().equals("dora") && agent.path("active").asBoolean() == active) {
                    return true;
                }
            }
            return false;
        }));
    }

    private static List<Integer> rulesInForce() {
        JsonNode rules = Waiting.until("the rules of all partitions", WITHIN, () -> Http.get(first.url(), "/api/rules", "sam").body(),
                found -> found.path("partitions").size() == PARTITIONS);
        List<Integer> versions = new ArrayList<>();
        rules.path("partitions").forEach(partition -> versions.add(partition.path("version").asInt()));
        return versions;
    }

    /// Until it is told that it is done.
    ///
    /// @param partitions that the instance has; none for all of the deployment
    private static void switchRules(ServiceProcess asked, Integer... partitions) {
        Waiting.until("a switch", WITHIN, () -> {
            var request = Http.request(asked.url(), "/api/rules", "sam").PUT(BodyPublishers.ofString("{\"version\":2}"));
            if (partitions.length > 0) {
                request.header("Baton-Forwarded", Stream.of(partitions).map(String::valueOf).collect(Collectors.joining(",")));
            }
            return Http.send(request);
        }, answer -> answer.status() == 200);
    }

    private static List<LogRecord> commands(int partition) {
        return rehearsal.logs().read(COMMANDS).stream().filter(record -> record.partition() == partition && !rehearsal.isPlanted(record.place()))
                .sorted(Comparator.comparingLong(LogRecord::offset)).toList();
    }

    private static long switchOffset(int partition) {
        return commands(partition).stream().filter(record -> record.value().contains("switch-rules")).findFirst().orElseThrow().offset();
    }

    private static long committed(int partition) throws Exception {
        return cluster.admin().listConsumerGroupOffsets("assignment-service").partitionsToOffsetAndMetadata().get(20, TimeUnit.SECONDS)
                .get(new TopicPartition(COMMANDS, partition)).offset();
    }

    private static String decidedByVersion() {
        long byFirst = 0;
        long bySecond = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            long switched = switchOffset(partition);
            long before = commands(partition).stream().filter(record -> record.offset() < switched).count();
            long after = commands(partition).stream().filter(record -> record.offset() > switched).count();
            assertThat(List.of(before, after)).as("commands of partition " + partition + " by version 1, by version 2").allMatch(count -> count > 1);
            byFirst += before;
            bySecond += after;
        }
        return "version 1 decided " + byFirst + " commands, version 2 " + bySecond;
    }

    /// F4. The stores of one that decides, killed once more while it has restored only a part; and those of the inbox, which must show again
    /// just what it had shown.
    @Test
    @Order(2)
    void stateFoldersAreDeleted() throws Exception {
        rehearsal.rehearse("F4 state folders deleted, killed while restoring", () -> {
            List<Call> remembered = rehearsal.history().calls().reversed().stream()
                    .filter(call -> call.status() == 200 && call.conversationId().startsWith("c-")).limit(60).toList();
            Map<String, JsonNode> decisions = decisions(remembered);
            wired.kill();
            delete(wired);
            wired.start();
            Waiting.until("an answer of any kind", WITHIN, () -> !wired.health().equals("no answer"));
            cluster.wires(wire -> wire.delay(Duration.ofMillis(150)));
            double some = Waiting.until("a part that is restored", WITHIN, () -> restored(wired), records -> records > 0);
            wired.kill();
            cluster.wires(Wire::mend);
            load.awaitDecided(100);
            delete(wired);
            wired.start().awaitReady();
            rehearsal.awaitDeciders(2);
            double all = Waiting.until("all that is to be restored", WITHIN, () -> restored(wired), records -> records > some);
            load.awaitDecided(100);

            load.stop();
            ServiceProcess inbox = rehearsal.deployment().instances(INBOX_PROJECTION).getFirst();
            Object shown = rehearsal.shownAtRest();
            inbox.kill();
            delete(inbox);
            inbox.start().awaitReady();
            rehearsal.restored(new Restored("the inbox", shown, rehearsal.shownAtRest()));
            rehearsal.restored(new Restored("the decisions that are remembered", decisions, decisions(remembered)));
            load.resume();
            return "killed after %.0f records of the %.0f and more that were restored at last; the decider's stores and the inbox's, from nothing".formatted(some, all);
        });
    }

    private static Map<String, JsonNode> decisions(List<Call> calls) {
        Map<String, JsonNode> decisions = new TreeMap<>();
        for (Call call : calls) {
            String path = "/api/commands/" + call.commandId() + "?conversationId=" + call.conversationId();
            decisions.put(call.conversationId() + " " + call.commandId(), Waiting.until("the decision of " + call, WITHIN,
                    () -> Http.get(load.next(first.kind()).url(), path, "sam"), answer -> answer.status() == 200).body());
        }
        return decisions;
    }

    private static void delete(ServiceProcess service) throws IOException {
        try (var files = Files.walk(service.stateFolder())) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
        assertThat(service.stateFolder()).doesNotExist();
    }

    /// Records that an instance has read of changelogs since it was started; 0 while it does not say.
    private static double restored(ServiceProcess service) {
        return Observer.sum(service.metrics(), "kafka_consumer_fetch_manager_records_consumed_total\\{[^\\n]*restore-consumer[^\\n]*}");
    }

    /// F5, with two of three brokers: what is left cannot know whether the others go on without it, and so acknowledges nothing.
    @Test
    @Order(3)
    void twoOfThreeBrokersAreKilled() throws Exception {
        rehearsal.rehearse("F5 two of three brokers killed", () -> {
            Broker controller = cluster.broker(cluster.admin().describeMetadataQuorum().quorumInfo().get(20, TimeUnit.SECONDS).leaderId());
            Broker other = cluster.broker(controller.id() % cluster.size() + 1);
            controller.kill();
            other.kill();
            awaitStall(List.of(0, 1, 2, 3));
            long decidedBefore = rehearsal.history().decided();
            List<Operation> refused = IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new Operation(load.pulse(partition), load.fresh("few"), "ana", "reply", "Is anybody there?")).toList();
            List<Call> answers = refused.stream().map(operation -> operation.sendLater(load.next(first.kind()), Duration.ofSeconds(15), rehearsal.history()))
                    .toList().stream().map(CompletableFuture::join).toList();
            assertThat(answers).extracting(Call::fate).isSubsetOf(Call.Fate.UNKNOWN, Call.Fate.NOT_DONE);
            assertThat(rehearsal.history().decided()).as("decisions while one of three brokers is there").isEqualTo(decidedBefore);
            controller.start();
            cluster.awaitBrokers(2);
            for (Operation operation : refused) {
                assertThat(load.persist(operation).status()).isEqualTo(200);
            }
            other.start();
            cluster.awaitBrokers();
            cluster.awaitInSync();
            return "with one broker nothing was decided for " + STALL.toSeconds() + " s and more, " + refused.size()
                    + " were told " + answers.stream().map(call -> call.problem().isEmpty() ? "nothing" : call.problem()).distinct().toList() + " and got their outcome from two";
        });
    }

    /// Waits until nothing has been decided on some partitions for a while.
    private static void awaitStall(List<Integer> partitions) {
        Waiting.until("no decisions on " + partitions, WITHIN, () -> rehearsal.history().lastDecidedNanos(load::partition, partitions)
                < System.nanoTime() - STALL.toNanos());
    }

    /// F16. One of those that decide loses each of the brokers in turn, and nobody tells it: what it sends is neither taken nor refused.
    @Test
    @Order(4)
    void aDeciderIsCutOffFromOneBrokerAfterTheOther() throws Exception {
        rehearsal.rehearse("F16 a decider cut off from each broker in turn", () -> {
            Set<Role> lost = EnumSet.noneOf(Role.class);
            List<String> stalls = new ArrayList<>();
            Map<Integer, Long> ends = rehearsal.logs().ends("conversation-events");
            for (Broker broker : cluster.brokers()) {
                rehearsal.awaitEverything();
                Set<Role> roles = rehearsal.roles(broker);
                List<Integer> led = new ArrayList<>(cluster.led(COMMANDS, broker));
                led.retainAll(rehearsal.partitionsOf(wired));
                lost.addAll(roles);
                long cutAt = System.nanoTime();
                broker.wire().goDead();
                if (roles.contains(Role.COORDINATOR_OF_THE_GROUP)) {
                    Waiting.until("the other one deciding everything", WITHIN, () -> rehearsal.partitionsOf(first).size() == PARTITIONS);
                    load.awaitDecided(100);
                    stalls.add("from its coordinator: the other one took over after %.1f s".formatted((System.nanoTime() - cutAt) / 1e9));
                } else if (!led.isEmpty()) {
                    awaitStall(led);
                    stalls.add("from the leader of partitions " + led + ": they stood still");
                } else {
                    load.awaitDecided(100);
                }
                broker.wire().mend();
                load.awaitDecided(50);
            }
            assertThat(lost).contains(Role.COORDINATOR_OF_THE_GROUP, Role.LEADER_OF_COMMANDS);
            assertThat(stalls).as("what stood still").isNotEmpty();
            return String.join("; ", stalls) + "; events decided twice: " + rehearsal.decidedTwice(ends, System.nanoTime());
        });
    }

    /// F8. One broker's clock is an hour ahead, then an hour behind; it leads all commands, and then another one does.
    @Test
    @Order(5)
    void aBrokersClockIsWrong() throws Exception {
        rehearsal.rehearse("F8 a broker's clock 61 min ahead, then behind", () -> {
            Broker wrong = cluster.broker(2);
            for (Duration by : List.of(WRONG_BY, WRONG_BY.negated())) {
                wrong.stop();
                cluster.awaitBrokers(2);
                wrong.startWithClockAheadBy(by);
                cluster.awaitBrokers();
                cluster.awaitInSync();
                cluster.lead(COMMANDS, wrong);
                Instant now = Instant.now();
                load.awaitDecided(150);
                assertThat(IntStream.range(0, PARTITIONS).mapToObj(partition -> Duration.between(now, commands(partition).getLast().time())))
                        .as("how wrong the log's time is").allMatch(off -> off.minus(by).abs().compareTo(Duration.ofMinutes(2)) < 0);
                cluster.lead(COMMANDS, cluster.broker(1));
                load.awaitDecided(100);
            }
            wrong.stop();
            cluster.awaitBrokers(2);
            wrong.start();
            cluster.awaitBrokers();
            cluster.awaitInSync();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                assertThat(backwards(commands(partition))).as("times that time went back by an hour in partition " + partition).isPositive();
            }
            List<LogRecord> events = rehearsal.logs().read("conversation-events");
            for (String conversation : load.conversations()) {
                List<Instant> times = events.stream().filter(event -> event.key().equals(conversation))
                        .map(event -> Instant.parse(event.json().path("at").asText())).toList();
                assertThat(times).as("of " + conversation).isSorted();
            }
            return "time went back by an hour or more " + IntStream.range(0, PARTITIONS).mapToLong(partition -> backwards(commands(partition))).sum()
                    + " times on the log, never in a conversation";
        });
    }

    private static long backwards(List<LogRecord> records) {
        return IntStream.range(1, records.size())
                .filter(i -> Duration.between(records.get(i).time(), records.get(i - 1).time()).compareTo(Duration.ofMinutes(55)) > 0).count();
    }

    /// F7. First under a broker's log, then under the stores of one that decides.
    @Test
    @Order(6)
    void disksAreFull() throws Exception {
        assumeTrue(Disk.possible(), "no disks can be mounted here");
        rehearsal.rehearse("F7 a broker's disk full, then a decider's", () -> "the broker " + aBrokersDiskIsFull() + "; the decider " + aDecidersDiskIsFull());
    }

    private static String aBrokersDiskIsFull() throws Exception {
        Broker broker = cluster.broker(3);
        broker.stop();
        cluster.awaitBrokers(2);
        Disk disk = rehearsal.deployment().disk(broker.folder(), BROKERS_DISK_MEGABYTES);
        broker.start();
        cluster.awaitBrokers();
        cluster.awaitInSync();
        cluster.lead(COMMANDS, broker);
        load.awaitDecided(50);
        disk.fill();
        assertThat(broker.awaitEnd(WITHIN)).as("how it has ended").isNotZero();
        assertThat(broker.hasSaid(FULL)).isTrue();
        cluster.awaitBrokers(2);
        load.awaitDecided(100);
        disk.free();
        broker.start();
        cluster.awaitBrokers();
        cluster.awaitInSync();
        return "ended, having said \"" + FULL + "\", the others went on, and it was in sync again when there was room";
    }

    private static String aDecidersDiskIsFull() throws Exception {
        first.stop();
        Disk disk = rehearsal.deployment().disk(first.stateFolder(), STORES_DISK_MEGABYTES);
        first.start().awaitReady();
        rehearsal.awaitDeciders(2);
        disk.fill();
        load.awaitDecided(100);
        first.kill();
        first.start();
        String said = Waiting.until("a reason that names the disk", WITHIN, () -> first.alive() ? first.health() : "ended: " + first.output(),
                reason -> reason.contains(FULL));
        load.awaitDecided(100); // the other one goes on
        disk.free();
        String where = first.alive() ? "/health" : "its last words";
        boolean byItself = first.alive() && !said.contains("halted");
        if (!byItself) {
            first.kill();
            first.start();
        }
        first.awaitReady();
        rehearsal.awaitDeciders(2);
        return "said so in " + where + ", the other one went on, and it decided again "
                + (byItself ? "as soon as there was room" : "when it was started with room");
    }

    /// F9, the rest: a version of the rules that nobody knows stops whoever meets it, here a deployment of its own on the same brokers.
    @Test
    @Order(7)
    void anUnknownVersionOfTheRulesHalts() throws Exception {
        rehearsal.rehearse("F9 an unknown version of the rules", FaultsIT::haltsAtAnUnknownVersion);
    }

    private static String haltsAtAnUnknownVersion() {
        ServiceProcess apart = rehearsal.deployment().add(ASSIGNMENT_SERVICE, Map.of("BATON_TOPIC_PREFIX", "apart.", "BATON_ADVERTISED_URL", "")).start().awaitReady();
        rehearsal.logs().write("apart.conversation-commands", load.partition("c-1"), KafkaClients.key("c-1"), KafkaClients.key("{\"rulesVersion\":99}"), Map.of());
        String health = Waiting.until("a halt", WITHIN, apart::health, said -> said.contains("halted"));
        assertThat(health).contains("99");
        assertThat(apart.alive()).isTrue();
        Http.signIn(apart.url(), "ana");
        Call refused = new Operation("c-1", "k-1", "ana", "reply", "Hello?").send(apart, new History());
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.problem()).as("nothing was written").isEqualTo("unavailable");
        assertThat(apart.output()).contains("has halted");
        assertThat(rehearsal.logs().read("apart.dead-letters")).isEmpty();
        apart.kill();
        return "an unknown version halted its own deployment";
    }
}
