package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/// Everything that the views show, as far as it goes: lists in each order, counts, rows, threads, feeds with what is read. To be compared
/// with itself.
record Views(Map<String, List<JsonNode>> lists, Map<String, JsonNode> counts, Map<String, JsonNode> threads, Map<String, JsonNode> feeds) {

    private static final List<String> REBUILT = List.of("/api/inbox/rebuild", "/api/notifications/rebuild");
    private static final Duration DONE_WITHIN = Duration.ofSeconds(120);

    /// What they show to these agents at this moment.
    static Views of(List<Client> agents, Set<String> conversations) {
        Client first = agents.getFirst();
        Map<String, List<JsonNode>> lists = new TreeMap<>();
        for (String status : List.of("open", "completed", "all")) {
            for (String sort : List.of("newest", "oldest", "waiting")) {
                lists.put(status + " " + sort, items(first.get("/api/inbox?limit=200&status=" + status + "&sort=" + sort)));
            }
        }
        for (String assignment : List.of("unassigned", "me", "others", "agent:ben", "group:sales")) {
            lists.put(assignment, items(first.get("/api/inbox?limit=200&assignment=" + assignment)));
        }
        Map<String, JsonNode> counts = new TreeMap<>();
        Map<String, JsonNode> feeds = new TreeMap<>();
        for (Client agent : agents) {
            String id = ok(agent.get("/api/me")).path("id").asText();
            counts.put(id, ok(agent.get("/api/inbox/counts")));
            feeds.put(id, feed(agent));
        }
        Map<String, JsonNode> threads = new TreeMap<>();
        conversations.forEach(id -> threads.put(id, ok(first.get("/api/inbox/conversations/" + id + "/thread?limit=200"))));
        return new Views(lists, counts, threads, feeds);
    }

    /// All pages of it as one.
    private static JsonNode feed(Client agent) {
        ObjectNode feed = (ObjectNode) ok(agent.get("/api/notifications?limit=200"));
        for (String before = feed.path("nextBefore").asText(null); before != null; ) {
            JsonNode page = ok(agent.get("/api/notifications?limit=200&before=" + before));
            feed.withArray("items").addAll((ArrayNode) page.path("items"));
            before = page.path("nextBefore").asText(null);
        }
        feed.remove("nextBefore");
        return feed;
    }

    private static List<JsonNode> items(Answer list) {
        return StreamSupport.stream(ok(list).path("items").spliterator(), false).toList();
    }

    private static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.body().path("partitionsMissing")).as(answer.toString()).isEmpty();
        return answer.body();
    }

    /// The events of an agent's feed.
    Set<String> told(String agent) {
        Set<String> told = new TreeSet<>();
        feeds.get(agent).path("items").forEach(item -> told.add(item.path("eventId").asText()));
        return told;
    }

    /// Asks for both rebuilds.
    static void rebuild(Client supervisor) {
        for (String path : REBUILT) {
            Answer begun = supervisor.post(path, null);
            assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
        }
    }

    /// Returns when both have come to their end.
    static void awaitRebuilt(Client supervisor, int number) {
        long deadline = System.nanoTime() + DONE_WITHIN.toNanos();
        for (String path : REBUILT) {
            Answer status = supervisor.get(path);
            while (status.status() != 200 || status.body().path("number").asInt() != number || !"done".equals(status.text("stage"))) {
                assertThat(System.nanoTime()).as(status.toString()).isLessThan(deadline);
                status = supervisor.get(path);
            }
            assertThat(status.body().path("folded")).isEqualTo(status.body().path("toFold"));
        }
    }
}
