package baton.assignment.stream;

import static baton.assignment.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.assignment.Samples;
import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Json;
import baton.contract.Ownership;
import baton.contract.Refusal;
import baton.contract.SentReply;
import baton.runtime.Halt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys, sinks, headers, stores and dead letters of the deciding application. One partition, so that every key is at home in it.
class AssignmentTopologyTest {

    @TempDir
    private Path state;

    private final List<Decision> answers = new ArrayList<>();
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> commands;
    private TestOutputTopic<byte[], byte[]> events;
    private TestOutputTopic<byte[], byte[]> replies;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    @BeforeEach
    void open() {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        driver = new TopologyTestDriver(AssignmentTopology.build("", 1, (_, decision) -> answers.add(decision)), config, NOON);
        commands = driver.createInputTopic("conversation-commands", new ByteArraySerializer(), new ByteArraySerializer());
        events = output("conversation-events");
        replies = output("conversation-replies");
        deadLetters = output("dead-letters");
    }

    private TestOutputTopic<byte[], byte[]> output(String topic) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void isTheTopologyThatWasAgreedOn() throws IOException {
        String agreed = new String(getClass().getResourceAsStream("/assignment-topology.txt").readAllBytes(), StandardCharsets.UTF_8);
        assertThat(AssignmentTopology.build("", 1, (_, _) -> { }).describe().toString()).isEqualToNormalizingNewlines(agreed);
    }

    @Test
    void publishesEventsAsCloudEventsUnderTheConversationsKey() {
        send(Samples.message("m-1"));
        List<TestRecord<byte[], byte[]>> published = events.readRecordsToList();
        assertThat(published).extracting(record -> header(record, "ce_type")).containsExactly("conversation.opened", "message.received");
        TestRecord<byte[], byte[]> second = published.get(1);
        assertThat(text(second.key())).isEqualTo("c-1");
        assertThat(second.timestamp()).isEqualTo(NOON.toEpochMilli());
        assertThat(header(second, "ce_id")).isEqualTo("c-1:2");
        assertThat(header(second, "ce_specversion")).isEqualTo("1.0");
        assertThat(header(second, "ce_subject")).isEqualTo("c-1");
        assertThat(header(second, "ce_time")).isEqualTo("2026-11-22T12:00:00Z");
        assertThat(header(second, "content-type")).isEqualTo("application/json");
        assertThat(EventJson.read("message.received", second.value())).isInstanceOf(Event.MessageReceived.class);
    }

    @Test
    void sendsAReplyToTheChannelWithNothingThatAVisitorMustNotSee() throws IOException {
        send(Samples.message("m-1"));
        send(Samples.by("ana", new Command.Reply("hello Vera")));
        TestRecord<byte[], byte[]> reply = replies.readRecord();
        assertThat(replies.isEmpty()).isTrue();
        assertThat(text(reply.key())).isEqualTo("c-1");
        assertThat(Json.MAPPER.readTree(reply.value()).properties()).extracting(java.util.Map.Entry::getKey)
                .containsExactlyInAnyOrder("replyId", "conversationId", "channel", "visitorId", "text", "at");
        assertThat(Json.read(reply.value(), SentReply.class)).isEqualTo(new SentReply("c-1:3", "c-1", "web", "vera", "hello Vera", NOON));
        assertThat(text(reply.value())).doesNotContain("ana");
    }

    @Test
    void answersEachCommandWithItsDecision() {
        send(Samples.message("m-1"));
        send(Samples.by("ana", new Command.AssignAgent("ana")));
        send(Samples.command("k-2", "ben", false, Ownership.OWNER, null, new Command.AssignAgent("ben")));
        assertThat(answers).hasSize(3);
        assertThat(answers.get(1)).isInstanceOf(Decision.Accepted.class).extracting(Decision::version).isEqualTo(3L);
        assertThat(answers.get(2)).isEqualTo(new Decision.Refused("c-1", 3, Refusal.NOT_THE_OWNER, "ana", NOON, false));
    }

