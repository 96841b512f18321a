package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;

/// The story that Baton exists for, told by outsiders: a channel with a Kafka client, agents with HTTP. Played on every kind of
/// broker there is.
final class Journey {

    private Journey() {
    }

    static void play(String url, String bootstrapServers, String password) {
        Client ana = Client.signIn(url, "ana", password);
        Client ben = Client.signIn(url, "ben", password);
        Client sam = Client.signIn(url, "sam", password);
        Log log = new Log(bootstrapServers);
        String id = "journey-" + UUID.randomUUID();

        // A visitor writes, through a foreign client.
        log.write("channel-messages", 0, Log.bytes(id), Log.bytes("""
                {"messageId":"m-1","channel":"web","visitor":{"id":"vera","name":"Vera"},"text":"Where is my parcel?","mood":"unknown fields are fine"}"""));
        awaitConversation(ana, id);
        Answer item = ana.conversation(id, 2);
        assertThat(item.body().at("/lastMessage/text").asText()).isEqualTo("Where is my parcel?");
        assertThat(item.body().at("/assignee").isNull()).isTrue();
        assertThat(ids(ana.get("/api/inbox?assignment=unassigned&limit=200"))).contains(id);

        // Everybody is told.
        for (Client agent : List.of(ana, ben, sam)) {
            assertThat(awaitNotification(agent, id + ":2").path("type").asText()).isEqualTo("message.received");
        }

        // Ana takes it; Ben is too late, and is told who has it.
        Answer claimed = ana.assign(id, "ana");
        assertThat(claimed.status()).as(claimed.toString()).isEqualTo(200);
        assertThat(claimed.raw().headers().firstValue("ETag")).contains("\"3\"");
        Answer late = ben.assign(id, "ben");
        assertThat(late.status()).isEqualTo(403);
        assertThat(late.type()).isEqualTo("not-owner");
        assertThat(late.body().at("/owner/name").asText()).isEqualTo("Ana");

        // The thread tells agents so.
        assertThat(ana.conversation(id, 3).text("assignee")).isEqualTo("ana");
        JsonNode status = ben.get("/api/inbox/conversations/" + id + "/thread?minVersion=3").body().at("/entries/1");
        assertThat(status.path("kind").asText()).isEqualTo("status");
        assertThat(status.path("type").asText()).isEqualTo("conversation.assigned");
        assertThat(status.path("assignee").asText()).isEqualTo("ana");

        // Ben may answer all the same; it stays Ana's. The visitor's channel gets the answer and nothing else.
        assertThat(ben.reply(id, "It is on its way.").body().path("assignee").asText()).isEqualTo("ana");
        Log.Entry reply = log.await("conversation-replies", 1, Duration.ofSeconds(10), entry -> entry.key().equals(id)).getFirst();
        assertThat(reply.value()).contains("It is on its way.").doesNotContain("ben").doesNotContain("ana");

        // Sam hands it to Ben, who is told; Sam is not.
        assertThat(sam.assign(id, "ben").status()).isEqualTo(200);
        JsonNode told = awaitNotification(ben, id + ":5");
        assertThat(told.path("type").asText()).isEqualTo("conversation.assigned");
        assertThat(told.path("by").asText()).isEqualTo("sam");

        // Ben completes it: it is nobody's, and history knows whose it was.
        Answer completed = ben.post("/api/conversations/" + id + "/complete", null);
        assertThat(completed.body().path("status").asText()).isEqualTo("completed");
        assertThat(completed.body().path("assignee").isNull()).isTrue();
        assertThat(ids(ana.get("/api/inbox?status=completed&limit=200&after=" + id + "@7"))).contains(id);

        // The visitor writes again, and it is back.
        log.write("channel-messages", null, Log.bytes(id), Log.bytes("""
                {"messageId":"m-2","channel":"web","visitor":{"id":"vera"},"text":"It is broken."}"""));
        Answer reopened = ana.conversation(id, 9);
        assertThat(reopened.text("status")).isEqualTo("open");
        assertThat(ids(ana.get("/api/inbox?assignment=unassigned&limit=200"))).contains(id);
        assertThat(awaitNotification(ana, id + ":8").path("type").asText()).isEqualTo("conversation.reopened");

        // The log has it all, once and in order.
        List<Log.Entry> events = log.await("conversation-events", 9, Duration.ofSeconds(10), entry -> entry.key().equals(id));
        assertThat(events).extracting(Log.Entry::type).containsExactly("conversation.opened", "message.received",
                "conversation.assigned", "reply.sent", "conversation.assigned", "conversation.unassigned",
                "conversation.completed", "conversation.reopened", "message.received");
        assertThat(events).extracting(entry -> entry.headers().get("ce_id"))
                .containsExactly(id + ":1", id + ":2", id + ":3", id + ":4", id + ":5", id + ":6", id + ":7", id + ":8", id + ":9");
        List<String> notified = StreamSupport.stream(ana.get("/api/notifications?limit=200").body().path("items").spliterator(), false)
                .filter(entry -> entry.path("conversationId").asText().equals(id)).map(entry -> entry.path("eventId").asText()).toList();
        assertThat(notified).doesNotHaveDuplicates().containsExactly(id + ":8", id + ":2");
    }

    static void awaitConversation(Client client, String id) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (client.conversation(id, 1).status() != 200) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(id + " did not appear in the inbox");
            }
        }
    }

    static JsonNode awaitNotification(Client client, String eventId) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            Answer feed = client.get("/api/notifications?limit=200");
            for (JsonNode item : feed.body().path("items")) {
                if (item.path("eventId").asText().equals(eventId)) {
                    return item;
                }
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no notification of " + eventId + " in " + feed);
            }
        }
    }

    static List<String> ids(Answer page) {
        assertThat(page.status()).as(page.toString()).isEqualTo(200);
        return StreamSupport.stream(page.body().path("items").spliterator(), false)
                .map(item -> item.path("conversationId").asText()).toList();
    }
}
