package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventTest {

    private static final byte[] COMPLETED = """
            {"conversationId": "web-4711", "version": 1, "at": "2026-11-22T09:15:00Z", "actor": {"type": "agent", "id": "ana"},
            "commandId": "k-1"}""".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @ValueSource(strings = {"", "conversation.merged", "Conversation.completed", "conversation.completed ", "CONVERSATION_COMPLETED",
        "conversation.completed.v2"})
    void refusesAnUnknownType(String type) {
        assertThatThrownBy(() -> EventJson.read(type, COMPLETED))
                .isInstanceOf(Unreadable.class).hasMessage("the event type " + type + " is not known");
    }

    @Test
    void refusesARecordWithoutAType() {
        assertThatThrownBy(() -> EventJson.read(null, COMPLETED))
                .isInstanceOf(Unreadable.class).hasMessage("the header ce_type is missing");
    }

    @Test
    void refusesATypeWhoseFieldsAreMissing() {
        assertThatThrownBy(() -> EventJson.read("conversation.assigned", COMPLETED))
                .isInstanceOf(Unreadable.class).hasMessage("assignee is missing");
    }

    @Test
    void tellsTheTypeByTheHeaderAlone() {
        assertThat(EventJson.read("conversation.completed", COMPLETED)).isInstanceOf(Event.ConversationCompleted.class);
        assertThat(EventJson.read("conversation.reopened", COMPLETED)).isInstanceOf(Event.ConversationReopened.class);
    }

    @Test
    void hasTheAttributesOfCloudEventsAsHeadersInOneOrder() {
        assertThat(EventJson.headers(new Event.ConversationCompleted("web-4711", 8, Samples.AT, Samples.BY_ANA, "k-1")))
                .containsExactly(
                        Map.entry("ce_specversion", "1.0"),
                        Map.entry("ce_id", "web-4711:8"),
                        Map.entry("ce_source", "/baton/assignment-service"),
                        Map.entry("ce_type", "conversation.completed"),
                        Map.entry("ce_subject", "web-4711"),
                        Map.entry("ce_time", "2026-11-22T09:15:00.123Z"),
                        Map.entry("content-type", "application/json"));
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void findsATypeByItsNameOnTheWire(EventType type) {
        assertThat(EventType.ofWireName(type.wireName())).contains(type);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void refusesAVersionBeforeTheFirst(long version) {
        assertThatThrownBy(() -> new Event.ConversationCompleted("web-4711", version, Samples.AT, Samples.BY_ANA, "k-1"))
                .isInstanceOf(InvalidField.class).hasMessage("version must be 1 or more");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void takesOnlyTheReasonsOfAnAssignment(Reason reason) {
        if (Arrays.asList(Reason.MANUAL, Reason.FIRST_REPLY).contains(reason)) {
            assertThat(assigned("ana", reason).reason()).isEqualTo(reason);
        } else {
            assertThatThrownBy(() -> assigned("ana", reason))
                    .isInstanceOf(InvalidField.class).hasMessage("reason must be one of manual, first-reply");
        }
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void takesOnlyTheReasonsOfAnUnassignment(Reason reason) {
        if (Arrays.asList(Reason.MANUAL, Reason.COMPLETED).contains(reason)) {
            assertThat(unassigned(reason).reason()).isEqualTo(reason);
        } else {
            assertThatThrownBy(() -> unassigned(reason))
                    .isInstanceOf(InvalidField.class).hasMessage("reason must be one of manual, completed");
        }
    }

    @Test
    void refusesAPreviousAssigneeWhoIsNone() {
        assertThatThrownBy(() -> assigned("not an id", Reason.MANUAL))
                .isInstanceOf(InvalidField.class).hasMessageStartingWith("previousAssignee must be");
        assertThat(assigned(null, Reason.MANUAL).previousAssignee()).isNull();
    }

    private static Event.ConversationAssigned assigned(String previous, Reason reason) {
        return new Event.ConversationAssigned("web-4711", 2, Samples.AT, Samples.BY_ANA, "k-1", "ben", previous, "ana", reason);
    }

    private static Event.ConversationUnassigned unassigned(Reason reason) {
        return new Event.ConversationUnassigned("web-4711", 2, Samples.AT, Samples.BY_ANA, "k-1", "ben", "ana", reason);
    }
}
