package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import baton.benchmarks.Person.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// All sides keep the same contract: one journey, told through HTTP alone, on each; the answers and the public logs must be the same. And the
/// promises that a database makes easy to break: one winner, one event in order, counters that equal lists.
class SameJourneyIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CLAIMS_AT_ONCE = 50;

    private static Sides sides;

    @BeforeAll
    static void start() throws Exception {
        sides = Sides.start();
    }

    @AfterAll
    static void stop() {
        if (sides != null) {
            sides.close();
        }
    }

    @Test
    void theJourneyIsTheSameOnAllSides() {
        String id = "journey-" + UUID.randomUUID();
        List<String> onBaton = journey(sides.baton(), id);
        for (Side.Rival rival : sides.rivals()) {
            assertThat(journey(rival, id)).as(rival.topicPrefix()).containsExactlyElementsOf(onBaton);
        }
    }

    /// Plays it; the answers and the log, without what must differ.
    private static List<String> journey(Side side, String id) {
        List<String> answers = new ArrayList<>();
        Person webchat = Person.signIn(side, "webchat");
        Person ana = Person.signIn(side, "ana");
        Person ben = Person.signIn(side, "ben");
        Person sam = Person.signIn(side, "sam");

        webchat.says(id, "m-1", "Where is my parcel?");
        webchat.says(id, "m-1", "Where is my parcel?");
        answers.add(told(ana.sees(id, 2)));
        assertThat(ana.lists("assignment=unassigned")).contains(id);
        for (Person agent : List.of(ana, ben, sam)) {
            answers.add(told(agent.isTold(id + ":2")));
        }

        Answer claimed = ana.assign(id, "ana", "Idempotency-Key", "claim");
        assertThat(claimed.status()).as(claimed.toString()).isEqualTo(200);
        assertThat(claimed.etag()).isEqualTo("\"3\"");
        answers.add(told(claimed));
        answers.add(told(ana.assign(id, "ana")));
        Answer late = ben.assign(id, "ben", "Idempotency-Key", "late");
        assertThat(late.status()).isEqualTo(403);
        assertThat(late.type()).isEqualTo("not-owner");
        assertThat(late.text("/owner/name")).isEqualTo("Ana");
        assertThat(late.text("/detail")).startsWith("Ana has owned this conversation since " + claimed.text("/events/0/at"));
        answers.add(told(late));
        answers.add(told(ben.delete("/api/conversations/" + id + "/assignee")));
        answers.add(told(ben.post("/api/conversations/" + id + "/complete", null)));

        answers.add(told(ana.assign(id, "ben", "If-Match", "\"2\"")));
        answers.add(told(ana.assign(id, "nobody")));
        answers.add(told(ana.assign(id + "-absent", "ana")));
        answers.add(told(ana.reply(id, " ")));
        answers.add(told(ana.assign(id, "ben", "Idempotency-Key", "claim")));
        answers.add(told(webchat.get("/api/inbox")));
        answers.add(told(ana.get("/api/inbox?assignment=everybody")));

        answers.add(told(ben.reply(id, "It is on its way.", "Idempotency-Key", "answer")));
        answers.add(told(ben.reply(id, "It is on its way.", "Idempotency-Key", "answer")));
        answers.add(told(sam.assign(id, "ben")));
        answers.add(told(ben.isTold(id + ":5")));
        answers.add(told(ben.post("/api/conversations/" + id + "/complete", null, "Idempotency-Key", "done")));
        answers.add(told(ana.assign(id, "ana")));
        answers.add(told(ana.sees(id, 7)));
        assertThat(ana.lists("status=completed&after=" + id + "@7")).contains(id);

        // The first answers again, whatever has happened since.
        answers.add(told(ana.assign(id, "ana", "Idempotency-Key", "claim")));
        answers.add(told(ben.assign(id, "ben", "Idempotency-Key", "late")));
        answers.add(told(ben.post("/api/conversations/" + id + "/complete", null, "Idempotency-Key", "done")));

        webchat.says(id, "m-2", "It is broken.");
        answers.add(told(ana.sees(id, 9)));
        answers.add(told(ana.isTold(id + ":8")));
        answers.add(told(ben.reply(id, "Oh no.")));
        answers.add(told(ana.sees(id, 11)));
        answers.add(told(ben.delete("/api/conversations/" + id + "/assignee")));
        answers.add(told(ana.isTold(id + ":12")));
        answers.add(told(ana.get("/api/inbox/conversations/" + id + "/thread?minVersion=12")));
        answers.add(told(ana.get("/api/inbox/conversations/" + id + "/thread?limit=3&before=9")));

        var log = new KafkaLog(sides.baton().bootstrapServers());
        List<KafkaLog.Entry> events = log.await(side.topicPrefix() + "conversation-events", 12, entry -> entry.key().equals(id));
        assertThat(events).extracting(KafkaLog.Entry::id).containsExactlyElementsOf(IntStream.rangeClosed(1, 12).mapToObj(v -> id + ":" + v).toList());
        for (KafkaLog.Entry event : events) {
            Map<String, String> headers = new HashMap<>(event.headers());
            assertThat(headers.remove("ce_time")).isEqualTo(json(event.value()).path("at").asText());
            answers.add(new LinkedHashMap<>(new java.util.TreeMap<>(headers)) + " " + told(json(event.value())));
        }
        log.await(side.topicPrefix() + "conversation-replies", 2, entry -> entry.key().equals(id)).forEach(reply -> answers.add(told(json(reply.value()))));
        List<String> notified = StreamSupport.stream(ana.get("/api/notifications?limit=200").body().path("items").spliterator(), false)
                .filter(item -> item.path("conversationId").asText().equals(id)).map(item -> item.path("eventId").asText()).toList();
        assertThat(notified).containsExactly(id + ":12", id + ":8", id + ":2");
        return answers;
    }

    /// Times and generated command ids differ between any two runs.
    private static String told(JsonNode node) {
        JsonNode copy = node.deepCopy();
        forget(copy);
        return copy.toString();
    }

    private static String told(Answer answer) {
        return answer.status() + " " + answer.etag() + " " + told(answer.body());
    }

    private static final List<String> DIFFERENT = List.of("at", "since", "lastActivityAt", "waitingSince", "detail", "id", "sentAt");

    private static void forget(JsonNode node) {
        if (node instanceof ObjectNode object) {
            DIFFERENT.forEach(name -> {
                if (object.path(name).isTextual() && !isName(object.path(name).asText())) {
                    object.put(name, "…");
                }
            });
            if (object.path("commandId").asText().length() == UUID.randomUUID().toString().length()) {
                object.put("commandId", "…");
            }
        }
        node.forEach(SameJourneyIT::forget);
    }

    private static boolean isName(String text) {
        return List.of("ana", "ben", "sam", "vera").contains(text);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    @Test
    void ofFiftyClaimsAtOnceOneWinsAndTheOthersAreToldByWhom() {
        for (Side side : sides.all()) {
            String id = "claimed-" + UUID.randomUUID();
            Person.signIn(side, "webchat").says(id, "m-1", "hello");
            List<Person> agents = List.of(Person.signIn(side, "ana"), Person.signIn(side, "ben"), Person.signIn(side, "chloe"));
            List<String> names = List.of("ana", "ben", "chloe");
            agents.getFirst().sees(id, 2);
            List<CompletableFuture<Answer>> claims = IntStream.range(0, CLAIMS_AT_ONCE).mapToObj(i -> agents.get(i % 3).later("PUT",
                    "/api/conversations/" + id + "/assignee", "{\"agentId\":\"" + names.get(i % 3) + "\"}", "Idempotency-Key", "claim-" + i)).toList();
            List<Answer> answers = claims.stream().map(CompletableFuture::join).toList();
            List<Answer> winners = answers.stream().filter(answer -> answer.body().path("events").size() == 1).toList();
            assertThat(winners).as(answers.toString()).hasSize(1);
            String owner = winners.getFirst().text("/assignee");
            // Who claims what she has already is told yes, without an event.
            assertThat(answers).allMatch(answer -> answer.status() == 200 && owner.equals(answer.text("/assignee"))
                    || answer.status() == 403 && owner.equals(answer.text("/owner/id")));
            assertThat(agents.getFirst().sees(id, 3).body().path("version").asLong()).isEqualTo(3);
            assertThat(new KafkaLog(sides.baton().bootstrapServers()).await(side.topicPrefix() + "conversation-events", 3, entry -> entry.key().equals(id)))
                    .extracting(KafkaLog.Entry::id).containsExactly(id + ":1", id + ":2", id + ":3");
        }
    }

    @Test
    void oneKeyAtOnceHasOneEffectAndOneAnswer() {
        for (Side side : sides.all()) {
            String id = "keyed-" + UUID.randomUUID();
            Person.signIn(side, "webchat").says(id, "m-1", "hello");
            Person ana = Person.signIn(side, "ana");
            ana.sees(id, 2);
            for (String what : List.of("reply", "claim")) {
                List<Answer> answers = IntStream.range(0, CLAIMS_AT_ONCE).mapToObj(_ -> what.equals("reply")
                                ? ana.later("POST", "/api/conversations/" + id + "/replies", "{\"text\":\"yes\"}", "Idempotency-Key", what)
                                : ana.later("PUT", "/api/conversations/" + id + "/assignee", "{\"agentId\":\"ben\"}", "Idempotency-Key", what))
                        .toList().stream().map(CompletableFuture::join).toList();
                assertThat(answers).allMatch(answer -> answer.status() == 200);
                assertThat(answers.stream().map(answer -> answer.body().path("events").toString()).distinct()).as(answers.toString()).hasSize(1);
                assertThat(answers.stream().filter(answer -> !answer.body().path("duplicate").asBoolean())).hasSize(1);
            }
            assertThat(ana.sees(id, 5).body().path("version").asLong()).isEqualTo(5);
        }
    }

    /// Many agents, few conversations: all connections write at once.
    @Test
    void whatIsPublishedIsEveryVersionOnceAndInOrderAndCountersEqualLists() throws Exception {
        for (Side.Rival rival : sides.rivals()) {
            everyVersionIsPublishedOnceAndInOrder(rival);
            countersEqualLists(rival);
        }
    }

    private static void everyVersionIsPublishedOnceAndInOrder(Side.Rival side) throws Exception {
        Person webchat = Person.signIn(side, "webchat");
        Person sam = Person.signIn(side, "sam");
        String run = "many-" + UUID.randomUUID() + "-";
        int conversations = 8;
        IntStream.range(0, conversations).forEach(i -> webchat.says(run + i, "m-1", "hello"));
        List<String> names = List.of("ana", "ben", "chloe");
        List<Answer> answers = new ArrayList<>();
        for (int sent = 0; sent < 8 * CLAIMS_AT_ONCE; sent += CLAIMS_AT_ONCE) {
            IntStream.range(sent, sent + CLAIMS_AT_ONCE).mapToObj(i -> switch (i % 7) {
                case 5 -> sam.later("POST", "/api/conversations/" + run + i % conversations + "/complete", null);
                case 6 -> sam.later("POST", "/api/conversations/" + run + i % conversations + "/reopen", null);
                default -> sam.later("PUT", "/api/conversations/" + run + i % conversations + "/assignee", "{\"agentId\":\"" + names.get(i % 3) + "\"}");
            }).toList().forEach(answer -> answers.add(answer.join()));
        }
        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 409);

        Map<String, Long> versions = new HashMap<>();
        answers.forEach(answer -> versions.merge(answer.text("/conversationId"), answer.body().path("version").asLong(), Math::max));
        versions.forEach((id, version) -> assertThat(sam.sees(id, version).body().path("version").asLong()).isEqualTo(version));
        int total = (int) versions.values().stream().mapToLong(Long::longValue).sum();
        assertThat(total).as("most commands have changed something").isGreaterThan(2 * conversations + 100);
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (side.unpublished() > 0) {
            assertThat(System.nanoTime()).as("what has happened is published").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
        Map<String, List<String>> published = new HashMap<>();
        new KafkaLog(sides.baton().bootstrapServers()).await(side.topicPrefix() + "conversation-events", total, entry -> entry.key().startsWith(run))
                .stream().sorted(Comparator.comparingLong(KafkaLog.Entry::offset)).forEach(entry -> published.computeIfAbsent(entry.key(), _ -> new ArrayList<>()).add(entry.id()));
        versions.forEach((id, version) -> assertThat(published.get(id))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, version.intValue()).mapToObj(v -> id + ":" + v).toList()));
    }

    private static void countersEqualLists(Side side) {
        Person sam = Person.signIn(side, "sam");
        JsonNode counts = sam.get("/api/inbox/counts").body();
        assertThat(counts.path("unassigned").asInt()).isEqualTo(sam.lists("assignment=unassigned").size());
        assertThat(counts.path("completed").asInt()).isEqualTo(sam.lists("status=completed").size());
        assertThat(counts.path("others").asInt() + counts.path("mine").asInt()).isEqualTo(sam.lists("assignment=others&assignment=me").size());
        for (String agent : List.of("ana", "ben", "chloe")) {
            assertThat(counts.path("byAgent").path(agent).asInt()).isEqualTo(sam.lists("assignment=agent:" + agent).size());
        }
        for (String sort : List.of("newest", "oldest", "waiting")) {
            List<String> all = sam.lists("status=all&sort=" + sort);
            assertThat(all).doesNotHaveDuplicates().hasSize(counts.path("unassigned").asInt() + counts.path("completed").asInt()
                    + counts.path("others").asInt() + counts.path("mine").asInt());
        }
    }
}
