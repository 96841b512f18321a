package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Json;
import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What agents can do to conversations, and what they are told, over HTTP.
class CommandsIT {

    @RegisterExtension
    final NothingLoggedAsError nothingLoggedAsError = new NothingLoggedAsError();

    @Test
    void exactlyOneOf64AgentsWinsAConversationThatTheyClaimAtTheSameInstant() throws Exception {
        Client sam = Shared.client("sam");
        List<CompletableFuture<Answer>> claims = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            assertThat(sam.put("/api/agents/racer-" + i, "{\"name\":\"Racer " + i + "\",\"role\":\"agent\",\"active\":true}").status()).isEqualTo(200);
        }
        String id = Shared.conversation();
        for (int i = 0; i < 64; i++) {
            claims.add(Tokens.of(Shared.baton(), "racer-" + i).assignLater(id, "racer-" + i));
        }
        List<Answer> answers = new ArrayList<>();
        for (CompletableFuture<Answer> claim : claims) {
            answers.add(claim.get(30, TimeUnit.SECONDS));
        }
        List<Answer> won = answers.stream().filter(answer -> answer.status() == 200).toList();
        assertThat(won).hasSize(1);
        String winner = won.getFirst().text("assignee");
        assertThat(answers.stream().filter(answer -> answer.status() != 200)).hasSize(63).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.type()).isEqualTo("not-owner");
            assertThat(answer.text("owner.id")).isEqualTo(winner);
            assertThat(answer.text("owner.name")).isEqualTo("Racer " + winner.substring("racer-".length()));
            assertThat(answer.text("owner.since")).isNotNull();
        });
        Shared.client("ana").conversation(id, 3);
        assertThat(Shared.log().await("conversation-events", 3, Duration.ofSeconds(10), entry -> entry.key().equals(id)))
                .extracting(Log.Entry::type).containsExactly("conversation.opened", "message.received", "conversation.assigned");
        for (int i = 0; i < 64; i++) {
            sam.put("/api/agents/racer-" + i, "{\"name\":\"Racer " + i + "\",\"role\":\"agent\",\"active\":false}");
        }
    }

    @Test
    void theSameKeyGivesTheSameAnswerAndHasOneEffect() {
        String id = Shared.conversation();
        Answer first = Shared.client("ana").assign(id, "ben", "Idempotency-Key", "key-1");
        Answer again = Shared.client("ana").assign(id, "ben", "Idempotency-Key", "key-1");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.body().path("duplicate").asBoolean()).isFalse();
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("duplicate").asBoolean()).isTrue();
        assertThat(again.body().path("events")).isEqualTo(first.body().path("events"));
        Answer other = Shared.client("ana").assign(id, "ana", "Idempotency-Key", "key-1");
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.type()).isEqualTo("command-id-reused");
        Answer looked = Shared.client("ben").get("/api/commands/key-1?conversationId=" + id);
        assertThat(looked.status()).isEqualTo(200);
        assertThat(looked.body().path("version").asLong()).isEqualTo(3);
        assertThat(Shared.client("ben").get("/api/commands/key-2?conversationId=" + id).type()).isEqualTo("command-not-found");
        assertThat(Shared.log().await("conversation-events", 3, Duration.ofSeconds(10), entry -> entry.key().equals(id))).hasSize(3);
    }

    /// Who has lost the answer must not be told that nothing was done.
    @Test
    void theSameKeyGivesTheFirstAnswerThoughTheAssigneeWasDeactivatedSince() {
        String id = Shared.conversation();
        String dora = Shared.fresh("dora");
        Shared.putAgent(dora, true);
        Answer first = Shared.client("ana").assign(id, dora, "Idempotency-Key", "key-1", "If-Match", "\"2\"");
        assertThat(first.text("assignee")).isEqualTo(dora);
        Shared.putAgent(dora, false);

        Answer again = Shared.client("ana").assign(id, dora, "Idempotency-Key", "key-1", "If-Match", "\"2\"");
        assertThat(again.status()).as(again.toString()).isEqualTo(200);
        assertThat(again.body().path("duplicate").asBoolean()).isTrue();
        assertThat(again.body().path("events")).isEqualTo(first.body().path("events"));
        assertThat(Shared.client("ben").assign(id, dora, "Idempotency-Key", "key-1").type()).as("another's key").isEqualTo("command-id-reused");

        // What nobody has sent before is refused, with a key or without, and the refusal of a key is the log's: it is kept.
        Answer keyless = Shared.client("sam").assign(id, dora);
        Answer keyed = Shared.client("sam").assign(id, dora, "Idempotency-Key", "key-2");
        for (Answer refused : List.of(keyless, keyed, Shared.client("ben").get("/api/commands/key-2?conversationId=" + id))) {
            assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
            assertThat(refused.type()).isEqualTo("invalid-field");
            assertThat(refused.text("field")).isEqualTo("agentId");
            assertThat(refused.text("detail")).isEqualTo("agentId names a deactivated agent");
        }
        assertThat(Shared.client("sam").assign(id, "nobody", "Idempotency-Key", "key-3").type()).isEqualTo("agent-not-found");
        assertThat(Shared.client("sam").get("/api/commands/key-3?conversationId=" + id).type()).isEqualTo("command-not-found");
        assertThat(Shared.client("ana").conversation(id, 3).body().path("version").asLong()).isEqualTo(3);
    }

    @Test
    void aLostRefusalCanBeLookedUpToo() {
        String id = Shared.conversation();
        Shared.client("ana").assign(id, "ana");
        assertThat(Shared.client("ben").assign(id, "ben", "Idempotency-Key", "late").status()).isEqualTo(403);
        Answer looked = Shared.client("ben").get("/api/commands/late?conversationId=" + id);
        assertThat(looked.status()).isEqualTo(403);
        assertThat(looked.type()).isEqualTo("not-owner");
    }

    @Test
    void aCommandForAVersionThatIsGoneIsRefusedWithThePresentOne() {
        String id = Shared.conversation();
        Answer claimed = Shared.client("ana").assign(id, "ana", "If-Match", "\"2\"");
        assertThat(claimed.status()).isEqualTo(200);
        Answer stale = Shared.client("ana").reply(id, "hello", "If-Match", "\"2\"");
        assertThat(stale.status()).isEqualTo(412);
        assertThat(stale.type()).isEqualTo("version-mismatch");
        assertThat(stale.body().path("version").asLong()).isEqualTo(3);
        assertThat(Shared.client("ana").reply(id, "hello", "If-Match", "\"3\"").status()).isEqualTo(200);
    }

    @Test
    void aRepeatedPostOfAMessageOpensNoSecondConversation() {
        String messageId = Shared.fresh("m");
        String body = "{\"channel\":\"web\",\"messageId\":\"" + messageId + "\",\"visitor\":{\"id\":\"vera\"},\"text\":\"hello\"}";
        Answer first = Shared.client("webchat").post("/api/channel-messages", body);
        Answer second = Shared.client("webchat").post("/api/channel-messages", body);
        assertThat(first.status()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        String id = first.text("conversationId");
        Journey.awaitConversation(Shared.client("ana"), id);
        // A later message is behind both on the same log: when it is there, the repetition has been decided.
        Shared.client("webchat").message(id, Shared.fresh("m"), "later");
        assertThat(Shared.client("ana").conversation(id, 3).body().at("/lastMessage/text").asText()).isEqualTo("later");
    }

    @Test
    void theFirstReplyClaimsAndCompletingUnassigns() {
        String id = Shared.conversation();
        Answer reply = Shared.client("chloe").reply(id, "hello");
        assertThat(reply.text("assignee")).isEqualTo("chloe");
        assertThat(reply.body().path("events")).hasSize(2);
        assertThat(Shared.client("ana").post("/api/conversations/" + id + "/complete", null).type()).isEqualTo("not-owner");
        Answer completed = Shared.client("chloe").post("/api/conversations/" + id + "/complete", null);
        assertThat(completed.text("status")).isEqualTo("completed");
        assertThat(completed.body().path("assignee").isNull()).isTrue();
        assertThat(Shared.client("ana").assign(id, "ana").type()).isEqualTo("conversation-completed");
        assertThat(Shared.client("ana").assign(id, "ana").status()).isEqualTo(409);
        assertThat(Shared.client("ana").post("/api/conversations/" + id + "/reopen", null).text("status")).isEqualTo("open");
    }

    @ParameterizedTest(name = "{0} {1} {2} -> {3} {4}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "PUT  | /api/conversations/nope/assignee | {\"agentId\":\"ana\"}     | 404 | conversation-not-found",
        "PUT  | /api/conversations/nope/assignee | {\"agentId\":\"nobody\"}  | 404 | agent-not-found",
        "PUT  | /api/conversations/nope/assignee | {\"agentId\":\"\"}        | 422 | invalid-field",
        "PUT  | /api/conversations/nope/assignee | {\"agentId\":5}           | 400 | malformed",
        "PUT  | /api/conversations/nope/assignee | {}                        | 422 | invalid-field",
        "PUT  | /api/conversations/nope/assignee | {\"agentId\"              | 400 | malformed",
        "PUT  | /api/conversations/nope/assignee | []                        | 400 | malformed",
        "PUT  | /api/conversations/nope/assignee | {\"agentId\":[\"ana\"]}   | 400 | malformed",
        "PUT  | /api/conversations/nope/assignee | \"ana\"                   | 400 | malformed",
        "PUT  | /api/conversations/nope/assignee | [{\"agentId\":\"ana\"}]   | 400 | malformed",
        "POST | /api/conversations/nope/replies  | \"hello\"                 | 400 | malformed",
        "POST | /api/conversations/nope/replies  | {\"text\":[\"hello\"]}    | 400 | malformed",
        "POST | /api/conversations/no%20pe/complete | {}                     | 422 | invalid-field",
        "POST | /api/conversations/nope/replies  | {\"text\":\"  \"}         | 422 | invalid-field",
        "POST | /api/conversations/nope/replies  | {\"text\":\"\\u0000\"}    | 422 | invalid-field",
        "POST | /api/conversations/nope/replies  | {\"text\":\"\\u200b \"}   | 422 | invalid-field",
        "POST | /api/conversations/nope/replies  | {\"text\":\"\\ud800\"}    | 422 | invalid-field",
        "POST | /api/conversations/nope/replies  | {\"text\":\"hello\"}      | 404 | conversation-not-found",
        "GET  | /api/inbox?limit=0               | ``                        | 422 | invalid-field",
        "GET  | /api/inbox?limit=x               | ``                        | 400 | malformed",
        "GET  | /api/inbox?sort=random           | ``                        | 422 | invalid-field",
        "GET  | /api/inbox?cursor=zzz            | ``                        | 422 | invalid-field",
        "GET  | /api/inbox?assignment=group:none | ``                        | 404 | group-not-found",
        "GET  | /api/inbox/conversations/nope    | ``                        | 404 | conversation-not-found",
        "GET  | /api/inbox/conversations/nope/thread | ``                    | 404 | conversation-not-found",
        "GET  | /api/commands/k                  | ``                        | 400 | malformed",
        "GET  | /api/nothing                     | ``                        | 404 | not-found",
        "POST | /api/me                          | {}                        | 405 | method-not-allowed",
    })
    void badInputGetsAClearAnswer(String method, String path, String body, int status, String type) {
        Client ana = Shared.client("ana");
        Answer answer = switch (method) {
            case "GET" -> ana.get(path);
            case "PUT" -> ana.put(path, body);
            default -> ana.post(path, body);
        };
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.type()).isEqualTo(type);
        assertThat(answer.raw().headers().firstValue("Content-Type")).hasValueSatisfying(t -> assertThat(t).startsWith("application/problem+json"));
        assertThat(answer.text("detail")).isNotBlank().doesNotContain("Exception").doesNotContain("baton.");
    }

    /// As on the topic, where each of them is a dead letter.
    @ParameterizedTest
    @ValueSource(strings = {"channel", "messageId", "visitor", "text", "conversationId", "sentAt"})
    void aMessageWithAValueInAnArrayIsMalformed(String field) throws IOException {
        Client webchat = Shared.client("webchat");
        ObjectNode message = (ObjectNode) Json.MAPPER.readTree("""
                {"channel":"web","conversationId":"c-array","messageId":"m","visitor":{"id":"vera"},"text":"hello","sentAt":"2026-01-01T00:00:00Z"}""");
        message.set(field, Json.MAPPER.createArrayNode().add(message.get(field)));
        Answer answer = webchat.post("/api/channel-messages", message.toString());
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.type()).isEqualTo("malformed");
    }

    @Test
    void membersOfAGroupThatAreNoListAreMalformed() {
        Answer answer = Shared.client("sam").put("/api/groups/lone", "{\"name\":\"Lone\",\"members\":\"ana\"}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(answer.type()).isEqualTo("malformed");
    }

    @Test
    void onlyAChannelPostsMessagesAndAChannelDoesNothingElse() {
        String message = "{\"channel\":\"web\",\"messageId\":\"m\",\"visitor\":{\"id\":\"vera\"},\"text\":\"hello\"}";
        for (String path : new String[] {"/api/channel-messages", "/api/channel-messages/"}) {
            assertThat(Shared.client("sam").post(path, message).status()).as(path).isEqualTo(403);
            assertThat(Client.anonymous(Shared.baton().url()).post(path, message).status()).as(path).isEqualTo(401);
        }
        for (String path : new String[] {"/api/me", "/api/agents", "/api/inbox", "/api/notifications", "/api/inbox/counts"}) {
            assertThat(Shared.client("webchat").get(path).status()).as(path).isEqualTo(403);
            assertThat(Client.anonymous(Shared.baton().url()).get(path).status()).as(path).isEqualTo(401);
        }
    }

    @Test
    void rolesAndActiveStateAreReadAtEachRequest() {
        Client sam = Shared.client("sam");
        assertThat(Shared.client("ana").put("/api/agents/zoe", "{\"name\":\"Zoe\",\"role\":\"agent\",\"active\":true}").type()).isEqualTo("forbidden");
        assertThat(sam.put("/api/agents/zoe", "{\"name\":\"Zoe\",\"role\":\"agent\",\"active\":true}").status()).isEqualTo(200);
        Client zoe = Tokens.of(Shared.baton(), "zoe");
        assertThat(zoe.get("/api/me").status()).isEqualTo(200);
        sam.put("/api/agents/zoe", "{\"name\":\"Zoe\",\"role\":\"agent\",\"active\":false}");
        assertThat(zoe.get("/api/me").status()).isEqualTo(403);
        assertThat(zoe.get("/api/notifications/stream").status()).isEqualTo(403);
        assertThat(Shared.client("ana").assign(Shared.conversation(), "zoe").status()).isEqualTo(422);
        assertThat(Tokens.of(Shared.baton(), "nobody").get("/api/me").status()).isEqualTo(403);
        assertThat(Client.withToken(Shared.baton().url(), zoe.token() + "x").get("/api/me").status()).isEqualTo(401);
    }

    @Test
    void aTextAtTheBoundIsTakenAndOneAboveIsNot() {
        String id = Shared.conversation();
        assertThat(Shared.client("ana").reply(id, "x".repeat(10_001)).text("detail")).contains("10000");
        assertThat(Shared.client("ana").reply(id, "\\ud83d\\ude00".repeat(10_000)).status()).isEqualTo(200);
        Answer large = Shared.client("ana").reply(id, "x".repeat(2_000_000));
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.type()).isEqualTo("too-large");
    }

    @Test
    void malformedRecordsBecomeDeadLettersWhileTheirNeighboursGoOn() {
        Log log = Shared.log();
        String id = Shared.fresh("c");
        log.write("channel-messages", 1, Log.bytes(id), Log.bytes("{not json"));
        log.write("channel-messages", 1, null, Log.bytes("{\"messageId\":\"m\",\"text\":\"" + id + "\"}"));
        log.write("channel-messages", 1, Log.bytes(id), Log.bytes("{\"messageId\":\"m-1\",\"channel\":\"web\",\"visitor\":{\"id\":\"v\"}}"));
        log.write("channel-messages", 1, Log.bytes(id), Log.bytes("{\"messageId\":\"m-2\",\"channel\":\"web\",\"visitor\":{\"id\":\"v\"},\"text\":\"good\",\"new\":1}"));
        Journey.awaitConversation(Shared.client("ana"), id);
        List<Log.Entry> letters = log.await("dead-letters", 3, Duration.ofSeconds(10),
                letter -> id.equals(letter.key()) || letter.value() != null && letter.value().contains(id));
        assertThat(letters).extracting(letter -> letter.headers().get("baton-reason")).containsExactly(
                "not JSON: line 1, column 2", "the key is missing; it is the conversation id", "text is missing");
        assertThat(letters.getFirst().value()).isEqualTo("{not json");
        assertThat(letters.getFirst().headers()).containsEntry("baton-origin-topic", "channel-messages").containsEntry("baton-origin-partition", "1");
    }

    @Test
    void rubbishOnTheCommandsIsADeadLetterAndHoldsNobodyUp() {
        String id = Shared.conversation();
        byte[] key = Log.bytes(id);
        int home = baton.runtime.KafkaClients.partition(key, 4);
        Shared.log().write("conversation-commands", home, key, Log.bytes("rubbish"));
        Shared.log().write("conversation-commands", (home + 1) % 4, key, Log.bytes("{\"rulesVersion\":1}"));
        assertThat(Shared.client("ana").assign(id, "ana").status()).isEqualTo(200);
        assertThat(Shared.log().await("dead-letters", 2, Duration.ofSeconds(10), letter -> id.equals(letter.key())))
                .extracting(letter -> letter.headers().get("baton-reason"))
                .containsExactlyInAnyOrder("not JSON: line 1, column 1", "the conversation belongs to partition " + home);
    }
}
