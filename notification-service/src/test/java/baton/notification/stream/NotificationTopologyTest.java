package baton.notification.stream;

import static baton.notification.Samples.assigned;
import static baton.notification.Samples.completed;
import static baton.notification.Samples.message;
import static baton.notification.Samples.opened;
import static baton.notification.Samples.reopened;
import static baton.notification.Samples.reply;
import static baton.notification.Samples.unassigned;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Json;
import baton.contract.Notification;
import baton.contract.Reason;
import baton.notification.Samples;
import baton.notification.domain.KnownConversation;
import baton.runtime.FoldedBefore;
import baton.runtime.Halt;
import baton.runtime.NotAdmitted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationTopologyTest {

    @TempDir
    Path stateDir;

    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> events;
    private TestOutputTopic<byte[], byte[]> notifications;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    @BeforeEach
    void open() {
        open(FoldedBefore.nothing(), "first");
    }

    private void open(FoldedBefore before, String directory) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "notification-service");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.resolve(directory).toString());
        driver = new TopologyTestDriver(NotificationTopology.of("x-", before), config);
        events = driver.createInputTopic("x-conversation-events", new ByteArraySerializer(), new ByteArraySerializer());
        notifications = driver.createOutputTopic("x-notifications", new ByteArrayDeserializer(), new ByteArrayDeserializer());
        deadLetters = driver.createOutputTopic("x-dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void isWhatTheCommittedFileDescribes() throws IOException {
        try (InputStream committed = getClass().getResourceAsStream("/notification-topology.txt")) {
            assertThat(NotificationTopology.of("", FoldedBefore.nothing()).describe().toString()).isEqualTo(new String(committed.readAllBytes(), UTF_8));
        }
    }

    @Test
    void tellsOfAConversationsWholeLife() {
        append(opened("c1"));
        append(message("c1", 2, "m1", "hi"));
        append(assigned("c1", 3, "ben", null, "ana", Reason.MANUAL));
        append(message("c1", 4, "m2", "more"));
        append(assigned("c1", 5, "ana", "ben", "ana", Reason.MANUAL));
        append(message("c1", 6, "m3", "yet more"));
        append(reply("c1", 7, "ben"));
        append(unassigned("c1", 8, "ana", "ana", Reason.MANUAL));
        append(message("c1", 9, "m4", "?"));
        append(reply("c1", 10, "ben"));
        append(assigned("c1", 11, "ben", null, "ben", Reason.FIRST_REPLY));
        append(unassigned("c1", 12, "ben", "ben", Reason.COMPLETED));
        append(completed("c1", 13, "ben"));
        append(reopened("c1", 14, Samples.BY_VISITOR, "m5"));
        append(message("c1", 15, "m5", "back"));
        append(completed("c1", 16, "ben"));
        append(reopened("c1", 17, Actor.agent("ana"), "k17"));
        append(message("c1", 18, "m6", "well"));

        assertThat(told()).containsExactly(
                "* c1:2 message.received",
                "ben c1:3 conversation.assigned",
                "ben c1:4 message.received",
                "ana c1:6 message.received",
                "* c1:8 conversation.unassigned except ana",
                "* c1:9 message.received",
                "* c1:14 conversation.reopened",
                "* c1:18 message.received");
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void writesTheEventsTimeAndNoHeaderOfTheEvent() {
        append(opened("c1"));
        append(message("c1", 2, "m1", "hi"));

        TestRecord<byte[], byte[]> record = notifications.readRecord();

        assertThat(record.getRecordTime()).isEqualTo(Samples.at(2));
        assertThat(record.headers()).isEmpty();
        assertThat(new String(record.value(), UTF_8)).isEqualTo("""
                {"eventId":"c1:2","conversationId":"c1","version":2,"type":"message.received","at":"2026-11-22T10:15:02Z",\
                "channel":"web","visitor":{"id":"v1","name":"Vera"},"text":"hi"}""");
    }

    @Test
    void tellsOfARepeatedEventOnce() {
        append(opened("c1"));
        append(message("c1", 2, "m1", "hi"));
        append(opened("c1"));
        append(message("c1", 2, "m1", "hi"));
        append(message("c1", 3, "m2", "ho"));

        assertThat(told()).containsExactly("* c1:2 message.received", "* c1:3 message.received");
    }

    @Test
    void keepsConversationsApart() {
        append(opened("c1"));
        append(assigned("c1", 2, "ana", null, "ana", Reason.MANUAL));
        append(opened("c2"));
        append(message("c2", 2, "m1", "hi"));
        append(message("c1", 3, "m2", "ho"));

        assertThat(told()).containsExactly("* c2:2 message.received", "ana c1:3 message.received");
    }

    @Test
    void remembersWhatItHasToKnowOfAConversation() {
        append(opened("c1"));
        append(assigned("c1", 2, "ana", null, "ana", Reason.MANUAL));

        byte[] row = driver.<String, byte[]>getKeyValueStore(NotificationTopology.STORE).get("c1");

        assertThat(Json.read(row, KnownConversation.class))
                .isEqualTo(new KnownConversation(2, "ana", "web", Samples.VISITOR, baton.contract.Status.OPEN, null));
    }

    @Test
    void buriesWhatCannotBeReadAndGoesOn() {
        append(opened("c1"));
        events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), "not json".getBytes(UTF_8), type("message.received"), Samples.AT));
        events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), "{}".getBytes(UTF_8), type("conversation.merged"), Samples.AT));
        events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), "{}".getBytes(UTF_8), new RecordHeaders(), Samples.AT));
        events.pipeInput(new TestRecord<>(null, EventJson.value(message("c1", 2, "m1", "hi")), type("message.received"), Samples.AT));
        events.pipeInput(new TestRecord<>("c2".getBytes(UTF_8), EventJson.value(message("c1", 2, "m1", "hi")),
                type("message.received"), Samples.AT));
        events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), null, type("message.received"), Samples.AT));
        append(message("c1", 2, "m1", "hi"));

        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters.stream().map(letter -> header(letter, "baton-reason"))).containsExactly(
                "not JSON: line 1, column 1",
                "the event type conversation.merged is not known",
                "the header ce_type is missing",
                "the key is not the event's conversationId",
                "the key is not the event's conversationId",
                "the value is missing");
        assertThat(letters.getFirst().key()).isEqualTo("c1".getBytes(UTF_8));
        assertThat(letters.getFirst().value()).isEqualTo("not json".getBytes(UTF_8));
        assertThat(header(letters.getFirst(), "baton-origin-topic")).isEqualTo("x-conversation-events");
        assertThat(header(letters.getFirst(), "baton-origin-partition")).isEqualTo("0");
        assertThat(header(letters.getFirst(), "baton-origin-offset")).isEqualTo("1");
        assertThat(header(letters.getFirst(), "baton-read-by")).isEqualTo("notification-service");
        assertThat(told()).containsExactly("* c1:2 message.received");
    }

    @Test
    void buriesAnEventOfATimeThatNoRecordCanHave() {
        String event = new String(EventJson.value(opened("c1")), UTF_8);
        for (String at : List.of("1969-12-31T23:59:59.999Z", "+1000000000-12-31T23:59:59Z")) {
            byte[] value = event.replace(opened("c1").at().toString(), at).getBytes(UTF_8);
            events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), value, type("conversation.opened"), Samples.AT));

            assertThat(header(deadLetters.readRecord(), "baton-reason")).startsWith("at ");
        }
    }

    @Test
    void saysWhereALetterStandsThatIsTooLarge() {
        events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), new byte[1_000_000], type("message.received"), Samples.AT));

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();

        assertThat(letter.value()).isNull();
        assertThat(header(letter, "baton-reason")).contains("1000002 bytes", "see its origin");
    }

    @Test
    void saysOfWhatWasToldBeforeARebuildThatItIsNoNews() {
        driver.close();
        open(FoldedBefore.upTo(7, Map.of(0, 4L, 1, 1_000L), Samples.at(3)), "rebuilt");
        append(opened("c1"));
        append(message("c1", 2, "m1", "hi"));
        append(message("c1", 3, "m2", "ho"));
        events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), "not json".getBytes(UTF_8), type("message.received"), Samples.AT));
        append(message("c1", 4, "m3", "hu"));
        events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), "not json".getBytes(UTF_8), type("message.received"), Samples.AT));

        assertThat(notifications.readRecordsToList().stream().map(record -> Json.read(record.value(), Notification.class).eventId() + " "
                + (record.headers().lastHeader(Notification.HEADER_REBUILT) == null ? "told" : "rebuilt " + header(record, Notification.HEADER_REBUILT))))
                .as("what is older than its topic keeps is not written again").containsExactly("c1:3 rebuilt 7", "c1:4 told");
        assertThat(deadLetters.readRecordsToList()).extracting(letter -> header(letter, "baton-origin-offset")).containsExactly("5");
    }

    @Test
    void asksToBeAdmittedBeforeItIsGivenAnything() {
        FoldedBefore refused = FoldedBefore.nothing().admittedBy(() -> {
            throw new NotAdmitted("it is being rebuilt");
        });
        assertThatThrownBy(() -> open(refused, "refused")).hasRootCauseInstanceOf(NotAdmitted.class);
    }

    @Test
    void haltsWhereAnEventIsMissing() {
        append(opened("c1"));

        assertThatThrownBy(() -> append(message("c1", 3, "m1", "hi"))).hasRootCauseInstanceOf(Halt.class)
                .rootCause().hasMessageContaining("c1 is at version 1, an event of version 3 cannot follow");
    }

    @Test
    void haltsAtAnEventThatOnlyANewerBuildCanRead() {
        append(opened("c1"));
        Headers headers = type("conversation.merged");
        headers.add(EventJson.HEADER_ID, "c1:2".getBytes(UTF_8));

        assertThatThrownBy(() -> events.pipeInput(new TestRecord<>("c1".getBytes(UTF_8), "{}".getBytes(UTF_8), headers, Samples.AT)))
                .hasRootCauseInstanceOf(Halt.class)
                .rootCause().hasMessageContaining("the event c1:2 cannot be read by this build");
    }

    private void append(Event event) {
        Headers headers = new RecordHeaders();
        EventJson.headers(event).forEach((name, text) -> headers.add(name, text.getBytes(UTF_8)));
        events.pipeInput(new TestRecord<>(event.conversationId().getBytes(UTF_8), EventJson.value(event), headers, event.at()));
    }

    private List<String> told() {
        return notifications.readRecordsToList().stream().map(record -> {
            Notification notification = Json.read(record.value(), Notification.class);
            return new String(record.key(), UTF_8) + " " + notification.eventId() + " " + notification.type().wireName()
                    + (notification.except() == null ? "" : " except " + notification.except());
        }).toList();
    }

    private static Headers type(String name) {
        return new RecordHeaders().add(EventJson.HEADER_TYPE, name.getBytes(UTF_8));
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
