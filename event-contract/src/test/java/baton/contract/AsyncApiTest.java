package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Samples.Sample;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// docs/asyncapi.yaml says what the code does.
class AsyncApiTest {

    private final JsonNode document = Docs.asyncApi();

    static List<Sample> samples() {
        return Samples.all();
    }

    @Test
    void hasAChannelForEveryTopicAndForNothingElse() {
        assertThat(document.get("channels").valueStream().map(channel -> channel.get("address").textValue()))
                .containsExactlyElementsOf(Arrays.stream(Topic.values()).map(topic -> topic.name("")).toList());
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void saysHowATopicIsConfigured(Topic topic) {
        Map<String, String> config = new TreeMap<>();
        kafka(topic).get("topicConfiguration").properties().forEach(entry -> config.put(entry.getKey(), entry.getValue().isArray()
                ? entry.getValue().valueStream().map(JsonNode::textValue).collect(Collectors.joining(","))
                : entry.getValue().asText()));

        assertThat(config).isEqualTo(topic.config());
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void saysHowManyPartitionsATopicHas(Topic topic) {
        boolean byConversation = topic.partitions(7) == 7;

        assertThat(kafka(topic).get("partitions").intValue()).isEqualTo(topic.partitions(4));
        assertThat(channel(topic).get("x-spread").textValue()).isEqualTo(byConversation ? "by-conversation" : "one-partition");
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void saysWhoWritesAndReadsATopicAndHasAnOperationForIt(Topic topic) {
        String reference = "#/channels/" + topic.name("");

        assertThat(channel(topic).get("description").textValue()).startsWith("Written ").contains("read by");
        assertThat(document.get("operations").valueStream().map(operation -> operation.at("/channel/$ref").textValue()))
                .contains(reference);
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void hasAMessageForEveryTopic(Topic topic) {
        assertThat(channel(topic).get("messages").properties()).isNotEmpty().allSatisfy(message ->
                assertThat(message.getValue().get("$ref").textValue()).isEqualTo("#/components/messages/" + message.getKey()));
    }

    @Test
    void hasAMessageForEveryTypeOfEventOnThePublicLogAndForNothingElse() {
        assertThat(names(channel(Topic.CONVERSATION_EVENTS).get("messages")))
                .containsExactlyElementsOf(Arrays.stream(EventType.values()).map(EventType::wireName).toList());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void describesKeyHeadersAndValueOfEveryRecord(Sample sample) {
        JsonNode message = message(sample.kind());
        JsonNode key = Json.MAPPER.valueToTree(sample.key());
        JsonNode headers = Json.MAPPER.valueToTree(sample.headers());

        assertThat(message.get("name").textValue()).isEqualTo(sample.kind());
        assertThat(message.at("/payload/schema/$ref").textValue()).isEqualTo("./schemas/" + sample.kind() + ".json");
        assertThat(Docs.schema(Docs.ASYNCAPI, message.at("/bindings/kafka/key")).validate(key)).isEmpty();
        if (!message.has("headers")) {
            assertThat(sample.headers()).isEmpty();
        } else {
            assertThat(Docs.schema(Docs.ASYNCAPI, message.at("/headers/schema")).validate(headers)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void hasTheTypeOfAnEventInItsHeaders(EventType type) {
        assertThat(message(type.wireName()).at("/headers/schema/properties/ce_type/const").textValue()).isEqualTo(type.wireName());
    }

    @Test
    void requiresExactlyTheHeadersThatEventsHave() {
        JsonNode schema = Docs.read(Docs.SCHEMAS.resolve("conversation-event-headers.json"));
        Set<String> written = Samples.all().getFirst().headers().keySet();

        assertThat(names(schema.get("properties"))).containsExactlyElementsOf(written);
        assertThat(schema.get("required").valueStream().map(JsonNode::textValue)).containsExactlyElementsOf(written);
    }

    @Test
    void requiresTheHeadersOfDeadLetters() {
        JsonNode schema = Docs.read(Docs.SCHEMAS.resolve("dead-letter-headers.json"));
        List<String> headers = List.of(
                "baton-reason", "baton-origin-topic", "baton-origin-partition", "baton-origin-offset", "baton-read-by");

        assertThat(names(schema.get("properties"))).containsExactlyElementsOf(headers);
        assertThat(schema.get("required").valueStream().map(JsonNode::textValue)).containsExactlyElementsOf(headers);
    }

    @Test
    void hasNoReferenceToNowhereAndNoSchemaThatNobodyRefersTo() {
        Set<Path> reached = new HashSet<>();
        follow(Docs.ASYNCAPI, reached);
        reached.remove(Docs.ASYNCAPI);

        assertThat(reached).isEqualTo(Docs.schemas());
    }

    private static void follow(Path file, Set<Path> reached) {
        assertThat(Files.exists(file)).as(file.getFileName().toString()).isTrue();
        if (!reached.add(file)) {
            return;
        }
        for (JsonNode node : Docs.read(file).findValues("$ref")) {
            String[] reference = node.textValue().split("#", 2);
            Path target = reference[0].isEmpty() ? file : file.resolveSibling(reference[0]).normalize();
            follow(target, reached);
            if (reference.length == 2) {
                assertThat(Docs.read(target).at(reference[1]).isMissingNode()).as(file.getFileName() + ": " + node.textValue()).isFalse();
            }
        }
    }

    private JsonNode channel(Topic topic) {
        return document.get("channels").get(topic.name(""));
    }

    private JsonNode kafka(Topic topic) {
        return channel(topic).at("/bindings/kafka");
    }

    private JsonNode message(String name) {
        return document.at("/components/messages/" + name);
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }
}
