package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The demo's agents, and a history of theirs that has everything in it that views show.
record Agents(Client ana, Client ben, Client chloe, Client sam, Client webchat) {

    /// The conversations of the history.
    static final Set<String> STILL = IntStream.range(0, 16).mapToObj(i -> "s-" + i).collect(Collectors.toCollection(TreeSet::new));

    static Agents of(String url, String password) {
        return new Agents(Client.signIn(url, "ana", password), Client.signIn(url, "ben", password), Client.signIn(url, "chloe", password),
                Client.signIn(url, "sam", password), Client.signIn(url, "webchat", password));
    }

    List<Client> all() {
        return List.of(ana, ben, chloe, sam);
    }

    List<String> names() {
        return List.of("ana", "ben", "chloe", "sam");
    }

    void fill(Log log) {
        STILL.forEach(id -> ok(webchat.message(id, "m-1", "hello from " + id)));
        STILL.forEach(id -> Journey.awaitConversation(ana, id));
        activate("chloe", false);
        for (int i = 0; i < STILL.size(); i++) {
            String id = "s-" + i;
            switch (i % 6) {
                case 0 -> ok(ana.assign(id, "ana"));
                case 1 -> ok(ben.reply(id, "I have it."));
                case 2 -> ok(sam.assign(id, "ben"));
                case 3 -> {
                    ok(ana.reply(id, "Done."));
                    ok(ana.post("/api/conversations/" + id + "/complete", null));
                }
                case 4 -> {
                    ok(ben.assign(id, "ben"));
                    ok(ben.delete("/api/conversations/" + id + "/assignee"));
                }
                default -> {
                    ok(sam.post("/api/conversations/" + id + "/complete", null));
                    ok(webchat.message(id, "m-2", "still there?"));
                }
            }
            ok(webchat.message(id, "m-3", "thank you"));
        }
        activate("chloe", true);
        ok(webchat.message("s-0", "m-4", "one more"));
        // One more command stands behind all others of a conversation: when the views have it, they have all.
        for (String id : STILL) {
            long version = ok(sam.reply(id, "the end")).path("version").asLong();
            assertThat(ana.conversation(id, version).body().path("stale").asBoolean()).isFalse();
        }
        new Auditor(log).checkNotifications(log);
        log.read("notifications").stream().collect(Collectors.toMap(Log.Entry::partition, entry -> entry, (_, last) -> last)).values().forEach(last ->
                Journey.awaitNotification(all().get(Math.max(0, names().indexOf(last.key()))), Auditor.read(last.value()).path("eventId").asText()));
        String eighth = ok(ana.get("/api/notifications?limit=8")).path("items").get(7).path("id").asText();
        ok(ana.post("/api/notifications/read", "{\"upTo\":\"" + eighth + "\"}"));
        ok(ben.put("/api/notifications/settings", "{\"desktop\":true,\"audio\":false}"));
    }

    private void activate(String agent, boolean active) {
        ok(sam.put("/api/agents/" + agent, "{\"name\":\"Chloe\",\"role\":\"agent\",\"active\":" + active + "}"));
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isIn(200, 202);
        return answer.body();
    }
}
