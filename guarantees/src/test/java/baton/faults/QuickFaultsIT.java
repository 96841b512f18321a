package baton.faults;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.NOTIFICATION_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import baton.checker.Call;
import baton.checker.LogRecord;
import baton.processes.Broker;
import baton.processes.Cluster;
import baton.processes.Deployment;
import baton.processes.JavaProcess;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import baton.processes.Wire;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The faults that every build has to survive. Two instances decide, of which the second reaches the brokers over wires that can be held.
class QuickFaultsIT {

    private static final Duration WITHIN = Duration.ofSeconds(60);
    /// Fewer than a conversation remembers, times the conversations of a partition.
    private static final int BURST = 240;
    /// So many are never refused for being read late.
    private static final int AT_ONCE = 100;

    private static Rehearsal rehearsal;
    private static Deployment deployment;
    private static Cluster cluster;
    private static Load load;
    private static ServiceProcess wired;

    @BeforeAll
    static void start() throws Exception {
        rehearsal = Rehearsal.withBrokers();
        rehearsal.begin();
        deployment = rehearsal.deployment();
        cluster = rehearsal.cluster();
        wired = rehearsal.wired();
        load = rehearsal.load();
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

    /// F1.
    @Test
    void instancesComeAndGo() throws Exception {
        rehearsal.rehearse("F1 1 → 3 → 1 instances", () -> {
            assertThat(wired.stop().exitCode()).isIn(0, 143);
            rehearsal.awaitDeciders(1);
            ServiceProcess third = deployment.add(ASSIGNMENT_SERVICE).start();
            wired.start();
            wired.awaitReady();
            third.awaitReady();
            rehearsal.awaitDeciders(3);
            load.awaitDecided(100);
            List<JavaProcess.Ended> ended = new ArrayList<>();
            for (ServiceProcess leaving : List.of(third, wired)) {
                ended.add(leaving.stop());
                load.awaitDecided(40);
                leaving.takeOutOfRotation();
            }
            rehearsal.awaitDeciders(1);
            assertThat(ended).extracting(JavaProcess.Ended::exitCode).isSubsetOf(0, 143);
            return "partitions were with 1, 3 and 1 instances; these stopped after " + ended.stream().map(one -> Rehearsal.seconds(one.after()))
                    .collect(Collectors.joining(" and "));
        });
    }

    /// F2. What was answered and not committed can be seen: it is on the log, in a transaction that was aborted.
    @Test
    void theDeciderIsKilled() throws Exception {
        rehearsal.rehearse("F2 kill -9 of the decider", () -> {
            long twice = 0;
            int kills = 0;
            while (kills < 2 || twice == 0 && kills < 6) {
                ServiceProcess decider = rehearsal.decider(kills++ % 4);
                load.awaitDecided(20);
                List<Integer> its = rehearsal.partitionsOf(decider);
                Map<Integer, Long> ends = rehearsal.logs().ends("conversation-events");
                decider.kill();
                long killedAt = System.nanoTime();
                decider.start(); // usually slower than the session timeout: the other one takes over meanwhile
                Waiting.until("decisions on " + its, WITHIN, () -> its.stream()
                        .allMatch(partition -> rehearsal.history().lastDecidedNanos(load::partition, List.of(partition)) > killedAt));
                load.awaitDecided(40);
                twice += rehearsal.decidedTwice(ends, killedAt);
            }
            rehearsal.awaitEverything();
            assertThat(twice).as("events of commands that had been answered, aborted and published again").isPositive();
            return kills + " kills; " + twice + " events of commands that were answered had been aborted, and were published again";
        });
    }

    /// F3. Many callers wait at an instance that has just begun to decide what they want; it is stopped, others decide, it goes on.
    @Test
    void aZombieAnswers() throws Exception {
        rehearsal.rehearse("F3 SIGSTOP beyond the session timeout, SIGCONT", () -> {
            long byZombie = 0;
            int rounds = 0;
            while (byZombie == 0 && rounds++ < 6) { // it may have been stopped between two of the handfuls that it decides without looking up
                rehearsal.awaitEverything();
                byZombie = answersOfAZombie(BURST / 6 + BURST / 16 * (rounds - 1)); // which grow the longer it decides
            }
            assertThat(byZombie).as("answers of the zombie to what others had decided").isPositive();
            return byZombie + " commands were answered by the zombie after the new owner had published their events";
        });
    }

    /// @param stoppedAfter so many answers
    private static long answersOfAZombie(int stoppedAfter) throws Exception {
        int partition = rehearsal.partitionsOf(wired).getFirst();
        List<String> conversations = load.conversations().stream().filter(id -> load.partition(id) == partition && id.startsWith("c-")).toList();
        cluster.wires(Wire::holdFetched);
        List<Operation> burst = new ArrayList<>();
        List<CompletableFuture<Call>> answers = new ArrayList<>();
        var many = new CountDownLatch(stoppedAfter);
        for (int i = 0; i < BURST; i++) {
            Operation operation = new Operation(conversations.get(i % conversations.size()), load.fresh("z"), "chloe", "reply", "One of many");
            burst.add(operation);
            CompletableFuture<Call> answer = operation.sendLater(wired, Duration.ofSeconds(25), rehearsal.history());
            answer.thenRun(many::countDown);
            answers.add(answer);
            if (burst.size() % AT_ONCE == 0) {
                awaitOnTheLog(burst);
            }
        }
        awaitOnTheLog(burst);
        Set<String> ids = ids(burst);
        Runnable pause = wired.pauseArmed();
        cluster.wires(Wire::mend);
        assertThat(many.await(WITHIN.toSeconds(), TimeUnit.SECONDS)).as("the first answers").isTrue();
        pause.run();
        Waiting.until("the others to decide all of it", WITHIN, () -> rehearsal.commandIds("conversation-events").containsAll(ids));
        long resumedAt = System.nanoTime();
        wired.resume();
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(40, TimeUnit.SECONDS);
        load.persist(burst); // who has no answer sends again; who has one too, and it has to be the same
        wired.awaitReady();
        return answers.stream().map(CompletableFuture::join).filter(call -> call.status() == 200 && call.endedNanos() > resumedAt).count();
    }

    private static void awaitOnTheLog(List<Operation> operations) {
        Waiting.until("the burst on the log", WITHIN, () -> rehearsal.commandIds("conversation-commands").containsAll(ids(operations)));
    }

    private static Set<String> ids(List<Operation> operations) {
        return operations.stream().map(Operation::commandId).collect(Collectors.toSet());
    }

    /// F5, with one broker at a time, until leaders, controller and coordinators have been hit.
    @Test
    void aBrokerIsKilled() throws Exception {
        rehearsal.rehearse("F5 one broker after the other killed", () -> {
            Set<Rehearsal.Role> roles = EnumSet.noneOf(Rehearsal.Role.class);
            int kills = 0;
            for (Broker broker : cluster.brokers()) {
                if (roles.size() == Rehearsal.Role.values().length) {
                    break;
                }
                roles.addAll(rehearsal.roles(broker));
                kills++;
                broker.kill();
                cluster.awaitBrokers(2);
                load.awaitDecided(100);
                broker.start();
                cluster.awaitBrokers();
                cluster.awaitInSync();
            }
            assertThat(roles).containsExactlyInAnyOrder(Rehearsal.Role.values());
            return kills + " kills; killed were " + roles;
        });
    }

    /// F6. The edge writes and does not hear that it has; then it is killed. Whoever waits sends again.
    @Test
    void theBrokersAnswerIsLostAndTheEdgeIsKilled() throws Exception {
        rehearsal.rehearse("F6 the broker's answer lost, then the edge killed", () -> {
            int partition = rehearsal.partitionsOf(wired).getFirst();
            Operation lost;
            Operation killed;
            CompletableFuture<Call> unheard;
            CompletableFuture<Call> waiting;
            int rounds = 0;
            while (true) {
                cluster.wires(Wire::holdAnswers);
                lost = new Operation(load.pulse(partition), load.fresh("lost"), "ana", "reply", "Is anybody there?");
                killed = new Operation(load.pulse(partition), load.fresh("killed"), "ben", "reply", "Hello?");
                unheard = lost.sendLater(wired, Http.WITHIN, rehearsal.history());
                waiting = killed.sendLater(wired, Duration.ofSeconds(30), rehearsal.history());
                if (areWritten(Set.of(lost.commandId(), killed.commandId()))) {
                    break;
                }
                // Others were quicker: the edge sends so many requests without an answer, and no more.
                assertThat(++rounds).as("rounds in which both were not on the log").isLessThan(5);
                cluster.wires(Wire::mend);
                load.persist(List.of(lost, killed));
            }
            assertThat(unheard.get(30, TimeUnit.SECONDS).fate()).isEqualTo(Call.Fate.UNKNOWN);
            wired.kill();
            cluster.wires(Wire::mend);
            assertThat(waiting.get(30, TimeUnit.SECONDS).fate()).isEqualTo(Call.Fate.UNKNOWN);
            assertThat(load.persist(lost).status()).isEqualTo(200);
            assertThat(load.persist(killed).status()).isEqualTo(200);
            wired.start().awaitReady();
            List<Long> records = Stream.of(lost, killed).map(operation -> rehearsal.logs().read("conversation-commands").stream()
                    .filter(record -> !rehearsal.isPlanted(record.place()) && record.value().contains("\"" + operation.commandId() + "\"")).count()).toList();
            assertThat(records).allMatch(count -> count >= 2);
            return records + " records on the log of the two commands, one effect each";
        });
    }

    private static boolean areWritten(Set<String> ids) {
        long deadline = System.nanoTime() + Http.WITHIN.dividedBy(2).toNanos(); // then the edge begins anew with a connection that is not answered
        while (System.nanoTime() < deadline) {
            if (rehearsal.commandIds("conversation-commands").containsAll(ids)) {
                return true;
            }
        }
        return false;
    }

    /// F9. On the commands and on what channels write.
    @Test
    void recordsThatNobodyCanRead() throws Exception {
        rehearsal.rehearse("F9 poison", () -> {
            String conversation = load.pulse(0);
            byte[] key = bytes(conversation);
            byte[] random = new byte[200];
            new Random(42).nextBytes(random);
            for (int partition = 0; partition < 4; partition++) {
                plant("conversation-commands", partition, bytes(load.pulse(partition)), random);
            }
            plant("conversation-commands", 1, null, command(conversation));
            plant("conversation-commands", (load.partition(conversation) + 1) % 4, key, command(conversation));
            plant("conversation-commands", 0, key, bytes("{\"rulesVersion\":1}"));
            plant("conversation-commands", 0, key, null);
            plant("channel-messages", 2, null, bytes(Load.message("m-none", "To whom?").toString()));
            plant("channel-messages", 2, key, random);
            plant("channel-messages", 3, key, bytes(Load.message(load.fresh("m"), "x".repeat(10_001)).toString()));
            plant("channel-messages", 3, key, new byte[3_000_000]); // compressed it is small enough for the broker, and too large for a letter
            load.awaitDecided(100);
            int letters = Waiting.until("a letter for each", WITHIN, () -> rehearsal.logs().read("dead-letters").size(), count -> count >= 12);
            return letters + " dead letters";
        });
    }

    private static void plant(String topic, int partition, byte[] key, byte[] value) {
        rehearsal.plant(() -> rehearsal.logs().write(topic, partition, key, value, Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4_000_000,
                ProducerConfig.BUFFER_MEMORY_CONFIG, 8_000_000L, ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip")));
    }

    private static byte[] command(String conversation) {
        ObjectNode command = Http.JSON.createObjectNode().put("rulesVersion", 1).put("commandId", load.fresh("x")).put("conversationId", conversation)
                .put("supervisor", true).put("ownership", "owner").putNull("ifMatch");
        command.set("actor", Http.JSON.createObjectNode().put("type", "agent").put("id", "sam"));
        command.set("body", Http.JSON.createObjectNode().put("type", "complete-conversation"));
        return bytes(command.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// F11.
    @Test
    void whoTellsIsKilled() throws Exception {
        rehearsal.rehearse("F11 kill -9 of notification-service", () -> {
            ServiceProcess telling = deployment.instances(NOTIFICATION_SERVICE).getFirst();
            int kills = 0;
            long twice = 0;
            int resumed = rehearsal.listeners().stream().mapToInt(Listener::resumed).sum();
            int gaps = rehearsal.listeners().stream().mapToInt(Listener::resyncs).sum();
            Map<Integer, Long> ends = rehearsal.logs().ends("notifications");
            while (twice == 0 && kills < 8) {
                load.awaitDecided(40);
                telling.kill();
                telling.start().awaitReady();
                load.awaitDecided(40);
                kills++;
                Set<String> told = rehearsal.logs().read("notifications").stream().map(record -> record.json().path("eventId").asText())
                        .collect(Collectors.toSet());
                twice = rehearsal.logs().aborted("notifications").stream()
                        .filter(record -> record.offset() >= ends.getOrDefault(record.partition(), 0L)).filter(record -> told.contains(record.json().path("eventId").asText())).count();
            }
            assertThat(twice).as("notifications that were aborted and told again").isPositive();
            int again = rehearsal.listeners().stream().mapToInt(Listener::resumed).sum() - resumed;
            assertThat(again).as("streams that were resumed").isPositive();
            assertThat(rehearsal.listeners().stream().mapToInt(Listener::resyncs).sum()).as("times that a stream said to have missed something").isEqualTo(gaps);
            return kills + " kills; " + twice + " notifications had been aborted and were told again, once; streams resumed " + again + " times, without a gap";
        });
    }
}
