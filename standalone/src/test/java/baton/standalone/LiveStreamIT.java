package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import baton.standalone.EventStream.Block;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The live stream, read from the socket by an HTTP client.
class LiveStreamIT {

    private static final String HEADER = "header";
    private static final String PARAMETER = "parameter";

    @RegisterExtension
    final NothingLoggedAsError nothingLoggedAsError = new NothingLoggedAsError();

    @Test
    void beginsWithACommentAtOnceAndIsNeverStored() {
        long began = System.nanoTime();
        try (EventStream stream = Shared.client("ana").stream("")) {
            Block first = stream.await(_ -> true);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).as("long before the first ping").isLessThan(Duration.ofSeconds(10));
            assertThat(first.comment()).isNotNull();
            assertThat(first.id()).as("where to resume if nothing comes").isNotNull();
            assertThat(first.event()).isNull();
            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).startsWith("text/event-stream");
            assertThat(stream.header("Cache-Control")).isEqualTo("no-store");
        }
    }

    @Test
    void tellsOfEveryChangeAndOfWhatIsForHer() {
        String agent = Shared.fresh("listener");
        Client client = Shared.freshAgent(agent);
        Client ben = Shared.client("ben");
        try (EventStream stream = client.stream(""); EventStream bens = ben.stream("")) {
            String id = Shared.conversation();
            ben.assign(id, agent);
            Shared.client("webchat").message(id, Shared.fresh("m"), "again");
            stream.await(block -> isNotified(block, id, 4));
            stream.await(block -> isChanged(block, id, 4));
            stream.await(block -> isNotified(block, id, 2));

            List<Block> changes = stream.blocks().stream().filter(block -> block.isAbout(id) && block.event().equals("conversation")).toList();
            assertThat(changes).extracting(Block::data).containsExactly(
                    "{\"conversationId\":\"" + id + "\",\"version\":1,\"type\":\"conversation.opened\"}",
                    "{\"conversationId\":\"" + id + "\",\"version\":2,\"type\":\"message.received\"}",
                    "{\"conversationId\":\"" + id + "\",\"version\":3,\"type\":\"conversation.assigned\"}",
                    "{\"conversationId\":\"" + id + "\",\"version\":4,\"type\":\"message.received\"}");
            List<JsonNode> feed = StreamSupport.stream(client.get("/api/notifications?limit=200").body().path("items").spliterator(), false)
                    .filter(item -> item.path("conversationId").asText().equals(id)).toList();
            assertThat(notified(stream, id)).extracting(Block::json).as("the same as in the feed").containsExactlyInAnyOrderElementsOf(feed).hasSize(3);

            bens.await(block -> isChanged(block, id, 4));
            bens.await(block -> isNotified(block, id, 2));
            assertThat(notified(bens, id)).extracting(block -> block.text("eventId")).as("what was for her alone is not for ben")
                    .containsExactly(id + ":2");
        }
    }

    @Test
    void doesNotTellTheActorOfWhatSheDidHerself() {
        String actor = Shared.fresh("actor");
        String other = Shared.fresh("other");
        Client acting = Shared.freshAgent(actor);
        Client watching = Shared.freshAgent(other);
        try (EventStream hers = acting.stream(""); EventStream others = watching.stream("")) {
            String id = Shared.conversation(); // 1, 2
            acting.assign(id, actor); // 3
            acting.delete("/api/conversations/" + id + "/assignee"); // 4
            acting.assign(id, other); // 5
            watching.delete("/api/conversations/" + id + "/assignee"); // 6
            acting.reply(id, "hello"); // 7, 8
            acting.post("/api/conversations/" + id + "/complete", null); // 9, 10
            acting.post("/api/conversations/" + id + "/reopen", null); // 11
            // For each of the two, and for everyone: behind these, nothing of the above can come any more.
            watching.assign(id, actor); // 12
            acting.assign(id, other); // 13
            Shared.client("sam").delete("/api/conversations/" + id + "/assignee"); // 14
            for (EventStream stream : List.of(hers, others)) {
                stream.await(block -> isNotified(block, id, 14));
                stream.await(block -> isChanged(block, id, 14));
            }
            hers.await(block -> isNotified(block, id, 12));
            others.await(block -> isNotified(block, id, 13));

            assertThat(notified(hers, id)).extracting(block -> block.json().path("version").asLong()).containsExactlyInAnyOrder(2L, 6L, 12L, 14L);
            assertThat(notified(others, id)).extracting(block -> block.json().path("version").asLong()).containsExactlyInAnyOrder(2L, 4L, 5L, 13L, 14L);
            for (EventStream stream : List.of(hers, others)) {
                assertThat(stream.blocks()).filteredOn(block -> block.isAbout(id) && block.event().equals("conversation"))
                        .extracting(block -> block.json().path("version").asLong()).as("a change is shown to whoever made it too")
                        .containsExactlyElementsOf(LongStream.rangeClosed(1, 14).boxed().toList());
            }
        }
    }

    /// From behind each event that she got, the stream gives what came after it, and nothing else.
    @ParameterizedTest
    @ValueSource(strings = {HEADER, PARAMETER})
    void resumesBehindAnyEventWithoutLossOrRepeat(String how) {
        String agent = Shared.fresh("resumer");
        Client client = Shared.freshAgent(agent);
        String one = Shared.fresh("c");
        String two = Shared.fresh("c");
        String end = Shared.fresh("end");
        List<Block> whole;
        try (EventStream stream = client.stream("")) {
            assertThat(stream.await(_ -> true).id()).isNotNull();
            for (String id : List.of(one, two)) {
                Shared.client("webchat").message(id, "m-1", "hello");
                Journey.awaitConversation(client, id);
                Shared.client("ben").assign(id, agent);
                Shared.client("webchat").message(id, "m-2", "are you there?");
            }
            stream.await(block -> isNotified(block, one, 4));
            stream.await(block -> isNotified(block, two, 4));
            stream.await(block -> isNotified(block, one, 2));
            stream.await(block -> isNotified(block, two, 2));
            Shared.client("webchat").message(end, "m-1", "the end");
            stream.await(block -> isNotified(block, end, 2));
            stream.await(block -> isChanged(block, end, 2));
            whole = stream.blocks().stream().filter(block -> block.id() != null).toList();
        }
        assertThat(whole.stream().filter(block -> block.isAbout(one) || block.isAbout(two))).as("changes and notifications").hasSize(2 * (4 + 3));
        for (int seen = 0; seen < whole.size() - 1; seen++) {
            List<String> missed = whole.subList(seen + 1, whole.size()).stream().map(Block::said).toList();
            try (EventStream resumed = resume(client, how, whole.get(seen).id())) {
                List<Block> got = resumed.until(block -> block.event() != null && block.said().equals(missed.getLast()));
                assertThat(got.stream().filter(block -> block.event() != null)).extracting(Block::said).as("behind " + whole.get(seen))
                        .containsExactlyElementsOf(missed);
                assertThat(got.getLast().id()).as("the same place").isEqualTo(whole.getLast().id());
            }
        }
    }

    /// What happens between two connections is not lost either, nor what happens while a stream catches up.
    @Test
    void aReaderWhoseConnectionBreaksAgainAndAgainGetsEverythingOnce() {
        String agent = Shared.fresh("traveller");
        Client client = Shared.freshAgent(agent);
        String id = Shared.conversation();
        Shared.client("ben").assign(id, agent);
        List<String> got = new ArrayList<>();
        String last;
        try (EventStream stream = client.stream("")) {
            last = stream.await(_ -> true).id();
        }
        int messages = 40;
        for (int i = 0; i < messages; i++) {
            Shared.client("webchat").message(id, "m-" + i, "line " + i);
            if (i % 4 == 3) {
                try (EventStream stream = resume(client, i % 8 == 3 ? HEADER : PARAMETER, last)) {
                    Block next = stream.await(block -> block.isAbout(id));
                    for (Block block : stream.until(next::equals)) {
                        last = block.id() == null ? last : block.id();
                    }
                    got.add(next.said());
                }
            }
        }
        try (EventStream stream = resume(client, HEADER, last)) {
            stream.await(block -> isNotified(block, id, 3 + messages));
            stream.await(block -> isChanged(block, id, 3 + messages));
            stream.blocks().stream().filter(block -> block.isAbout(id)).map(Block::said).forEach(got::add);
        }
        assertThat(got).doesNotHaveDuplicates();
        assertThat(got).filteredOn(said -> said.startsWith("notification")).as("one for each message").hasSizeGreaterThanOrEqualTo(messages);
        for (int version = 4; version < 4 + messages; version++) {
            String change = "{\"conversationId\":\"" + id + "\",\"version\":" + version + ",\"type\":\"message.received\"}";
            String eventId = "\"eventId\":\"" + id + ":" + version + "\"";
            assertThat(got).contains("conversation " + change).anyMatch(said -> said.contains(eventId));
        }
    }

    @ParameterizedTest(name = "{1} -> {2}, by {0}")
    @CsvSource({
        "header, rubbish, unknown-position",
        "header, c0.1, unknown-position",
        "parameter, rubbish, unknown-position",
        "parameter, c0.1_c0.1, unknown-position",
        "header, c0.99999999_c1.0_c2.0_c3.0_n0.0_n1.0_n2.0_n3.0, ahead",
        "parameter, c0.99999999_c1.0_c2.0_c3.0_n0.0_n1.0_n2.0_n3.0, ahead",
    })
    void saysThatItCannotResumeFromWhatItDoesNotKnowAndGoesOn(String how, String id, String reason) {
        Client client = Shared.client("chloe");
        try (EventStream stream = resume(client, how, id)) {
            Block first = stream.await(_ -> true);
            assertThat(first.comment()).isNotNull();
            assertThat(first.event()).isEqualTo("resync");
            assertThat(first.text("reason")).isEqualTo(reason);
            String conversation = Shared.conversation();
            stream.await(block -> isChanged(block, conversation, 2));
            stream.await(block -> isNotified(block, conversation, 2));
            assertThat(stream.blocks()).filteredOn(block -> "resync".equals(block.event())).hasSize(1);
            try (EventStream resumed = resume(client, how, first.id())) {
                resumed.await(block -> isChanged(block, conversation, 2));
                assertThat(resumed.blocks()).filteredOn(block -> "resync".equals(block.event())).as("its id is one to resume from").isEmpty();
            }
        }
    }

    @Test
    void theHeaderOfAReconnectingClientOutranksTheParameterOfItsAddress() {
        try (EventStream stream = Shared.client("chloe").stream("")) {
            String id = stream.await(_ -> true).id();
            try (EventStream again = Shared.client("chloe").stream("?lastEventId=rubbish", "Last-Event-ID", id)) {
                Block first = again.await(_ -> true);
                assertThat(first.event()).isNull();
                assertThat(first.id()).isEqualTo(id);
            }
        }
    }

    @Test
    void resumesOverARestartAndSaysSoWhenItIsTooLate(@TempDir Path data) throws Exception {
        String seen;
        String token;
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            token = ana.token();
            Client webchat = Client.signIn(baton.url(), "webchat", baton.password());
            try (EventStream stream = ana.stream("")) {
                webchat.message("c-1", "m-1", "hello");
                seen = stream.await(block -> isNotified(block, "c-1", 2)).id();
                stream.await(block -> isChanged(block, "c-1", 2));
                webchat.message("c-1", "m-2", "is anybody there?");
                webchat.message("c-2", "m-1", "hello");
                Journey.awaitNotification(ana, "c-2:2");
                Journey.awaitNotification(ana, "c-1:3");
            }
        }
        int entriesMax = 12;
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data).with("baton.live.entries-max", entriesMax)
                .with("baton.live.ping-every", "300ms"))) {
            baton.awaitReady();
            Client ana = Client.withToken(baton.url(), token);
            Client webchat = Client.signIn(baton.url(), "webchat", baton.password());
            try (EventStream stream = resume(ana, HEADER, seen)) {
                stream.await(block -> isNotified(block, "c-1", 3));
                stream.await(block -> isNotified(block, "c-2", 2));
                stream.await(block -> isChanged(block, "c-2", 2));
                assertThat(notified(stream, "c-1")).extracting(block -> block.text("eventId")).containsExactly("c-1:3");
                assertThat(notified(stream, "c-2")).extracting(block -> block.text("eventId")).containsExactly("c-2:2");
                assertThat(stream.blocks()).extracting(Block::event).doesNotContain("resync");
                stream.await(block -> "".equals(block.comment())); // nothing happens: it pings
            }
            for (int i = 0; i < entriesMax; i++) {
                webchat.message("c-3", "m-" + i, "line " + i);
            }
            Journey.awaitNotification(ana, "c-3:" + (1 + entriesMax));
            for (String how : List.of(HEADER, PARAMETER)) {
                try (EventStream stream = resume(ana, how, seen)) {
                    Block first = stream.await(block -> block.event() != null);
                    assertThat(first.event()).isEqualTo("resync");
                    assertThat(first.text("reason")).isEqualTo("too-old");
                }
            }
        }
    }

    @Test
    void oneListenerMoreThanThereIsRoomForIsRefusedUntilAnotherLeaves(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data).with("baton.live.listeners-max", 3)
                .with("baton.live.listeners-per-agent-max", 2))) {
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            Client ben = Client.signIn(baton.url(), "ben", baton.password());
            try (EventStream stays = ana.stream("")) {
                stays.await(_ -> true);
                try (EventStream leaves = ana.stream("")) {
                    leaves.await(_ -> true);
                    assertRefused(ana, "The agent ana has 2 open streams.");
                    try (EventStream another = ben.stream("")) {
                        another.await(_ -> true);
                        assertThat(another.status()).as("there is room for others").isEqualTo(200);
                        assertRefused(ben, "This instance has 3 open streams.");
                    }
                }
                awaitRoom(ana);
            }
        }
    }

    private static void assertRefused(Client client, String detail) {
        Answer refused = client.get("/api/notifications/stream", "Accept", "text/event-stream");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.type()).isEqualTo("overloaded");
        assertThat(refused.body().path("detail").asText()).isEqualTo(detail);
        assertThat(refused.raw().headers().firstValue("Retry-After")).isPresent();
        assertThat(refused.raw().headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    private static void awaitRoom(Client client) {
        long deadline = System.nanoTime() + EventStream.WITHIN.toNanos();
        while (true) {
            try (EventStream stream = client.stream("")) {
                if (stream.status() == 200) {
                    stream.await(_ -> true);
                    return;
                }
                assertThat(System.nanoTime()).as("the place of a listener who left is free").isLessThan(deadline);
            }
        }
    }

    @Test
    void endsWhenItsAgentIsDeactivatedAndWhenItsTokenExpires() {
        String agent = Shared.fresh("leaver");
        Shared.putAgent(agent, true);
        try (EventStream deactivated = Tokens.of(Shared.baton(), agent).stream("");
                EventStream expired = Tokens.of(Shared.baton(), "ana", 2).stream("");
                EventStream lives = Shared.client("ana").stream("")) {
            deactivated.await(_ -> true);
            expired.await(_ -> true);
            lives.await(_ -> true);
            Shared.putAgent(agent, false);
            deactivated.awaitEnd();
            expired.awaitEnd();
            String id = Shared.conversation();
            lives.await(block -> isChanged(block, id, 2));
        }
    }

    private static EventStream resume(Client client, String how, String id) {
        return how.equals(HEADER) ? client.stream("", "Last-Event-ID", id) : client.stream("?lastEventId=" + id);
    }

    private static boolean isNotified(Block block, String conversation, long version) {
        return block.isAbout(conversation) && block.event().equals("notification") && block.json().path("version").asLong() == version;
    }

    private static boolean isChanged(Block block, String conversation, long version) {
        return block.isAbout(conversation) && block.event().equals("conversation") && block.json().path("version").asLong() == version;
    }

    private static List<Block> notified(EventStream stream, String conversation) {
        return stream.blocks().stream().filter(block -> block.isAbout(conversation) && block.event().equals("notification")).toList();
    }
}
