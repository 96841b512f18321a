package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The feed, what was read of it, and the settings, over HTTP. Each test has an agent of its own, whose feed begins with her.
class NotificationsIT {

    @RegisterExtension
    final NothingLoggedAsError nothingLoggedAsError = new NothingLoggedAsError();

    /// What she should have been told is computed from the topic: her own records and everyone's, but for those of before she was there.
    @Test
    void pagesTheFeedBackwardsWithoutLossOrRepeat() {
        String agent = Shared.fresh("reader");
        Instant since = Instant.now();
        Client client = Shared.freshAgent(agent);
        String last = tell(agent, 23);
        Set<String> told = Set.copyOf(Shared.log().read("notifications").stream()
                .filter(entry -> entry.key().equals(agent) || entry.key().equals("*"))
                .map(entry -> Auditor.read(entry.value()))
                .filter(notification -> Instant.parse(notification.path("at").asText()).isAfter(since))
                .map(notification -> notification.path("eventId").asText())
                .toList());

        Answer all = client.get("/api/notifications?limit=200");
        List<JsonNode> items = items(all);
        assertThat(items).extracting(item -> item.path("eventId").asText()).containsExactlyInAnyOrderElementsOf(told).startsWith(last)
                .hasSizeGreaterThanOrEqualTo(25);
        assertThat(items).isSortedAccordingTo(Comparator.<JsonNode, Instant>comparing(item -> Instant.parse(item.path("at").asText()))
                .thenComparing(item -> item.path("conversationId").asText())
                .thenComparing(item -> item.path("version").asLong()).reversed());
        assertThat(all.body().path("nextBefore").isNull()).isTrue();
        for (int limit : new int[] {1, 7, items.size() - 1, items.size()}) {
            List<JsonNode> walked = new ArrayList<>();
            String before = null;
            do {
                Answer page = client.get("/api/notifications?limit=" + limit + (before == null ? "" : "&before=" + before));
                before = page.text("nextBefore");
                assertThat(items(page)).hasSizeBetween(before == null ? 1 : limit, limit);
                assertThat(page.body().path("unread").asInt()).as("of the whole feed").isEqualTo(items.size());
                walked.addAll(items(page));
            } while (before != null);
            assertThat(walked).as("by " + limit).isEqualTo(items);
        }
        assertThat(items(client.get("/api/notifications?limit=200&before=" + items.get(9).path("id").asText()))).isEqualTo(items.subList(10, items.size()));
        assertThat(items(client.get("/api/notifications?before=1-1-c"))).as("older than all").isEmpty();
        assertThat(items(client.get("/api/notifications?before=999999999999999-1-c&limit=1"))).as("newer than all").isEqualTo(items.subList(0, 1));
    }

    @Test
    void aPageHoldsFiftyUnlessAskedOtherwise() {
        String agent = Shared.fresh("busy");
        Client client = Shared.freshAgent(agent);
        tell(agent, 51);
        Answer page = client.get("/api/notifications");
        assertThat(items(page)).hasSize(50);
        assertThat(page.text("nextBefore")).isEqualTo(items(page).getLast().path("id").asText());
    }

    @Test
    void readingMovesTheMarkForwardAndNeverBack() {
        String agent = Shared.fresh("marker");
        Client client = Shared.freshAgent(agent);
        String colleague = Shared.fresh("colleague");
        Client other = Shared.freshAgent(colleague);
        tell(agent, 10);
        List<JsonNode> items = items(client.get("/api/notifications?limit=200"));
        int all = items.size();
        int unreadOfOther = other.get("/api/notifications").body().path("unread").asInt();
        assertThat(client.get("/api/notifications").body().path("unread").asInt()).isEqualTo(all);

        assertThat(read(client, items.get(4))).isEqualTo(4);
        assertThat(unreadFlags(client)).isEqualTo(flags(all, 4));
        assertThat(read(client, items.get(7))).as("an older one").isEqualTo(4);
        assertThat(read(client, items.get(4))).as("the same").isEqualTo(4);
        assertThat(client.post("/api/notifications/read", "{\"upTo\":\"1-1-c\"}").body().path("unread").asInt()).as("long ago").isEqualTo(4);
        assertThat(unreadFlags(client)).isEqualTo(flags(all, 4));
        assertThat(read(client, items.get(1))).isEqualTo(1);
        assertThat(read(client, items.getFirst())).isZero();
        assertThat(unreadFlags(client)).isEqualTo(flags(all, 0));
        assertThat(read(client, items.get(9))).isZero();
        assertThat(other.get("/api/notifications").body().path("unread").asInt()).as("of somebody else").isEqualTo(unreadOfOther);

        String more = tell(agent, 1);
        Answer feed = client.get("/api/notifications");
        assertThat(items(feed).getFirst().path("eventId").asText()).isEqualTo(more);
        assertThat(feed.body().path("unread").asInt()).as("what came since").isEqualTo((int) items(feed).stream()
                .filter(item -> items.stream().noneMatch(known -> known.path("id").equals(item.path("id")))).count());
    }

