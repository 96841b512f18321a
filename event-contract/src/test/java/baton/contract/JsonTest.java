package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private static final String MESSAGE = """
            {"messageId": "m-1", "channel": "webchat", "visitor": {"id": "v-1"}, "text": "hello"}""";

    @Test
    void toleratesUnknownFields() {
        ChannelMessage read = message("""
                {"messageId": "m-1", "mood": {"glad": [1]}, "channel": "webchat", "visitor": {"id": "v-1", "age": 7}, "text": "hello"}""");

        assertThat(read).isEqualTo(new ChannelMessage("m-1", "webchat", new Visitor("v-1", null), "hello", null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                     | messageId is missing
            {"messageId": "m", "channel": "c", "visitor": {}, "text": "x"}         | visitor.id is missing
            {"messageId": "m", "channel": "c", "visitor": {"id": "v"}}             | text is missing
            {"messageId": "m", "visitor": {"id": "v"}, "text": "x"}                | channel is missing
            {"messageId": "m", "channel": "c", "text": "x"}                        | visitor is missing
            {"messageId": null, "channel": "c", "visitor": {"id": "v"}, "text": "x"} | messageId is missing
            """)
    void namesTheFieldThatIsMissing(String json, String reason) {
        assertRefused(json, reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "text": "hello"    | "text": 1           | text has the wrong type or value
            "text": "hello"    | "text": 1.5         | text has the wrong type or value
            "text": "hello"    | "text": true        | text has the wrong type or value
            "text": "hello"    | "text": ["hello"]   | text has the wrong type or value
            "id": "v-1"        | "id": 1             | visitor.id has the wrong type or value
            {"id": "v-1"}      | "v-1"               | visitor has the wrong type or value
            {"id": "v-1"}      | ""                  | visitor has the wrong type or value
            """)
    void refusesAWrongType(String right, String wrong, String reason) {
        assertThat(MESSAGE).contains(right);
        assertRefused(MESSAGE.replace(right, wrong), reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\" \"", "\"1\"", "\"true\"", "1.0", "1e0", "true", "[]", "[1]", "{}", "9223372036854775808"})
    void refusesAVersionThatIsNoWholeNumber(String version) {
        assertThatThrownBy(() -> Json.read(utf8("""
                {"rulesVersion": 1, "commandId": "k", "conversationId": "c", "actor": {"type": "agent", "id": "ana"},
                "supervisor": false, "ownership": "owner", "ifMatch": %s, "body": {"type": "unassign-agent"}}""".formatted(version)),
                CommandEnvelope.class))
                .isInstanceOf(Unreadable.class).hasMessage("ifMatch has the wrong type or value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\" \"", "\"true\"", "\"false\"", "0", "1", "null", "[true]"})
    void refusesATruthThatIsNone(String active) {
        assertThatThrownBy(() -> Json.read(utf8("""
                {"id": "ana", "name": "Ana", "role": "agent", "active": %s}""".formatted(active)), Agent.class))
                .isInstanceOf(Unreadable.class).hasMessage("active has the wrong type or value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "0", "\"0\"", "\"AGENT\"", "\"owner\"", "[]", "true"})
    void refusesARoleThatIsNone(String role) {
        assertThatThrownBy(() -> Json.read(utf8("""
                {"id": "ana", "name": "Ana", "role": %s, "active": true}""".formatted(role)), Agent.class))
                .isInstanceOf(Unreadable.class).hasMessage("role has the wrong type or value");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.5", "0", "true", "{}", "[]", "[2026, 11]", "\"\"", "\" \"", "\"1\"", "\"2026-11-22\"",
        "\"2026-11-22T10:15Z\"", "\"2026-11-22T10:15:00\"", "\"2026-11-22T10:15:00+0100\"", "\"2026-11-22T24:00:00Z\"",
        "\"2026-02-30T10:15:00Z\"", "\" 2026-11-22T10:15:00Z\"", "\"2026-11-22T10:15:00.1234567891Z\"",
        "\"+1000000000-12-31T23:59:59Z\"", "\"-0001-12-31T23:59:59Z\"", "\"0000-01-01T00:00:00+00:01\"",
        "\"9999-12-31T23:59:59-00:01\""})
    void refusesATimeThatIsNone(String time) {
        assertRefused(MESSAGE.replace("}, ", "}, \"sentAt\": " + time + ", "), "sentAt has the wrong type or value");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:15:00Z, 2026-11-22T10:15:00Z",
        "2026-11-22t10:15:00z, 2026-11-22T10:15:00Z",
        "2026-11-22T10:15:00+01:00, 2026-11-22T09:15:00Z",
        "2026-11-22T10:15:00.123456789Z, 2026-11-22T10:15:00.123456789Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999999Z"})
    void readsATimeWithItsOffset(String text, Instant time) {
        assertThat(message(MESSAGE.replace("}, ", "}, \"sentAt\": \"" + text + "\", ")).sentAt()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "]", "}", " {}", " 1", " null", "\u0000", MESSAGE})
    void refusesWhateverStandsAfterTheEnd(String rest) {
        assertThatThrownBy(() -> message(MESSAGE + rest)).isInstanceOf(Unreadable.class);
    }

    @Test
    void toleratesALineBreakAfterTheEnd() {
        assertThat(message(MESSAGE + "\r\n")).isEqualTo(message(MESSAGE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "hello", "{", "{\"messageId\"", "[]", "1", "\"x\"", "\u0000", "\u00ff"})
    void refusesWhatIsNoObject(String json) {
        assertThatThrownBy(() -> Json.read(json.getBytes(StandardCharsets.ISO_8859_1), ChannelMessage.class))
                .isInstanceOf(Unreadable.class).hasMessageStartingWith("not ");
    }

    @Test
    void refusesAMissingValueAndNull() {
        assertThatThrownBy(() -> Json.read(null, ChannelMessage.class))
                .isInstanceOf(Unreadable.class).hasMessage("the value is missing");
        assertRefused("null", "the value is null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d", "\\ude00", "\\ude00\\ud83d", "a\\ud83d b"})
    void refusesHalfASurrogatePair(String text) {
        assertRefused(MESSAGE.replace("hello", text), "text must be valid Unicode, it has half of a surrogate pair");
    }

    @Test
    void refusesHalfASurrogatePairInBytes() {
        byte[] json = MESSAGE.replace("hello", "@@@").getBytes(StandardCharsets.UTF_8);
        int at = MESSAGE.indexOf("hello");
        json[at] = (byte) 0xED;
        json[at + 1] = (byte) 0xA0;
        json[at + 2] = (byte) 0xBD;

        assertThatThrownBy(() -> Json.read(json, ChannelMessage.class)).isInstanceOf(Unreadable.class);
    }

    @Test
    void readsAWholeSurrogatePair() {
        assertThat(message(MESSAGE.replace("hello", "\\ud83d\\ude00")).text()).isEqualTo("😀");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                   | body.type is missing
            {"text": "x"}                                        | body.type is missing
            {"type": "explode"}                                  | body.type is not known
            {"type": "baton.contract.Command$Reply", "text": "x"} | body.type is not known
            {"type": "reply"}                                    | text is missing
            {"type": "reply", "text": " "}                       | text must not be empty
            {"type": "assign-agent", "agentId": "a b"}           | agentId must be 1 to 128 characters out of A-Z a-z 0-9 . _ ~ -
            {"type": "receive-message", "messageId": "m", "channel": "c", "visitor": {"id": "v"}, "text": "x"} | actor.type must be visitor for a message
            null                                                 | body is missing
            """)
    void saysWhatIsWrongWithACommand(String body, String reason) {
        assertThatThrownBy(() -> Json.read(utf8("""
                {"rulesVersion": 1, "commandId": "k", "conversationId": "c", "actor": {"type": "agent", "id": "ana"},
                "supervisor": false, "ownership": "owner", "body": %s}""".formatted(body)), CommandEnvelope.class))
                .isInstanceOf(Unreadable.class).hasMessage(reason);
    }

    @Test
    void refusesAnAgentWithANullAmongHerPeriods() {
        assertThatThrownBy(() -> Json.read(utf8("""
                {"id": "ana", "name": "Ana", "role": "agent", "active": true, "activePeriods": [null]}"""), Agent.class))
                .isInstanceOf(Unreadable.class).hasMessage("activePeriods must not have a null");
    }

    @Test
    void saysWhatIsWrongWithoutNamesOfClasses() {
        assertThatThrownBy(() -> message(MESSAGE.replace("{\"id\": \"v-1\"}", "[]")))
                .isInstanceOf(Unreadable.class).message().doesNotContain("baton", "Visitor", "java");
    }

    private static void assertRefused(String json, String reason) {
        assertThatThrownBy(() -> message(json)).isInstanceOf(Unreadable.class).hasMessage(reason);
    }

    private static ChannelMessage message(String json) {
        return Json.read(utf8(json), ChannelMessage.class);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
