package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The published schemas allow exactly what the code reads: not a field more is required, not a field less.
class SchemaTest {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /// What may stand in the place of another value.
    private static final List<JsonNode> OTHERS = List.of(JSON.nullNode(), JSON.numberNode(1), JSON.numberNode(0), JSON.numberNode(-1),
            JSON.numberNode(1.5), JSON.booleanNode(true), JSON.textNode(""), JSON.textNode(" "), JSON.textNode("1"), JSON.textNode("a b"),
            JSON.textNode("true"), JSON.textNode("agent"), JSON.textNode("visitor"), JSON.textNode("system"), JSON.textNode("completed"),
            JSON.textNode("x".repeat(128)), JSON.textNode("x".repeat(129)), JSON.textNode("ana\n"), JSON.textNode("reply"),
            JSON.textNode("2026-02-30T10:00:00Z"), JSON.textNode("2026-11-22T10:00:00"), JSON.textNode("2026-11-22T10:00:00.5+01:00"),
            JSON.objectNode(), JSON.arrayNode(), JSON.arrayNode().add("ana"), JSON.arrayNode().add(1), JSON.arrayNode().addNull());

    static List<Golden> goldens() {
        return Golden.all();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void allowsWhatIsWritten(Golden golden) {
        assertThat(Docs.schema(golden.kind()).validate(Golden.parse(golden.value()))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void requiresAFieldIfAndOnlyIfTheCodeDoes(Golden golden) {
        JsonSchema schema = Docs.schema(golden.kind());
        List<String> required = new ArrayList<>();

        forEachField(golden, (document, place) -> {
            place.owner().remove(place.field());
            Throwable refusal = catchThrowable(() -> golden.read(Json.write(document)));

            assertThat(schema.validate(document).isEmpty()).as("%s without %s: %s", golden, place, refusal).isEqualTo(refusal == null);
            if (refusal != null) {
                assertThat(refusal).isInstanceOf(Unreadable.class).hasMessageContaining(place.field());
                required.add(place.field());
            }
        });

        assertThat(required).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void refusesAWrongValueIfAndOnlyIfTheCodeDoes(Golden golden) {
        JsonSchema schema = Docs.schema(golden.kind());

        for (JsonNode other : OTHERS) {
            forEachField(golden, (document, place) -> {
                place.owner().set(place.field(), other);
                Throwable refusal = catchThrowable(() -> golden.read(Json.write(document)));

                assertThat(schema.validate(document).isEmpty()).as("%s with %s = %s: %s", golden, place, other, refusal)
                        .isEqualTo(refusal == null);
                assertThat(refusal).satisfiesAnyOf(it -> assertThat(it).isNull(), it -> assertThat(it).isInstanceOf(Unreadable.class));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void toleratesUnknownFieldsInEveryObject(Golden golden) {
        JsonSchema schema = Docs.schema(golden.kind());
        ObjectNode document = (ObjectNode) Golden.parse(golden.value());
        objectsOf(document).forEach(object -> object.putObject("addedLater").put("type", 1).putArray("list").add(1));

        assertThat(schema.validate(document)).isEmpty();
        assertThat(golden.read(Json.write(document))).isEqualTo(golden.read(golden.value()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "name"})
    void takesForBlankWhatTheCodeTakesForBlank(String definition) {
        Pattern notBlank = Pattern.compile(definition(definition).get("pattern").textValue());

        assertThat(IntStream.rangeClosed(0, 0xFFFF).filter(c -> !Character.isSurrogate((char) c))
                .filter(c -> notBlank.matcher(Character.toString(c)).find() == Character.toString(c).isBlank())).isEmpty();
    }

    @Test
    void hasTheLimitsOfTheCode() {
        assertThat(definition("id").get("pattern").textValue()).isEqualTo("^" + Ids.PATTERN + "$");
        assertThat(definition("eventId").get("pattern").textValue()).isEqualTo("^" + Ids.EVENT_ID_PATTERN + "$");
        assertThat(definition("text").get("maxLength").intValue()).isEqualTo(Limits.TEXT_LENGTH_MAX);
        assertThat(definition("name").get("maxLength").intValue()).isEqualTo(Limits.NAME_LENGTH_MAX);
        assertThat(property("group", "members").get("maxItems").intValue()).isEqualTo(Limits.GROUP_MEMBERS_MAX);
        assertThat(property("agent", "activePeriods").get("maxItems").intValue()).isEqualTo(Agent.ACTIVE_PERIODS_MAX);
        assertThat(property("notification", "text").get("maxLength").intValue()).isEqualTo(Limits.PREVIEW_LENGTH_MAX);
    }

    @Test
    void countsCharactersAsTheCodeDoes() {
        JsonSchema schema = Docs.schema("channel-message");
        ObjectNode message = (ObjectNode) Golden.parse(Json.write(Samples.MESSAGE));

        message.put("text", "😀".repeat(Limits.TEXT_LENGTH_MAX));
        assertThat(schema.validate(message)).isEmpty();
        message.put("text", "😀".repeat(Limits.TEXT_LENGTH_MAX) + "x");
        assertThat(schema.validate(message)).isNotEmpty();
    }

    @Test
    void namesEveryTypeOfEventInANotification() {
        assertThat(texts(property("notification", "type").get("enum")))
                .containsExactlyElementsOf(Arrays.stream(EventType.values()).map(EventType::wireName).toList());
    }

    @Test
    void hasASchemaForEveryReasonAndNoOther() {
        assertThat(Stream.of("conversation.assigned", "conversation.unassigned")
                .flatMap(schema -> texts(property(schema, "reason").get("enum"))).distinct())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Reason.values()).map(Reason::wireName).toList());
    }

    private static JsonNode definition(String name) {
        return Docs.read(Docs.SCHEMAS.resolve("definitions.json")).at("/$defs/" + name);
    }

    private static JsonNode property(String schema, String name) {
        return Docs.read(Docs.SCHEMAS.resolve(schema + ".json")).at("/properties/" + name);
    }

    private static Stream<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::textValue);
    }

    private record Place(ObjectNode owner, String field) {
        @Override
        public String toString() {
            return field + " of " + owner;
        }
    }

    /// Calls with a fresh copy of the document for each field of each object in it.
    private static void forEachField(Golden golden, BiConsumer<JsonNode, Place> change) {
        int fields = places(Golden.parse(golden.value())).size();
        for (int i = 0; i < fields; i++) {
            JsonNode document = Golden.parse(golden.value());
            change.accept(document, places(document).get(i));
        }
    }

    private static List<Place> places(JsonNode document) {
        return objectsOf(document).stream()
                .flatMap(object -> object.propertyStream().map(field -> new Place(object, field.getKey()))).toList();
    }

    private static List<ObjectNode> objectsOf(JsonNode node) {
        List<ObjectNode> found = new ArrayList<>();
        if (node instanceof ObjectNode object) {
            found.add(object);
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.forEach(child -> found.addAll(objectsOf(child)));
        }
        return found;
    }
}