    /// Several pages of one agent, or one whose requests overtake each other.
    @Test
    void theFurthestOfManyMarksAtOnceIsTheOneThatStays() {
        String agent = Shared.fresh("racer");
        Client client = Shared.freshAgent(agent);
        tell(agent, 20);
        List<JsonNode> items = items(client.get("/api/notifications?limit=200"));
        List<JsonNode> shuffled = new ArrayList<>(items.subList(2, items.size()));
        Collections.shuffle(shuffled, new Random(20_261_122));
        List<CompletableFuture<Integer>> marks = shuffled.stream().map(item -> CompletableFuture.supplyAsync(() -> read(client, item))).toList();

        assertThat(marks).extracting(CompletableFuture::join).allSatisfy(unread -> assertThat(unread).isGreaterThanOrEqualTo(2)).contains(2);
        assertThat(client.get("/api/notifications").body().path("unread").asInt()).isEqualTo(2);
        List<Log.Entry> written = Shared.log().read("notification-reads").stream().filter(entry -> entry.key().equals(agent)).toList();
        assertThat(Auditor.read(written.getLast().value()).path("upTo")).as("what a restart reads").isEqualTo(items.get(2).path("id"));
    }

    @Test
    void keepsTheSettingsOfEachAgentApart() {
        String agent = Shared.fresh("chooser");
        Client client = Shared.freshAgent(agent);
        Client other = Shared.freshAgent(Shared.fresh("other"));
        assertThat(client.get("/api/notifications/settings").body().toString()).isEqualTo("{\"desktop\":false,\"audio\":false}");
        for (String chosen : List.of("{\"desktop\":true,\"audio\":false}", "{\"desktop\":true,\"audio\":true}", "{\"desktop\":false,\"audio\":true}")) {
            assertThat(client.put("/api/notifications/settings", chosen).body().toString()).isEqualTo(chosen);
            assertThat(client.get("/api/notifications/settings").body().toString()).isEqualTo(chosen);
            assertThat(other.get("/api/notifications/settings").body().toString()).isEqualTo("{\"desktop\":false,\"audio\":false}");
        }
    }

    /// Nothing takes an agent's id: whatever is sent, it is the caller's own.
    @Test
    void nobodyReachesWhatIsSomebodyElses() {
        String victim = Shared.fresh("victim");
        Client hers = Shared.freshAgent(victim);
        Client thief = Shared.freshAgent(Shared.fresh("thief"));
        tell(victim, 3);
        assertThat(hers.put("/api/notifications/settings", "{\"desktop\":true,\"audio\":false}").status()).isEqualTo(200);
        List<JsonNode> items = items(hers.get("/api/notifications?limit=200"));
        String newest = items.getFirst().path("id").asText();

        String me = "agentId=" + victim + "&agent=" + victim + "&id=" + victim + "&key=" + victim;
        for (JsonNode item : items(thief.get("/api/notifications?limit=200&" + me))) {
            assertThat(item.path("assignee").asText()).isNotEqualTo(victim);
        }
        for (String path : List.of("/api/notifications/" + victim, "/api/notifications/settings/" + victim, "/api/agents/" + victim + "/notifications")) {
            assertThat(thief.get(path).status()).as(path).isIn(404, 405);
        }
        assertThat(thief.get("/api/notifications/settings?" + me).body().path("desktop").asBoolean()).isFalse();
        assertThat(thief.put("/api/notifications/settings?" + me, "{\"desktop\":false,\"audio\":true,\"agentId\":\"" + victim + "\"}").status())
                .isEqualTo(200);
        assertThat(thief.post("/api/notifications/read?" + me, "{\"upTo\":\"" + newest + "\",\"agentId\":\"" + victim + "\"}").status()).isEqualTo(200);

        assertThat(hers.get("/api/notifications/settings").body().toString()).isEqualTo("{\"desktop\":true,\"audio\":false}");
        assertThat(hers.get("/api/notifications?limit=200").body().path("unread").asInt()).isGreaterThanOrEqualTo(items.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /api/notifications", "POST /api/notifications/read", "GET /api/notifications/settings",
        "PUT /api/notifications/settings", "GET /api/notifications/stream"})
    void isForAgentsOnly(String endpoint) {
        String[] parts = endpoint.split(" ");
        Answer channel = send(Shared.client("webchat"), parts[0], parts[1], "{\"upTo\":\"1-1-c\",\"desktop\":true,\"audio\":true}");
        assertThat(channel.status()).isEqualTo(403);
        assertThat(channel.type()).isEqualTo("forbidden");
        assertThat(channel.text("detail")).contains("channel");
        Answer nobody = send(Client.anonymous(Shared.baton().url()), parts[0], parts[1], "{}");
        assertThat(nobody.status()).isEqualTo(401);
        assertThat(nobody.type()).isEqualTo("unauthorized");
    }

