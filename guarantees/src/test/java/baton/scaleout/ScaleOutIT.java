package baton.scaleout;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.INBOX_PROJECTION;
import static baton.processes.ServiceKind.NOTIFICATION_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import baton.processes.Deployment;
import baton.processes.ServiceKind;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import baton.runtime.KafkaClients;
import baton.scaleout.Caller.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Two instances of each service, as processes, on one broker: any of them takes any command and answers any question, and gives
/// the answer that the other one gives.
@Tag("slow")
class ScaleOutIT {

    private static final Duration SOON = Duration.ofSeconds(20);
    /// What a list may take while a peer is silent: the second that it has, and what a busy machine adds.
    private static final Duration WITHOUT_A_PEER_WITHIN = Duration.ofSeconds(3);
    private static final List<String> CONVERSATIONS = IntStream.range(0, 40).mapToObj(i -> "c-" + i).toList();

    private static Deployment deployment;
    private static Instances deciders;
    private static Instances inboxes;
    private static Instances notifiers;
    private static Caller ana;
    private static Caller ben;
    private static Caller sam;
    private static Caller webchat;

    @BeforeAll
    static void start() throws Exception {
        deployment = Deployment.start(1);
        for (ServiceKind kind : List.of(ASSIGNMENT_SERVICE, INBOX_PROJECTION, NOTIFICATION_SERVICE)) {
            for (int i = 0; i < 2; i++) {
                deployment.add(kind).start();
            }
        }
        deployment.awaitReady();
        deciders = new Instances(deployment, ASSIGNMENT_SERVICE);
        inboxes = new Instances(deployment, INBOX_PROJECTION);
        notifiers = new Instances(deployment, NOTIFICATION_SERVICE);
        deciders.awaitBalance();
        inboxes.awaitBalance();
        ServiceProcess first = deciders.all().getFirst();
        ana = Caller.signIn(first, "ana");
        ben = Caller.signIn(first, "ben");
        sam = Caller.signIn(first, "sam");
        webchat = Caller.signIn(first, "webchat");
        for (int i = 0; i < CONVERSATIONS.size(); i++) {
            assertThat(webchat.message(in(deciders, i), CONVERSATIONS.get(i), "m-1", "hello").status()).isEqualTo(202);
        }
        for (String id : CONVERSATIONS) {
            awaitVersion(id, 2);
        }
    }

    @AfterAll
    static void stop() {
        if (deployment != null) {
            deployment.close();
        }
    }

    private static ServiceProcess in(Instances instances, int turn) {
        return instances.all().get(turn % instances.all().size());
    }

    private static void awaitVersion(String id, long version) {
        for (ServiceProcess inbox : inboxes.all()) {
            Waiting.until(id + " at version " + version, SOON, () -> ana.get(inbox, "/api/inbox/conversations/" + id + "?minVersion=" + version),
                    answer -> answer.status() == 200 && answer.body().path("version").asLong() >= version);
        }
    }

    /// A conversation of the test's own, which somebody has begun, in the partition.
    private static String fresh(String prefix, int partition) {
        String id = IntStream.range(0, 1_000).mapToObj(i -> prefix + "-" + i).filter(one -> partition(one) == partition).findFirst().orElseThrow();
        assertThat(webchat.message(in(deciders, partition), id, "m-1", "hello").status()).isEqualTo(202);
        awaitVersion(id, 2);
        return id;
    }

    static int partition(String id) {
        return KafkaClients.partition(KafkaClients.key(id), Instances.PARTITIONS);
    }

    @Test
    void anyInstanceTakesAnyCommandAndKnowsItsOutcome() {
        for (int partition = 0; partition < Instances.PARTITIONS; partition++) {
            String id = fresh("commands", partition);
            for (ServiceProcess instance : deciders.all()) {
                String key = instance.name();
                Answer assigned = ana.assign(instance, id, "ana", "Idempotency-Key", key + "-assign");
                assertThat(assigned.status()).as(assigned.toString()).isEqualTo(200);
                for (ServiceProcess other : deciders.all()) {
                    for (Answer again : List.of(ana.assign(other, id, "ana", "Idempotency-Key", key + "-assign"),
                            ana.get(other, "/api/commands/" + key + "-assign?conversationId=" + id))) {
                        assertThat(again.status()).isEqualTo(200);
                        assertThat(outcome(again)).isEqualTo(outcome(assigned));
                    }
                }
                assertThat(ben.assign(instance, id, "ben")).satisfies(refused -> {
                    assertThat(refused.status()).isEqualTo(403);
                    assertThat(refused.problem()).isEqualTo("not-owner");
                });
                assertThat(ana.send(instance, "POST", path(id, "replies"), "{\"text\":\"yes\"}").status()).isEqualTo(200);
                assertThat(ana.send(instance, "POST", path(id, "complete"), null).status()).isEqualTo(200);
                assertThat(ana.send(instance, "POST", path(id, "reopen"), null).status()).isEqualTo(200);
                assertThat(ana.send(instance, "DELETE", path(id, "assignee"), null).status()).isEqualTo(200);
            }
        }
    }

