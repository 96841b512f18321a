package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.inbox.stream.InboxService;
import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The inbox over HTTP: every parameter, and what is said of a value that it cannot have.
class InboxIT {

    private static final String NO_SUCH_VERSION = "999";

    @RegisterExtension
    final NothingLoggedAsError nothingLoggedAsError = new NothingLoggedAsError();

    /// Conversations of the selections' tests, by what they are called there, and the other way round.
    private static final Map<String, String> IDS = new HashMap<>();
    private static final Map<String, String> NAMES = new HashMap<>();

    /// Ivy has one conversation, Jo has one, nobody has a third; a fourth was Ivy's and is completed, a fifth was Jo's and given back.
    @BeforeAll
    static void fillTheInbox() {
        name("ivy", Shared.fresh("ivy"));
        name("jo", Shared.fresh("jo"));
        name("both", Shared.fresh("both"));
        name("only-jo", Shared.fresh("only-jo"));
        name("nobody", Shared.fresh("nobody"));
        Client ivy = Shared.freshAgent(IDS.get("ivy"));
        Client jo = Shared.freshAgent(IDS.get("jo"));
        Shared.putGroup(IDS.get("both"), IDS.get("ivy"), IDS.get("jo"));
        Shared.putGroup(IDS.get("only-jo"), IDS.get("jo"));
        Shared.putGroup(IDS.get("nobody"));
        for (String conversation : List.of("ivys", "jos", "free", "done", "back")) {
            name(conversation, Shared.conversation());
        }
        assertThat(ivy.assign(IDS.get("ivys"), IDS.get("ivy")).status()).isEqualTo(200);
        assertThat(jo.assign(IDS.get("jos"), IDS.get("jo")).status()).isEqualTo(200);
        assertThat(ivy.assign(IDS.get("done"), IDS.get("ivy")).status()).isEqualTo(200);
        assertThat(ivy.post("/api/conversations/" + IDS.get("done") + "/complete", null).status()).isEqualTo(200);
        assertThat(jo.assign(IDS.get("back"), IDS.get("jo")).status()).isEqualTo(200);
        assertThat(jo.delete("/api/conversations/" + IDS.get("back") + "/assignee").status()).isEqualTo(200);
        assertThat(ivy.conversation(IDS.get("ivys"), 3).text("assignee")).isEqualTo(IDS.get("ivy"));
        assertThat(ivy.conversation(IDS.get("jos"), 3).text("assignee")).isEqualTo(IDS.get("jo"));
        assertThat(ivy.conversation(IDS.get("done"), 5).text("status")).isEqualTo("completed");
        assertThat(ivy.conversation(IDS.get("back"), 4).body().path("assignee").isNull()).isTrue();
    }

    private static void name(String name, String id) {
        IDS.put(name, id);
        NAMES.put(id, name);
    }