    @ParameterizedTest(name = "{0} {1} {2} -> {3} {4} {5}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = {
        "GET  | /api/notifications?limit=0                    | -                                   | 422 | invalid-field | limit",
        "GET  | /api/notifications?limit=201                  | -                                   | 422 | invalid-field | limit",
        "GET  | /api/notifications?limit=x                    | -                                   | 400 | malformed     | limit",
        "GET  | /api/notifications?before=                    | -                                   | 422 | invalid-field | before",
        "GET  | /api/notifications?before=x                   | -                                   | 422 | invalid-field | before",
        "GET  | /api/notifications?before=1-2                 | -                                   | 422 | invalid-field | before",
        "GET  | /api/notifications?before=9999999999999999-1-c | -                                  | 422 | invalid-field | before",
        "POST | /api/notifications/read                       | {}                                  | 422 | invalid-field | upTo",
        "POST | /api/notifications/read                       | {\"upTo\":null}                     | 422 | invalid-field | upTo",
        "POST | /api/notifications/read                       | {\"upTo\":\"\"}                     | 422 | invalid-field | upTo",
        "POST | /api/notifications/read                       | {\"upTo\":\"c:2\"}                  | 422 | invalid-field | upTo",
        "POST | /api/notifications/read                       | {\"upTo\":\"999999999999999-1-c\"}  | 422 | invalid-field | upTo",
        "POST | /api/notifications/read                       | {\"upTo\":5}                        | 400 | malformed     | -",
        "POST | /api/notifications/read                       | null                                | 400 | malformed     | -",
        "POST | /api/notifications/read                       | []                                  | 400 | malformed     | -",
        "POST | /api/notifications/read                       | {\"upTo\"                           | 400 | malformed     | -",
        "PUT  | /api/notifications/settings                   | {}                                  | 422 | invalid-field | desktop",
        "PUT  | /api/notifications/settings                   | {\"audio\":true}                    | 422 | invalid-field | desktop",
        "PUT  | /api/notifications/settings                   | {\"desktop\":true}                  | 422 | invalid-field | audio",
        "PUT  | /api/notifications/settings                   | {\"desktop\":true,\"audio\":null}   | 422 | invalid-field | audio",
        "PUT  | /api/notifications/settings                   | {\"desktop\":\"yes\",\"audio\":true} | 400 | malformed    | -",
        "PUT  | /api/notifications/settings                   | {\"desktop\":1,\"audio\":true}      | 400 | malformed     | -",
        "PUT  | /api/notifications/settings                   | {\"desktop\":\"true\",\"audio\":true} | 400 | malformed   | -",
        "PUT  | /api/notifications/settings                   | []                                  | 400 | malformed     | -",
        "PUT  | /api/notifications/settings                   | true                                | 400 | malformed     | -",
        "PUT  | /api/notifications/settings                   | {                                   | 400 | malformed     | -",
        "DELETE | /api/notifications/settings                 | -                                   | 405 | method-not-allowed | -",
    })
    void saysWhichValueItCannotTake(String method, String path, String body, int status, String type, String field) {
        String settings = Shared.client("chloe").get("/api/notifications/settings").body().toString();
        Answer answer = send(Shared.client("chloe"), method, path, body);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.type()).isEqualTo(type);
        assertThat(answer.text("field")).isEqualTo(field);
        assertThat(answer.text("detail")).isNotBlank().doesNotContain("baton.").doesNotContain("Exception");
        assertThat(answer.raw().headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(Shared.client("chloe").get("/api/notifications/settings").body().toString()).as("nothing has changed").isEqualTo(settings);
    }

    private static Answer send(Client client, String method, String path, String body) {
        return switch (method) {
            case "GET" -> client.get(path);
            case "PUT" -> client.put(path, body);
            case "DELETE" -> client.delete(path);
            default -> client.post(path, body);
        };
    }

    /// Tells an agent of so many messages in a conversation that ben gives to her, after everyone was told of its first; returns the
    /// id of the last event, which is in her feed then.
    private static String tell(String agent, int messages) {
        String id = Shared.conversation();
        assertThat(Shared.client("ben").assign(id, agent).status()).isEqualTo(200);
        for (int i = 0; i < messages; i++) {
            assertThat(Shared.client("webchat").message(id, "m-" + i, "line " + i).status()).isEqualTo(202);
        }
        String last = id + ":" + (3 + messages);
        Journey.awaitNotification(Tokens.of(Shared.baton(), agent), last);
        Journey.awaitNotification(Tokens.of(Shared.baton(), agent), id + ":2"); // on a partition of its own
        return last;
    }

    private static int read(Client client, JsonNode item) {
        Answer answer = client.post("/api/notifications/read", "{\"upTo\":\"" + item.path("id").asText() + "\"}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return answer.body().path("unread").asInt();
    }

    private static List<Boolean> unreadFlags(Client client) {
        return items(client.get("/api/notifications?limit=200")).stream().map(item -> item.path("read").asBoolean()).toList();
    }

    private static List<Boolean> flags(int all, int unread) {
        List<Boolean> flags = new ArrayList<>(Collections.nCopies(unread, false));
        flags.addAll(Collections.nCopies(all - unread, true));
        return flags;
    }

    private static List<JsonNode> items(Answer feed) {
        assertThat(feed.status()).as(feed.toString()).isEqualTo(200);
        return StreamSupport.stream(feed.body().path("items").spliterator(), false).toList();
    }
}
