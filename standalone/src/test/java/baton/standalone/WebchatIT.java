package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Visitors through HTTP, agents through HTTP, and what lies between them on Kafka.
class WebchatIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Standalone baton;
    private static Client ana;

    /// A visitor's client and her conversation.
    private record Visitor(Client client, String conversation) {
        static Visitor begin(Standalone baton, String introduction) {
            Answer begun = Client.anonymous(baton.url()).post("/webchat/session", introduction);
            assertThat(begun.status()).as(begun.toString()).isEqualTo(201);
            return new Visitor(Client.withToken(baton.url(), begun.text("token")), begun.text("conversationId"));
        }

        Answer write(String messageId, String text) {
            return client.post("/webchat/messages", "{\"messageId\":\"" + messageId + "\",\"text\":\"" + text + "\"}");
        }
    }

    @BeforeAll
    static void start() throws Exception {
        baton = Standalone.start(Standalone.Options.forTests(folder).with("baton.webchat.sessions-per-minute", 1_000));
        baton.awaitReady();
        ana = Client.signIn(baton.url(), "ana", baton.password());
    }

    @AfterAll
    static void stop() {
        baton.close();
    }

    @Test
    void whatAVisitorWritesReachesTheInboxAndWhatIsRepliedReachesHer() throws Exception {
        Visitor vera = Visitor.begin(baton, "{\"name\":\"Vera\"}");
        Answer taken = vera.write("m-1", "Where is my parcel?");
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
        assertThat(taken.text("conversationId")).isEqualTo(vera.conversation());
        assertThat(taken.text("messageId")).isEqualTo("m-1");

        Log log = new Log(baton.bootstrapServers());
        Log.Entry record = log.await("channel-messages", 1, Duration.ofSeconds(10), entry -> entry.key().equals(vera.conversation())).getFirst();
        JsonNode message = JSON.readTree(record.value());
        assertThat(message.at("/messageId").asText()).isEqualTo("m-1");
        assertThat(message.at("/channel").asText()).isEqualTo("webchat");
        assertThat(message.at("/visitor/name").asText()).isEqualTo("Vera");
        assertThat(message.at("/text").asText()).isEqualTo("Where is my parcel?");

        Journey.awaitConversation(ana, vera.conversation());
        Answer row = ana.conversation(vera.conversation(), 2);
        assertThat(row.text("channel")).isEqualTo("webchat");
        assertThat(row.text("visitor.name")).isEqualTo("Vera");
        assertThat(row.text("lastMessage.text")).isEqualTo("Where is my parcel?");

        try (VisitorStream stream = VisitorStream.open(vera.client(), "/webchat/stream")) {
            assertThat(ana.reply(vera.conversation(), "It comes tomorrow.").status()).isEqualTo(200);
            EventReader.Event event = stream.next(1).getFirst();
            assertThat(event.type()).isEqualTo("reply");
            assertThat(event.id()).isEqualTo(vera.conversation() + ":3");
            JsonNode reply = JSON.readTree(event.data());
            assertThat(reply.fieldNames()).toIterable().containsExactlyInAnyOrder("replyId", "text", "at");
            assertThat(reply.path("text").asText()).isEqualTo("It comes tomorrow.");
            Answer read = vera.client().get("/webchat/messages");
            assertThat(read.body().path("replies")).hasSize(1);
            assertThat(read.body().at("/replies/0")).isEqualTo(reply);
        }
    }

    @Test
    void aMessageThatIsSentAgainHasNoSecondEffect() {
        Visitor vera = Visitor.begin(baton, "{}");
        for (int i = 0; i < 3; i++) {
            assertThat(vera.write("m-1", "hello").status()).isEqualTo(202);
        }
        assertThat(vera.write("m-2", "the end").status()).isEqualTo(202);
        assertThat(texts(ana, vera.conversation(), 3, "message")).containsExactly("hello", "the end");
    }

    @Test
    void aStreamGoesOnBehindTheLastEventWithoutLossOrRepeat() throws Exception {
        Visitor vera = Visitor.begin(baton, "{}");
        vera.write("m-1", "hello");
        Journey.awaitConversation(ana, vera.conversation());
        String last;
        try (VisitorStream first = VisitorStream.open(vera.client(), "/webchat/stream")) {
            reply(vera, 0, 3);
            List<EventReader.Event> events = first.next(3);
            assertThat(texts(events)).containsExactly("reply 0", "reply 1", "reply 2");
            last = events.get(1).id(); // the third was on its way when the connection was cut
        }
        reply(vera, 3, 5); // while nobody listens
        try (VisitorStream header = VisitorStream.open(vera.client(), "/webchat/stream", "Last-Event-ID", last);
                VisitorStream parameter = VisitorStream.open(vera.client(), "/webchat/stream?after=" + last);
                VisitorStream anew = VisitorStream.open(vera.client(), "/webchat/stream")) {
            reply(vera, 5, 7);
            assertThat(texts(header.next(5))).containsExactly("reply 2", "reply 3", "reply 4", "reply 5", "reply 6");
            assertThat(texts(parameter.next(5))).containsExactly("reply 2", "reply 3", "reply 4", "reply 5", "reply 6");
            assertThat(texts(anew.next(7))).containsExactly("reply 0", "reply 1", "reply 2", "reply 3", "reply 4", "reply 5", "reply 6");
        }
        Answer behind = vera.client().get("/webchat/messages?after=" + last);
        assertThat(behind.body().path("replies")).hasSize(5);
    }

    @Test
    void aVisitorNeverSeesAStatusMessage() throws Exception {
        Visitor vera = Visitor.begin(baton, "{}");
        String id = vera.conversation();
        vera.write("m-1", "hello");
        Journey.awaitConversation(ana, id);
        try (VisitorStream stream = VisitorStream.open(vera.client(), "/webchat/stream")) {
            ana.assign(id, "ana");
            ana.reply(id, "first");
            ana.assign(id, "ben");
            Client.signIn(baton.url(), "ben", baton.password()).delete("/api/conversations/" + id + "/assignee");
            ana.post("/api/conversations/" + id + "/complete", null);
            ana.post("/api/conversations/" + id + "/reopen", null);
            long version = ana.reply(id, "last").body().path("version").asLong();
            assertThat(ana.get("/api/inbox/conversations/" + id + "/thread?limit=200&minVersion=" + version).body().path("entries"))
                    .as("agents do see them").anyMatch(entry -> entry.path("kind").asText().equals("status"));
            assertThat(stream.next(2)).extracting(EventReader.Event::type).containsExactly("reply", "reply");
        }
        Answer read = vera.client().get("/webchat/messages");
        assertThat(texts(read)).containsExactly("first", "last");
        assertThat(read.body().toString()).doesNotContain("ana", "ben", "assign", "complete", "reopen");
    }

    @Test
    void nobodyElseReadsWhatAVisitorWasReplied() throws Exception {
        Visitor vera = Visitor.begin(baton, "{}");
        Visitor otto = Visitor.begin(baton, "{}");
        vera.write("m-1", "hello");
        otto.write("m-1", "hello");
        Journey.awaitConversation(ana, vera.conversation());
        Journey.awaitConversation(ana, otto.conversation());
        try (VisitorStream stream = VisitorStream.open(otto.client(), "/webchat/stream")) {
            ana.reply(vera.conversation(), "for Vera");
            awaitReplies(vera, 1);
            ana.reply(otto.conversation(), "for Otto");
            assertThat(texts(stream.next(1))).containsExactly("for Otto");
        }
        assertThat(texts(otto.client().get("/webchat/messages"))).containsExactly("for Otto");
        for (String path : List.of("/webchat/messages", "/webchat/stream")) {
            Answer refused = otto.client().get(path + "?after=" + vera.conversation() + ":1");
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.text("field")).isEqualTo("after");
        }
    }

    /// A conversation of a foreign channel that takes a visitor's conversation id is not hers.
    @Test
    void aReplyForAnotherChannelIsNotForHer() throws Exception {
        Visitor vera = Visitor.begin(baton, "{}");
        Client.signIn(baton.url(), "webchat", baton.password()).message(vera.conversation(), "m-1", "from another channel");
        Journey.awaitConversation(ana, vera.conversation());
        ana.reply(vera.conversation(), "for the other one");
        Visitor otto = Visitor.begin(baton, "{}");
        otto.write("m-1", "hello");
        Journey.awaitConversation(ana, otto.conversation());
        new Log(baton.bootstrapServers()).await("conversation-replies", 1, Duration.ofSeconds(10), entry -> entry.key().equals(vera.conversation()));
        ana.reply(otto.conversation(), "behind it");
        awaitReplies(otto, 1);
        assertThat(texts(vera.client().get("/webchat/messages"))).isEmpty();
    }

    @Test
    void aTokenOfOneSideIsNoneOnTheOther() {
        Visitor vera = Visitor.begin(baton, "{}");
        for (String path : List.of("/api/me", "/api/inbox", "/api/inbox/conversations/" + vera.conversation() + "/thread", "/api/notifications")) {
            Answer refused = vera.client().get(path);
            assertThat(refused.status()).as(path).isEqualTo(401);
        }
        assertThat(vera.client().post("/api/channel-messages", "{\"channel\":\"webchat\",\"messageId\":\"m-1\",\"visitor\":{\"id\":\"v\"},\"text\":\"x\"}")
                .status()).isEqualTo(401);
        for (Client client : List.of(ana, Client.signIn(baton.url(), "webchat", baton.password()), Client.anonymous(baton.url()),
                Client.withToken(baton.url(), vera.client().token() + "x"), Client.withToken(baton.url(), "x"))) {
            for (Answer refused : List.of(client.get("/webchat/messages"), client.get("/webchat/stream"),
                    client.post("/webchat/messages", "{\"messageId\":\"m-1\",\"text\":\"hello\"}"))) {
                assertThat(refused.status()).as(refused.toString()).isEqualTo(401);
                assertThat(refused.type()).isEqualTo("unauthorized");
            }
        }
    }

    @Test
    void aSessionEndsAndTooMuchIsTooMuch(@TempDir Path data) throws Exception {
        var options = Standalone.Options.forTests(data).with("baton.webchat.session-lasts", "10s").with("baton.webchat.messages-per-minute", 2)
                .with("baton.webchat.streams-max", 1);
        try (Standalone strict = Standalone.start(options)) {
            strict.awaitReady();
            Visitor vera = Visitor.begin(strict, "{}");
            try (VisitorStream stream = VisitorStream.open(vera.client(), "/webchat/stream")) {
                assertOverloaded(Visitor.begin(strict, "{}").client().get("/webchat/stream"));
                assertThat(IntStream.range(0, 3).map(i -> vera.write("m-" + i, "hello").status())).containsExactly(202, 202, 429);
                assertOverloaded(vera.write("m-2", "hello"));
                stream.awaitEnd(); // with the session
            }
            assertThat(vera.client().get("/webchat/messages").status()).isEqualTo(401);
            assertThat(vera.write("m-3", "hello").status()).isEqualTo(401);
        }
    }

    @Test
    @Timeout(60) // a stream that is not refused has no end
    void aChatIsOpenSixTimesAtMost() throws Exception {
        Visitor vera = Visitor.begin(baton, "{}");
        List<VisitorStream> streams = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) {
                streams.add(VisitorStream.open(vera.client(), "/webchat/stream"));
            }
            assertOverloaded(vera.client().get("/webchat/stream"));
            Visitor otto = Visitor.begin(baton, "{}");
            streams.add(VisitorStream.open(otto.client(), "/webchat/stream"));
        } finally {
            streams.forEach(VisitorStream::close);
        }
    }

    private static void assertOverloaded(Answer refused) {
        assertThat(refused.status()).as(refused.toString()).isEqualTo(429);
        assertThat(refused.type()).isEqualTo("overloaded");
        assertThat(refused.raw().headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 30L);
    }

    @Test
    void whileBrokersAreAwayNothingIsTakenAndAfterwardsTheSameMessageIsTakenOnce(@TempDir Path data) throws Exception {
        int port = FreePort.local();
        Path log = data.resolve("kafka");
        EmbeddedBroker broker = EmbeddedBroker.start(log, "localhost", port);
        try {
            var options = new Standalone.Options(data.resolve("baton"), "localhost", 0, 0, null, true, "localhost:" + port, null, Map.of("baton.replicas", "1"));
            try (Standalone apart = Standalone.start(options)) {
                apart.awaitReady();
                Visitor vera = Visitor.begin(apart, "{}");
                vera.write("m-1", "before");
                broker.close();
                Answer away = vera.write("m-2", "while they were away");
                assertThat(away.status()).isEqualTo(503);
                assertThat(away.type()).isIn("unavailable", "outcome-unknown");
                assertThat(away.raw().headers().firstValue("Retry-After")).isPresent();
                await(() -> vera.write("m-2", "while they were away").type().equals("unavailable"), "the answer that nothing was written");
                assertThat(Visitor.begin(apart, "{}").conversation()).as("a session needs no log").isNotEmpty();
                broker = EmbeddedBroker.start(log, "localhost", port);
                await(() -> vera.write("m-2", "while they were away").status() == 202, "the message to be taken");
                Client agent = Client.signIn(apart.url(), "ana", apart.password());
                await(() -> agent.conversation(vera.conversation(), 3).status() == 200, "both messages in the inbox");
                assertThat(vera.write("m-3", "after").status()).isEqualTo(202);
                assertThat(texts(agent, vera.conversation(), 4, "message")).containsExactly("before", "while they were away", "after");
            }
        } finally {
            broker.close();
        }
    }

    private static void reply(Visitor visitor, int from, int to) {
        for (int i = from; i < to; i++) {
            Answer answer = ana.reply(visitor.conversation(), "reply " + i);
            assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        }
    }

    private static void awaitReplies(Visitor visitor, int count) {
        await(() -> visitor.client().get("/webchat/messages").body().path("replies").size() >= count, count + " replies");
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition, String what) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(deadline);
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
        }
    }

    private static List<String> texts(Client agent, String conversation, long version, String kind) {
        await(() -> agent.conversation(conversation, version).status() == 200, "version " + version);
        Answer thread = agent.get("/api/inbox/conversations/" + conversation + "/thread?limit=200&minVersion=" + version);
        return StreamSupport.stream(thread.body().path("entries").spliterator(), false)
                .filter(entry -> entry.path("kind").asText().equals(kind)).map(entry -> entry.path("text").asText()).toList();
    }

    private static List<String> texts(Answer replies) {
        assertThat(replies.status()).as(replies.toString()).isEqualTo(200);
        return StreamSupport.stream(replies.body().path("replies").spliterator(), false).map(reply -> reply.path("text").asText()).toList();
    }

    private static List<String> texts(List<EventReader.Event> events) throws Exception {
        List<String> texts = new java.util.ArrayList<>();
        for (EventReader.Event event : events) {
            texts.add(JSON.readTree(event.data()).path("text").asText());
        }
        return texts;
    }
}