    @ParameterizedTest(name = "{0} of {1} -> {2}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "-                              | open      | ivys jos free back",
        "unassigned                     | open      | free back",
        "me                             | open      | ivys",
        "others                         | open      | jos",
        "agent:ivy                      | open      | ivys",
        "agent:jo                       | open      | jos",
        "group:both                     | open      | ivys jos",
        "group:only-jo                  | open      | jos",
        "group:nobody                   | open      | -",
        "me unassigned                  | open      | ivys free back",
        "me others                      | open      | ivys jos",
        "others agent:ivy               | open      | ivys jos",
        "others group:only-jo           | open      | jos",
        "unassigned others              | open      | jos free back",
        "me others unassigned           | open      | ivys jos free back",
        "agent:ivy agent:jo             | open      | ivys jos",
        "me me agent:ivy                | open      | ivys",
        "group:only-jo unassigned me    | open      | ivys jos free back",
        "-                              | completed | done",
        "unassigned                     | completed | done",
        "me                             | completed | -",
        "agent:ivy                      | completed | -",
        "others                         | completed | -",
        "-                              | all       | ivys jos free back done",
        "unassigned                     | all       | free back done",
        "me                             | all       | ivys",
        "me unassigned                  | all       | ivys free back done",
    })
    void listsTheUnionOfWhatIsAskedFor(String assignments, String status, String expected) {
        StringBuilder query = new StringBuilder("status=" + status);
        for (String assignment : words(assignments)) {
            String[] parts = assignment.split(":");
            query.append("&assignment=").append(parts.length == 1 ? assignment : parts[0] + ":" + IDS.get(parts[1]));
        }
        for (String sort : List.of("newest", "oldest", "waiting")) {
            List<String> here = walk(ivy(), query + "&sort=" + sort, 100).stream().filter(NAMES::containsKey).map(NAMES::get).toList();
            assertThat(here).as(sort).containsExactlyInAnyOrderElementsOf(words(expected));
        }
    }

    private static List<String> words(String text) {
        return text == null ? List.of() : List.of(text.split(" "));
    }

    private static Client ivy() {
        return Tokens.of(Shared.baton(), IDS.get("ivy"));
    }

    @Test
    void showsOpenConversationsNewestFirstUnlessAskedOtherwise() {
        Client ivy = ivy();
        List<String> plain = Journey.ids(ivy.get("/api/inbox"));
        assertThat(plain).isEqualTo(Journey.ids(ivy.get("/api/inbox?status=open&sort=newest&limit=50"))).doesNotContain(IDS.get("done"));
    }

    /// The order is computed from the public log: times of messages and replies, then ids.
    @Test
    void sortsByActivityAndByWaitingAndPagesThroughEachOrderWithoutLossOrRepeat() {
        String agent = Shared.fresh("sorter");
        Client client = Shared.freshAgent(agent);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            String id = Shared.conversation();
            assertThat(client.assign(id, agent).status()).isEqualTo(200);
            ids.add(id);
        }
        for (int i : List.of(4, 0, 7)) {
            assertThat(client.reply(ids.get(i), "answered").status()).isEqualTo(200); // waits for nobody now
        }
        for (int i : List.of(0, 8, 2)) {
            Shared.client("webchat").message(ids.get(i), Shared.fresh("m"), "again"); // 0 waits since now, 8 and 2 since before
        }
        Map<String, Instant> active = new HashMap<>();
        Map<String, Instant> waiting = new HashMap<>();
        Map<String, Long> versions = new HashMap<>();
        // 9 opened, 9 messages, 9 assignments, 3 replies, 3 messages
        for (Log.Entry entry : Shared.log().await("conversation-events", 33, EventStream.WITHIN, event -> ids.contains(event.key()))) {
            versions.merge(entry.key(), 1L, Long::sum);
            Instant at = Instant.parse(Auditor.read(entry.value()).path("at").asText());
            switch (entry.type()) {
                case "message.received" -> {
                    active.put(entry.key(), at);
                    waiting.putIfAbsent(entry.key(), at);
                }
                case "reply.sent" -> {
                    active.put(entry.key(), at);
                    waiting.remove(entry.key());
                }
                default -> { }
            }
        }
        versions.forEach(client::conversation);
        Comparator<String> oldest = Comparator.<String, Instant>comparing(active::get).thenComparing(Comparator.naturalOrder());
        Comparator<String> longest = Comparator.<String, Instant>comparing(id -> waiting.getOrDefault(id, Instant.MAX))
                .thenComparing(Comparator.naturalOrder());
        Map<String, List<String>> expected = Map.of("oldest", ids.stream().sorted(oldest).toList(),
                "newest", ids.stream().sorted(oldest.reversed()).toList(),
                "waiting", ids.stream().sorted(longest).toList());
        assertThat(waiting).hasSize(7);
        expected.forEach((sort, order) -> {
            for (int limit : new int[] {1, 2, 4, 9, 10}) {
                assertThat(walk(client, "assignment=me&sort=" + sort, limit)).as(sort + " by " + limit).containsExactlyElementsOf(order);
            }
        });
        for (JsonNode item : client.get("/api/inbox?assignment=me").body().path("items")) {
            String id = item.path("conversationId").asText();
            assertThat(Instant.parse(item.path("lastActivityAt").asText())).isEqualTo(active.get(id));
            assertThat(item.path("waitingSince").isNull() ? null : Instant.parse(item.path("waitingSince").asText())).isEqualTo(waiting.get(id));
        }
    }

    @Test
    void aCursorStaysGoodWhileTheListChanges() {
        String agent = Shared.fresh("pager");
        Client client = Shared.freshAgent(agent);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            String id = Shared.conversation();
            assertThat(client.assign(id, agent).status()).isEqualTo(200);
            client.conversation(id, 3);
            ids.add(id);
        }
        Answer first = client.get("/api/inbox?assignment=me&sort=oldest&limit=3");
        assertThat(Journey.ids(first)).containsExactlyElementsOf(ids.subList(0, 3));
        // The row that the cursor stands on leaves the list, one that is to come leaves it too, and one that was shown comes again at the end.
        assertThat(client.post("/api/conversations/" + ids.get(2) + "/complete", null).status()).isEqualTo(200);
        assertThat(client.delete("/api/conversations/" + ids.get(4) + "/assignee").status()).isEqualTo(200);
        assertThat(client.reply(ids.get(0), "later").status()).isEqualTo(200);
        client.conversation(ids.get(2), 5);
        client.conversation(ids.get(4), 4);
        client.conversation(ids.get(0), 4);
        String cursor = first.text("nextCursor");
        String rest = "/api/inbox?assignment=me&sort=oldest&limit=50&cursor=" + cursor;
        assertThat(Journey.ids(client.get(rest))).containsExactly(ids.get(3), ids.get(5), ids.get(6), ids.get(0));
        assertThat(client.get(rest).body()).as("asked for again").isEqualTo(client.get(rest).body());
        assertThat(cursor).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void aPageHoldsFiftyUnlessAskedOtherwiseAndTwoHundredAtMost() throws Exception {
        String agent = Shared.fresh("busy");
        Client client = Shared.freshAgent(agent);
        List<CompletableFuture<Answer>> assigned = new ArrayList<>();
        List<String> ids = IntStream.range(0, 201).mapToObj(_ -> Shared.fresh("many")).toList();
        for (String id : ids) {
            assertThat(Shared.client("webchat").message(id, "m-1", "hello").status()).isEqualTo(202);
        }
        for (String id : ids) {
            assigned.add(client.assignLater(id, agent));
        }
        for (CompletableFuture<Answer> answer : assigned) {
            assertThat(answer.get().status()).isEqualTo(200);
        }
        for (String id : ids) {
            assertThat(client.conversation(id, 3).body().path("stale").asBoolean()).isFalse();
        }
        assertThat(Journey.ids(client.get("/api/inbox?assignment=me"))).hasSize(50);
        assertThat(Journey.ids(client.get("/api/inbox?assignment=me&limit=1"))).hasSize(1);
        Answer most = client.get("/api/inbox?assignment=me&limit=200");
        assertThat(Journey.ids(most)).hasSize(200);
        Answer last = client.get("/api/inbox?assignment=me&limit=200&cursor=" + most.text("nextCursor"));
        assertThat(Journey.ids(last)).hasSize(1);
        assertThat(last.body().path("nextCursor").isNull()).isTrue();
        for (int limit : new int[] {7, 50, 67}) {
            assertThat(walk(client, "assignment=me", limit)).containsExactlyInAnyOrderElementsOf(ids);
        }
        assertThat(client.get("/api/inbox/counts").body().path("mine").asInt()).isEqualTo(201);
    }

    @Test
    void countsEqualTheListsOfEveryAgentAndGroupAndBothEqualTheLog() {
        new Auditor(Shared.log()).checkInbox(ivy());
        JsonNode counts = ivy().get("/api/inbox/counts").body();
        assertThat(counts.at("/byGroup/" + IDS.get("both")).asInt()).isEqualTo(2);
        assertThat(counts.at("/byGroup/" + IDS.get("nobody")).asInt(-1)).isZero();
        assertThat(counts.path("byAgent").size()).isEqualTo(ivy().get("/api/agents").body().path("items").size());
        assertThat(counts.path("partitionsMissing")).isEmpty();
    }

    @Test
    void aGroupIsWhoIsInItNow() {
        String group = Shared.fresh("moving");
        Shared.putGroup(group, IDS.get("ivy"));
        assertThat(Journey.ids(ivy().get("/api/inbox?assignment=group:" + group))).containsExactly(IDS.get("ivys"));
        Shared.putGroup(group, IDS.get("jo"));
        assertThat(Journey.ids(ivy().get("/api/inbox?assignment=group:" + group))).containsExactly(IDS.get("jos"));
        assertThat(ivy().get("/api/inbox/counts").body().at("/byGroup/" + group).asInt()).isEqualTo(1);
        assertThat(Shared.client("sam").delete("/api/groups/" + group).status()).isEqualTo(204);
        assertThat(ivy().get("/api/inbox?assignment=group:" + group).type()).isEqualTo("group-not-found");
    }

    @Test
    void aReadThatAsksForItsOwnWriteSeesIt() {
        String agent = Shared.fresh("writer");
        Client client = Shared.freshAgent(agent);
        String id = Shared.conversation();
        for (int i = 0; i < 20; i++) {
            boolean mine = i % 2 == 0;
            Answer written = mine ? client.assign(id, agent) : client.delete("/api/conversations/" + id + "/assignee");
            String after = id + "@" + written.body().path("version").asLong();
            Answer list = client.get("/api/inbox?assignment=me&after=" + after);
            assertThat(Journey.ids(list)).as(after).isEqualTo(mine ? List.of(id) : List.of());
            assertThat(list.body().path("stale").asBoolean(true)).isFalse();
            Answer counts = client.get("/api/inbox/counts?after=" + after);
            assertThat(counts.body().path("mine").asInt()).as(after).isEqualTo(mine ? 1 : 0);
            assertThat(counts.body().at("/byAgent/" + agent).asInt()).as(after).isEqualTo(mine ? 1 : 0);
            Answer said = client.reply(id, "line " + i);
            long version = said.body().path("version").asLong();
            assertThat(client.conversation(id, version).body().at("/lastMessage/text").asText()).isEqualTo("line " + i);
            JsonNode entries = client.get("/api/inbox/conversations/" + id + "/thread?minVersion=" + version).body().path("entries");
            assertThat(entries.findValuesAsText("text")).contains("line " + i);
        }
    }

    @Test
    void aVersionThatDoesNotComeIsSaidToBeStaleAfterABoundedWait() {
        String id = IDS.get("ivys");
        List<String> paths = List.of("/api/inbox?after=" + id + "@" + NO_SUCH_VERSION, "/api/inbox/counts?after=" + id + "@" + NO_SUCH_VERSION,
                "/api/inbox/conversations/" + id + "?minVersion=" + NO_SUCH_VERSION,
                "/api/inbox/conversations/" + id + "/thread?minVersion=" + NO_SUCH_VERSION,
                "/api/inbox?after=" + Shared.fresh("nope") + "@1");
        Client ivy = ivy();
        List<CompletableFuture<Answer>> answers = paths.stream().map(path -> CompletableFuture.supplyAsync(() -> ivy.get(path))).toList();
        assertThat(answers).extracting(CompletableFuture::join).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().path("stale").asBoolean()).as(answer.raw().uri().toString()).isTrue();
        });
        assertThat(ivy.get("/api/inbox?after=" + id + "@3").body().path("stale").asBoolean(true)).isFalse();
        assertThat(ivy.get("/api/inbox?after=" + id + "@0").body().path("stale").asBoolean(true)).isFalse();
    }

    @Test
    void pagesAThreadBackwardsWithoutLossOrRepeat() {
        String agent = Shared.fresh("reader");
        Client client = Shared.freshAgent(agent);
        String id = Shared.conversation();
        client.assign(id, agent);
        client.reply(id, "hello");
        Shared.client("sam").assign(id, "ben");
        Shared.client("ben").post("/api/conversations/" + id + "/complete", null);
        Shared.client("webchat").message(id, Shared.fresh("m"), "again");
        for (int i = 0; i < 52; i++) {
            Shared.client("webchat").message(id, Shared.fresh("m"), "line " + i);
        }
        // 1 opened, 2 message, 3 assigned, 4 reply, 5 assigned, 6 unassigned, 7 completed, 8 reopened, 9 message, 10 to 61 messages
        assertThat(client.conversation(id, 61).body().path("version").asLong()).isEqualTo(61);
        String thread = "/api/inbox/conversations/" + id + "/thread";
        Answer all = client.get(thread + "?limit=200");
        List<Long> versions = versions(all);
        assertThat(versions).containsExactlyElementsOf(IntStream.rangeClosed(2, 61).mapToObj(Long::valueOf).toList());
        assertThat(all.body().path("nextBefore").isNull()).isTrue();
        for (int limit : new int[] {1, 7, 59, 60}) {
            List<JsonNode> walked = new ArrayList<>();
            String before = null;
            do {
                Answer page = client.get(thread + "?limit=" + limit + (before == null ? "" : "&before=" + before));
                List<JsonNode> entries = StreamSupport.stream(page.body().path("entries").spliterator(), false).toList();
                before = page.text("nextBefore");
                assertThat(entries).hasSizeBetween(before == null ? 1 : limit, limit);
                walked.addAll(0, entries);
            } while (before != null);
            assertThat(walked).as("by " + limit).containsExactlyElementsOf(all.body().path("entries"));
        }
        assertThat(versions(client.get(thread))).hasSize(50).startsWith(12L).endsWith(61L);
        assertThat(versions(client.get(thread + "?before=5"))).containsExactly(2L, 3L, 4L);
        assertThat(versions(client.get(thread + "?before=1"))).isEmpty();
        assertThat(versions(client.get(thread + "?before=9223372036854775807&limit=1"))).containsExactly(61L);

        JsonNode entries = all.body().path("entries");
        assertThat(entries.findValuesAsText("kind").subList(0, 8)).containsExactly("message", "status", "reply", "status", "status", "status",
                "status", "message");
        assertThat(entries.at("/0/actor").toString()).isEqualTo("{\"type\":\"visitor\",\"id\":\"vera\",\"name\":\"Vera\"}");
        assertThat(entries.at("/2/actor/name").asText()).isEqualTo("Agent " + agent);
        assertThat(entries.at("/3/type").asText()).isEqualTo("conversation.assigned");
        assertThat(entries.at("/3/by").asText()).isEqualTo("sam");
        assertThat(entries.at("/3/assignee").asText()).isEqualTo("ben");
        assertThat(entries.at("/3/previousAssignee").asText()).isEqualTo(agent);
        assertThat(entries.at("/4/reason").asText()).isEqualTo("completed");
        assertThat(entries.at("/4/commandId")).as("two entries of one command are one line").isEqualTo(entries.at("/5/commandId"));
        assertThat(entries.at("/6/actor/type").asText()).isEqualTo("visitor");
    }

    private static List<Long> versions(Answer thread) {
        assertThat(thread.status()).as(thread.toString()).isEqualTo(200);
        return StreamSupport.stream(thread.body().path("entries").spliterator(), false).map(entry -> entry.path("version").asLong()).toList();
    }

    @ParameterizedTest(name = "{0} -> {1} {2} {3}")
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "/api/inbox?assignment=                              | 422 | invalid-field          | assignment",
        "/api/inbox?assignment=everybody                     | 422 | invalid-field          | assignment",
        "/api/inbox?assignment=Me                            | 422 | invalid-field          | assignment",
        "/api/inbox?assignment=me&assignment=you             | 422 | invalid-field          | assignment",
        "/api/inbox?assignment=agent:                        | 422 | invalid-field          | assignment",
        "/api/inbox?assignment=agent:a%20b                   | 422 | invalid-field          | assignment",
        "/api/inbox?assignment=group:                        | 422 | invalid-field          | assignment",
        "/api/inbox?assignment=agent:no-such                 | 404 | agent-not-found        | assignment",
        "/api/inbox?assignment=group:no-such                 | 404 | group-not-found        | assignment",
        "/api/inbox?status=                                  | 422 | invalid-field          | status",
        "/api/inbox?status=Open                              | 422 | invalid-field          | status",
        "/api/inbox?status=open&status=completed             | 422 | invalid-field          | status",
        "/api/inbox?sort=                                    | 422 | invalid-field          | sort",
        "/api/inbox?sort=best                                | 422 | invalid-field          | sort",
        "/api/inbox?limit=0                                  | 422 | invalid-field          | limit",
        "/api/inbox?limit=-1                                 | 422 | invalid-field          | limit",
        "/api/inbox?limit=201                                | 422 | invalid-field          | limit",
        "/api/inbox?limit=x                                  | 400 | malformed              | limit",
        "/api/inbox?limit=1.5                                | 400 | malformed              | limit",
        "/api/inbox?limit=99999999999                        | 400 | malformed              | limit",
        "/api/inbox?limit=1&limit=2                          | 400 | malformed              | limit",
        "/api/inbox?cursor=                                  | 422 | invalid-field          | cursor",
        "/api/inbox?cursor=zzz                               | 422 | invalid-field          | cursor",
        "/api/inbox?cursor=*                                 | 422 | invalid-field          | cursor",
        "/api/inbox?cursor=TkVXRVNULzk5OTk5OTk5OTk5OTk5OTk5OTkvYw | 422 | invalid-field    | cursor",
        "/api/inbox?after=                                   | 422 | invalid-field          | after",
        "/api/inbox?after=c                                  | 422 | invalid-field          | after",
        "/api/inbox?after=c@                                 | 422 | invalid-field          | after",
        "/api/inbox?after=c@-1                               | 422 | invalid-field          | after",
        "/api/inbox?after=c@1234567890123456789              | 422 | invalid-field          | after",
        "/api/inbox?after=a%20b@1                            | 422 | invalid-field          | after",
        "/api/inbox/counts?after=c                           | 422 | invalid-field          | after",
        "/api/inbox/conversations/a%20b                      | 422 | invalid-field          | conversationId",
        "/api/inbox/conversations/a%20b/thread               | 422 | invalid-field          | conversationId",
        "/api/inbox/conversations/no-such                    | 404 | conversation-not-found | -",
        "/api/inbox/conversations/no-such/thread             | 404 | conversation-not-found | -",
        "/api/inbox/conversations/c?minVersion=-1            | 422 | invalid-field          | minVersion",
        "/api/inbox/conversations/c?minVersion=x             | 400 | malformed              | minVersion",
        "/api/inbox/conversations/c?minVersion=9223372036854775808 | 400 | malformed        | minVersion",
        "/api/inbox/conversations/c/thread?minVersion=-1     | 422 | invalid-field          | minVersion",
        "/api/inbox/conversations/c/thread?before=0          | 422 | invalid-field          | before",
        "/api/inbox/conversations/c/thread?before=x          | 400 | malformed              | before",
        "/api/inbox/conversations/c/thread?limit=0           | 422 | invalid-field          | limit",
        "/api/inbox/conversations/c/thread?limit=201         | 422 | invalid-field          | limit",
    })
    void saysWhichValueItCannotTake(String path, int status, String type, String field) {
        Answer answer = ivy().get(path);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.type()).isEqualTo(type);
        assertThat(answer.text("field")).isEqualTo(field);
        assertThat(answer.body().path("status").asInt()).isEqualTo(status);
        assertThat(answer.text("detail")).isNotBlank();
        assertThat(answer.raw().headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    @Test
    void aCursorOfAnotherOrderIsRefused() {
        String cursor = ivy().get("/api/inbox?sort=newest&limit=1").text("nextCursor");
        for (String sort : List.of("oldest", "waiting")) {
            Answer answer = ivy().get("/api/inbox?limit=1&sort=" + sort + "&cursor=" + cursor);
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.text("field")).isEqualTo("cursor");
        }
    }

    @Test
    void whatThisInstanceCannotReadIsSaidAndIsNoErrorOfOurs(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            Client.signIn(baton.url(), "webchat", baton.password()).message("c-1", "m-1", "hello");
            Journey.awaitConversation(ana, "c-1");
            baton.context().getBean(InboxService.class).close();
            for (String path : List.of("/api/inbox/conversations/c-1", "/api/inbox/conversations/c-1/thread")) {
                Answer answer = ana.get(path);
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.type()).isEqualTo("unavailable");
                assertThat(answer.raw().headers().firstValue("Retry-After")).contains("1");
            }
            for (String path : List.of("/api/inbox", "/api/inbox/counts")) {
                Answer answer = ana.get(path);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.body().path("partitionsMissing").toString()).isEqualTo("[0,1,2,3]");
            }
        }
    }

    /// All conversations of a list, page by page, each page but the last full.
    private static List<String> walk(Client client, String query, int limit) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            Answer page = client.get("/api/inbox?limit=" + limit + "&" + query + (cursor == null ? "" : "&cursor=" + cursor));
            List<String> here = Journey.ids(page);
            cursor = page.text("nextCursor");
            assertThat(here).hasSizeBetween(cursor == null ? 0 : limit, limit);
            ids.addAll(here);
        } while (cursor != null);
        assertThat(Set.copyOf(ids)).as(query).hasSize(ids.size());
        return ids;
    }
}