    @Test
    void keepsRubbishAsADeadLetterWithItsReasonAndGoesOn() {
        send(Samples.message("m-1"));
        commands.pipeInput(bytes("c-1"), bytes("{not json"), NOON);
        commands.pipeInput(null, Json.write(Samples.message("m-2")), NOON);
        commands.pipeInput(bytes("no id!"), Json.write(Samples.message("m-2")), NOON);
        commands.pipeInput(bytes("c-2"), Json.write(Samples.message("m-2")), NOON);
        commands.pipeInput(bytes("c-1"), null, NOON);
        commands.pipeInput(bytes("c-1"), bytes("{\"commandId\":\"k\"}"), NOON);
        send(Samples.message("m-3"));

        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters).extracting(letter -> header(letter, "baton-reason")).containsExactly(
                "not JSON: line 1, column 2",
                "the key is missing",
                "the key is not a conversation id",
                "the key is not the command's conversationId",
                "the value is missing",
                "rulesVersion is missing or not a version");
        assertThat(text(letters.getFirst().value())).isEqualTo("{not json");
        assertThat(header(letters.getFirst(), "baton-origin-topic")).isEqualTo("conversation-commands");
        assertThat(header(letters.getFirst(), "baton-origin-offset")).isEqualTo("1");
        assertThat(events.readRecordsToList()).hasSize(3);
        assertThat(answers).filteredOn(a -> a instanceof Decision.Refused refused && refused.refusal() == Refusal.UNREADABLE).hasSize(6);
    }

    @Test
    void refusesARecordThatAnotherPartitionsOwnerWouldDecide() {
        byte[] key = bytes("c-1");
        int home = baton.runtime.KafkaClients.partition(key, 7);
        CommandEnvelope command = CommandRecords.read(key, Json.write(Samples.message("m-1")), home, 7);
        assertThat(command.conversationId()).isEqualTo("c-1");
        assertThatThrownBy(() -> CommandRecords.read(key, Json.write(Samples.message("m-1")), (home + 1) % 7, 7))
                .hasMessage("the conversation belongs to partition " + home);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"rulesVersion\":99,\"whatever\":true}",
        "{\"rulesVersion\":99,\"commandId\":\"k\",\"conversationId\":\"c-1\",\"actor\":{\"type\":\"system\",\"id\":\"baton\"},\"supervisor\":true,"
                + "\"ownership\":\"owner\",\"body\":{\"type\":\"switch-rules\",\"version\":99}}",
        "{\"rulesVersion\":1,\"commandId\":\"k\",\"conversationId\":\"c-1\",\"actor\":{\"type\":\"system\",\"id\":\"baton\"},\"supervisor\":true,"
                + "\"ownership\":\"owner\",\"body\":{\"type\":\"switch-rules\",\"version\":99}}"})
    void haltsAtRulesThatItDoesNotKnow(String newer) {
        send(Samples.message("m-1"));
        assertThatThrownBy(() -> commands.pipeInput(bytes("c-1"), bytes(newer), NOON))
                .isInstanceOf(StreamsException.class).hasRootCauseInstanceOf(Halt.class)
                .rootCause().hasMessageContaining("version 99 of the rules, this build knows up to version 2: deploy the newer build");
        assertThat(answers).hasSize(1);
        assertThat(applied().get(OffsetGuard.KEY)).as("it is the next command still").isZero();
    }

    @Test
    void decidesEachCommandByTheRulesThatAreInForceWhereItStandsOnTheLog() {
        send(Samples.message("m-1"));
        send(deactivated("k-1"));
        send(Samples.switchTo(2));
        send(deactivated("k-2"));
        send(deactivated("k-1"));

        assertThat(answers.get(1)).isInstanceOf(Decision.Accepted.class).extracting(Decision::version).isEqualTo(3L);
        assertThat(answers.get(2)).isEqualTo(new Decision.Accepted("c-1", 0, null, null, List.of(), false));
        assertThat(answers.get(3)).isEqualTo(new Decision.Refused("c-1", 3, Refusal.ASSIGNEE_DEACTIVATED, "ben", NOON, false));
        assertThat(answers.get(4)).as("decided before the switch").isEqualTo(answers.get(1).again());
        assertThat(applied().get(RulesInForce.KEY)).isEqualTo(2);
    }

    @Test
    void aSwitchLeavesNoTraceButTheVersionInForce() {
        send(Samples.switchTo(2));
        send(Samples.switchTo(2));
        send(Samples.switchTo(1));

        assertThat(answers).containsExactly(
                new Decision.Accepted("c-1", 0, null, null, List.of(), false),
                new Decision.Accepted("c-1", 0, null, null, List.of(), false),
                new Decision.Refused("c-1", 0, Refusal.NEWER_RULES_IN_FORCE, null, null, false));
        assertThat(applied().get(RulesInForce.KEY)).isEqualTo(2);
        assertThat(applied().get(OffsetGuard.KEY)).isEqualTo(2);
        try (var rows = driver.<String, byte[]>getKeyValueStore(AssignmentTopology.CONVERSATIONS).all()) {
            assertThat(rows.hasNext()).isFalse();
        }
        assertThat(events.isEmpty()).isTrue();
        assertThat(replies.isEmpty()).isTrue();
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    /// Builds from before there were versions look for the guard's row by its place.
    @Test
    void theGuardsRowIsTheLastOfTheChangelogAfterASwitchToo() {
        send(Samples.switchTo(2));
        var changelog = driver.createOutputTopic("test-" + AssignmentTopology.APPLIED + "-changelog", new StringDeserializer(), new LongDeserializer());
        assertThat(changelog.readKeyValuesToList()).extracting(row -> row.key).containsExactly(RulesInForce.KEY, OffsetGuard.KEY);
    }

    private KeyValueStore<String, Long> applied() {
        return driver.getKeyValueStore(AssignmentTopology.APPLIED);
    }

    /// As no build writes it, who would ask for version 2: so that what is in force makes the difference.
    private static CommandEnvelope deactivated(String id) {
        return new CommandEnvelope(1, id, "c-1", Actor.agent("ana"), false, Ownership.OWNER, null, new Command.AssignAgent("ben", true));
    }

    @Test
    void keepsTheOffsetOfTheLastCommandApplied() {
        send(Samples.message("m-1"));
        send(Samples.message("m-2"));
        assertThat(applied().get(OffsetGuard.KEY)).isEqualTo(1);
    }

    @Test
    void writesNoRowForAConversationThatDoesNotExist() {
        send(Samples.by("ana", new Command.Reply("hello")));
        assertThat(driver.<String, byte[]>getKeyValueStore(AssignmentTopology.CONVERSATIONS).get("c-1")).isNull();
        assertThat(events.isEmpty()).isTrue();
    }

    private void send(CommandEnvelope command) {
        commands.pipeInput(new TestRecord<>(bytes(command.conversationId()), Json.write(command), new RecordHeaders(), NOON));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return text(record.headers().lastHeader(name).value());
    }
}
