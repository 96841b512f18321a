package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/// Checks Baton's promises from outside, with nothing but the topics and HTTP: written from the contract, not from the code.
final class Auditor {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, List<JsonNode>> history = new LinkedHashMap<>();
    private final Map<String, List<JsonNode>> byCommand = new HashMap<>();

    /// What a conversation is, by its events.
    private static final class Model {
        private boolean completed;
        private String owner;
        private long version;
    }

    private final Map<String, Model> models = new HashMap<>();
    private final Set<String> expectedNotifications = new TreeSet<>();

    /// Reads the public log, and finds versions that are missing, repeated or out of order (I3, I4).
    Auditor(Log log) {
        for (Log.Entry entry : log.read("conversation-events")) {
            JsonNode event = read(entry.value());
            ((com.fasterxml.jackson.databind.node.ObjectNode) event).put("type", entry.type());
            List<JsonNode> events = history.computeIfAbsent(entry.key(), _ -> new ArrayList<>());
            assertThat(event.path("version").asLong()).as("version of the next event of " + entry.key()).isEqualTo(events.size() + 1L);
            assertThat(entry.headers().get("ce_id")).isEqualTo(entry.key() + ":" + (events.size() + 1));
            fold(models.computeIfAbsent(entry.key(), _ -> new Model()), events.isEmpty() ? null : events.getLast(), event);
            events.add(event);
            byCommand.computeIfAbsent(event.path("commandId").asText(), _ -> new ArrayList<>()).add(event);
        }
    }

    private void fold(Model model, JsonNode previous, JsonNode event) {
        String id = event.path("conversationId").asText();
        String eventId = id + ":" + event.path("version").asLong();
        String actor = event.path("actor").path("id").asText();
        boolean byVisitor = event.path("actor").path("type").asText().equals("visitor");
        boolean reopenedByThisMessage = previous != null && previous.path("type").asText().equals("conversation.reopened")
                && previous.path("commandId").equals(event.path("commandId"));
        switch (event.path("type").asText()) {
            case "message.received" -> {
                if (!reopenedByThisMessage) {
                    expectedNotifications.add(eventId + " to " + (model.owner == null ? "*" : model.owner));
                }
            }
            case "conversation.reopened" -> {
                model.completed = false;
                if (byVisitor) {
                    expectedNotifications.add(eventId + " to *");
                }
            }
            case "conversation.assigned" -> {
                assertThat(text(event, "previousAssignee")).isEqualTo(model.owner);
                model.owner = text(event, "assignee");
                if (!Objects.equals(model.owner, actor)) {
                    expectedNotifications.add(eventId + " to " + model.owner);
                }
            }
            case "conversation.unassigned" -> {
                assertThat(text(event, "previousAssignee")).isEqualTo(model.owner);
                model.owner = null;
                if (text(event, "reason").equals("manual")) {
                    expectedNotifications.add(eventId + " to *");
                }
            }
            case "conversation.completed" -> model.completed = true;
            default -> { }
        }
        model.version = event.path("version").asLong();
    }

    /// The conversations on the log.
    Set<String> conversations() {
        return models.keySet();
    }

    /// I1, I2, I6: an acknowledged command is on the log once, at the place that the caller was told.
    void checkAcknowledged(String key, Answer answer) {
        String id = answer.text("conversationId");
        List<Long> told = new ArrayList<>();
        answer.body().path("events").forEach(event -> told.add(event.path("version").asLong()));
        List<Long> logged = byCommand.getOrDefault(key, List.of()).stream().filter(event -> event.path("conversationId").asText().equals(id))
                .map(event -> event.path("version").asLong()).toList();
        assertThat(logged).as("events of command " + key + ", answered " + answer.body()).isEqualTo(told);
    }

    /// A refused command has left no event.
    void checkRefused(String key) {
        assertThat(byCommand).doesNotContainKey(key);
    }

    /// I7: the inbox equals the fold of the log, row by row, walked page by page, and its counters equal its lists.
    void checkInbox(Client client) {
        for (Map.Entry<String, Model> entry : models.entrySet()) {
            Answer row = client.conversation(entry.getKey(), entry.getValue().version);
            assertThat(row.status()).as(entry.getKey()).isEqualTo(200);
            assertThat(row.body().path("stale").asBoolean()).isFalse();
            assertThat(row.body().path("version").asLong()).isEqualTo(entry.getValue().version);
            assertThat(row.text("assignee")).isEqualTo(entry.getValue().owner);
            assertThat(row.text("status")).isEqualTo(entry.getValue().completed ? "completed" : "open");
        }
        JsonNode counts = client.get("/api/inbox/counts").body();
        for (String sort : List.of("newest", "oldest", "waiting")) {
            assertThat(walk(client, "status=all&sort=" + sort)).containsExactlyInAnyOrderElementsOf(models.keySet());
            assertThat(walk(client, "status=completed&sort=" + sort)).hasSize(counts.path("completed").asInt());
            assertThat(walk(client, "assignment=unassigned&sort=" + sort)).hasSize(counts.path("unassigned").asInt());
            assertThat(walk(client, "assignment=me&sort=" + sort)).hasSize(counts.path("mine").asInt());
            assertThat(walk(client, "assignment=others&sort=" + sort)).hasSize(counts.path("others").asInt());
        }
        counts.path("byAgent").properties().forEach(agent ->
                assertThat(walk(client, "assignment=agent:" + agent.getKey())).as(agent.getKey()).hasSize(agent.getValue().asInt()));
        counts.path("byGroup").properties().forEach(group ->
                assertThat(walk(client, "assignment=group:" + group.getKey())).as(group.getKey()).hasSize(group.getValue().asInt()));
        long open = models.values().stream().filter(model -> !model.completed).count();
        assertThat(counts.path("unassigned").asInt() + counts.path("mine").asInt() + counts.path("others").asInt()).isEqualTo((int) open);
    }

    private static List<String> walk(Client client, String query) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            Answer page = client.get("/api/inbox?limit=7&" + query + (cursor == null ? "" : "&cursor=" + cursor));
            ids.addAll(Journey.ids(page));
            cursor = page.text("nextCursor");
        } while (cursor != null);
        assertThat(new HashSet<>(ids)).as(query).hasSize(ids.size());
        return ids;
    }

    /// I9: one notification per event and recipient, to whom the contract says, and nobody else.
    void checkNotifications(Log log) {
        List<String> told = log.await("notifications", expectedNotifications.size(), java.time.Duration.ofSeconds(20), _ -> true).stream()
                .map(entry -> read(entry.value()).path("eventId").asText() + " to " + entry.key())
                .toList();
        assertThat(told).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expectedNotifications);
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).isNull() || node.path(field).isMissingNode() ? null : node.path(field).asText();
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