    /// The decision, whether it was made now or before.
    private static JsonNode outcome(Answer answer) {
        return ((ObjectNode) answer.body().deepCopy()).without("duplicate");
    }

    private static String path(String id, String what) {
        return "/api/conversations/" + id + "/" + what;
    }

    /// At once: the read waits for the version at the instance that has it, whichever is asked.
    @Test
    void whatWasAnsweredIsReadThroughAnyInstance() {
        for (int partition = 0; partition < Instances.PARTITIONS; partition++) {
            String id = fresh("reads", partition);
            long version = 2;
            for (ServiceProcess inbox : inboxes.all()) {
                for (String agent : List.of("ana", "ben")) {
                    Answer decided = ana.assign(in(deciders, (int) version), id, agent);
                    if (decided.status() != 200) { // hers no more
                        decided = ben.assign(in(deciders, (int) version), id, agent);
                    }
                    version = decided.body().path("version").asLong();
                    String asked = id + "@" + version;
                    assertThat(fresh(ana.get(inbox, "/api/inbox/conversations/" + id + "?minVersion=" + version)).path("version").asLong())
                            .isGreaterThanOrEqualTo(version);
                    JsonNode thread = fresh(ana.get(inbox, "/api/inbox/conversations/" + id + "/thread?minVersion=" + version)).path("entries");
                    assertThat(thread.get(thread.size() - 1).path("version").asLong()).isGreaterThanOrEqualTo(version);
                    assertThat(fresh(ana.get(inbox, "/api/inbox/conversations?id=" + asked)).path("items").get(0).path("assignee").asText())
                            .isEqualTo(agent);
                    assertThat(ids(fresh(ana.get(inbox, "/api/inbox?limit=200&assignment=agent:" + agent + "&after=" + asked)))).contains(id);
                    fresh(ana.get(inbox, "/api/inbox/counts?after=" + asked));
                }
            }
        }
    }

    private static JsonNode fresh(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.body().path("stale").asBoolean()).as(answer.toString()).isFalse();
        assertThat(answer.body().path("partitionsMissing")).as(answer.toString()).isEmpty();
        return answer.body();
    }

    @Test
    void everyQuestionHasOneAnswer() {
        String one = CONVERSATIONS.getFirst();
        List<String> questions = new ArrayList<>(List.of("/api/inbox/counts", "/api/inbox/conversations/" + one,
                "/api/inbox/conversations/" + one + "/thread", "/api/inbox/conversations/nobody", "/api/inbox/conversations/no%20id",
                "/api/inbox/conversations?id=nobody&id=" + String.join("&id=", CONVERSATIONS), "/api/inbox?cursor=none",
                "/api/inbox?assignment=agent:nobody"));
        for (String sort : List.of("newest", "oldest", "waiting")) {
            for (String status : List.of("open", "completed", "all")) {
                for (String assignment : List.of("", "&assignment=unassigned", "&assignment=me&assignment=others", "&assignment=group:sales")) {
                    questions.add("/api/inbox?limit=7&sort=" + sort + "&status=" + status + assignment);
                }
            }
        }
        for (String question : questions) {
            // Other tests' commands may still be on their way into the lists: one moment at which both agree.
            Waiting.until("one answer to " + question, SOON,
                    () -> inboxes.all().stream().map(inbox -> ana.get(inbox, question)).distinct().toList(),
                    answers -> answers.size() == 1 && answers.getFirst().status() >= 200 && answers.getFirst().status() < 500);
        }
        for (String question : List.of("/api/notifications", "/api/notifications/settings", "/api/agents", "/api/groups", "/api/me")) {
            Instances asked = question.startsWith("/api/notifications") ? notifiers : deciders;
            Waiting.until("one answer to " + question, SOON,
                    () -> asked.all().stream().map(instance -> ana.get(instance, question)).distinct().toList(),
                    answers -> answers.size() == 1 && answers.getFirst().status() == 200);
        }
    }

    @Test
    void aCursorThatIsWalkedOverAllInstancesInTurnFindsEveryRowOnce() {
        for (String sort : List.of("newest", "oldest", "waiting")) {
            List<String> found = new ArrayList<>();
            String cursor = "";
            int turn = 0;
            do {
                JsonNode page = fresh(ana.get(in(inboxes, turn++), "/api/inbox?status=all&limit=3&sort=" + sort + cursor));
                found.addAll(ids(page));
                cursor = page.path("nextCursor").isNull() ? null : "&cursor=" + page.path("nextCursor").asText();
            } while (cursor != null);
            assertThat(found).doesNotHaveDuplicates().containsAll(CONVERSATIONS);
        }
    }

    @Test
    void thePartitionsOfAnInstanceThatIsSilentAreNamedInTime() {
        ServiceProcess silent = inboxes.all().get(1);
        ServiceProcess asked = inboxes.all().getFirst();
        List<Integer> its = inboxes.of(silent);
        assertThat(its).isNotEmpty();
        String elsewhere = CONVERSATIONS.stream().filter(id -> its.contains(partition(id))).findFirst().orElseThrow();
        silent.pause();
        try {
            long began = System.nanoTime();
            Answer list = ana.get(asked, "/api/inbox?status=all&limit=200");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(WITHOUT_A_PEER_WITHIN);
            assertThat(list.status()).isEqualTo(200);
            assertThat(partitionsMissing(list)).isEqualTo(its);
            assertThat(ids(list.body())).isNotEmpty().allMatch(id -> !its.contains(partition(id)));
            assertThat(partitionsMissing(ana.get(asked, "/api/inbox/counts"))).isEqualTo(its);
        } finally {
            silent.resume();
        }
        Waiting.until("all partitions being there again", SOON.multipliedBy(3), () -> inboxes.all().stream()
                .allMatch(inbox -> partitionsMissing(ana.get(inbox, "/api/inbox")).isEmpty()
                        && ana.get(inbox, "/api/inbox/conversations/" + elsewhere).status() == 200));
    }

    private static List<Integer> partitionsMissing(Answer list) {
        return StreamSupport.stream(list.body().path("partitionsMissing").spliterator(), false).map(JsonNode::asInt).toList();
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.path("items").spliterator(), false).map(row -> row.path("conversationId").asText()).toList();
    }

    /// Each is allowed as long as the other one is left.
    @Test
    void twoSupervisorsWhoDeactivateEachOtherThroughTwoInstancesDoNotLeaveNone() throws Exception {
        Caller kim = Caller.withToken("kim");
        int allowed = 0;
        for (int round = 0; round < 5; round++) {
            put(sam, "kim", "supervisor", true);
            put(sam, "sam", "supervisor", true);
            for (String id : List.of("sam", "kim")) {
                deciders.all().forEach(instance -> Waiting.until(id + " being a supervisor", SOON, () -> isSupervisor(instance, id)));
            }
            CompletableFuture<Answer> one = CompletableFuture.supplyAsync(() -> demote(in(deciders, 0), "kim"), Thread::startVirtualThread);
            CompletableFuture<Answer> other = CompletableFuture.supplyAsync(() -> demote(in(deciders, 1), "sam"), Thread::startVirtualThread);
            List<Answer> answers = List.of(one.get(30, TimeUnit.SECONDS), other.get(30, TimeUnit.SECONDS));
            assertThat(answers).filteredOn(answer -> answer.status() == 200).as("who was allowed: " + answers).hasSizeLessThanOrEqualTo(1);
            allowed += answers.stream().anyMatch(answer -> answer.status() == 200) ? 1 : 0;
            for (ServiceProcess instance : deciders.all()) {
                Waiting.until("a supervisor being left", SOON, () -> isSupervisor(instance, "sam") || isSupervisor(instance, "kim"));
            }
            if (answers.get(1).status() == 200) { // sam is none any more: whoever is left makes him one again
                put(kim, "sam", "supervisor", true);
            }
        }
        assertThat(allowed).as("rounds in which one of the two was allowed").isPositive();
    }

    private static Answer demote(ServiceProcess at, String id) {
        return sam.send(at, "PUT", "/api/agents/" + id, "{\"name\":\"" + id + "\",\"role\":\"agent\",\"active\":true}");
    }

    private static void put(Caller by, String id, String role, boolean active) {
        for (ServiceProcess instance : deciders.all()) {
            Answer answer = by.send(instance, "PUT", "/api/agents/" + id, "{\"name\":\"" + id + "\",\"role\":\"" + role + "\",\"active\":" + active + "}");
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        }
    }

    private static boolean isSupervisor(ServiceProcess instance, String id) {
        return StreamSupport.stream(sam.get(instance, "/api/agents").body().path("items").spliterator(), false)
                .anyMatch(agent -> agent.path("id").asText().equals(id) && agent.path("role").asText().equals("supervisor") && agent.path("active").asBoolean());
    }

    @Test
    void marksThatAreSetThroughTwoInstancesAtOnceNeverGoBack() throws Exception {
        List<String> feed = Waiting.until("notifications of ben", SOON, () -> StreamSupport.stream(
                ben.get(in(notifiers, 0), "/api/notifications?limit=200").body().path("items").spliterator(), false)
                .map(item -> item.path("id").asText()).toList(), ids -> ids.size() >= 10);
        for (int i = 8; i > 0; i -= 2) {
            String older = feed.get(i);
            String newer = feed.get(i - 1);
            var first = CompletableFuture.supplyAsync(() -> read(0, newer), Thread::startVirtualThread);
            var second = CompletableFuture.supplyAsync(() -> read(1, older), Thread::startVirtualThread);
            assertThat(first.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(second.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            for (ServiceProcess instance : notifiers.all()) {
                Waiting.until("what is read through " + newer, SOON, () -> isRead(instance, newer));
            }
        }
    }

    private static Answer read(int turn, String upTo) {
        return ben.send(in(notifiers, turn), "POST", "/api/notifications/read", "{\"upTo\":\"" + upTo + "\"}");
    }

    private static boolean isRead(ServiceProcess instance, String id) {
        return StreamSupport.stream(ben.get(instance, "/api/notifications?limit=200").body().path("items").spliterator(), false)
                .filter(item -> item.path("id").asText().equals(id)).allMatch(item -> item.path("read").asBoolean());
    }
}
