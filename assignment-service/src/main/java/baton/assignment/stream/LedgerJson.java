package baton.assignment.stream;

import baton.assignment.domain.Conversation;
import baton.assignment.domain.Ledger;
import baton.assignment.domain.Memory;
import baton.contract.Decision;
import baton.contract.Json;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/// What the store `conversations` has as values. JSON, so that an operator can read the changelog.
final class LedgerJson {

    private static final ObjectMapper MAPPER = Json.MAPPER.copy()
            .addMixIn(Conversation.class, ByState.class)
            .addMixIn(Decision.class, ByAnswer.class);

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Conversation.Absent.class, name = "absent"),
        @JsonSubTypes.Type(value = Conversation.Unassigned.class, name = "unassigned"),
        @JsonSubTypes.Type(value = Conversation.Assigned.class, name = "assigned"),
        @JsonSubTypes.Type(value = Conversation.Completed.class, name = "completed")
    })
    private interface ByState {
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "answer")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Decision.Accepted.class, name = "accepted"),
        @JsonSubTypes.Type(value = Decision.Refused.class, name = "refused")
    })
    private interface ByAnswer {
    }

    private LedgerJson() {
    }

    /// A conversation's row.
    ///
    /// @param commandsSeen see [Memory#commandsSeen()]; those that are remembered have entries of their own
    /// @param messagesSeen see [Memory#messagesSeen()]
    record Row(Conversation state, long commandsSeen, long messagesSeen) {
        static Row of(Ledger ledger) {
            return new Row(ledger.state(), ledger.memory().commandsSeen(), ledger.memory().messagesSeen());
        }
    }

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row could not be written", e);
        }
    }

    static <T> T read(byte[] value, Class<T> type) {
        try {
            return MAPPER.readValue(value, type);
        } catch (IOException e) {
            throw new IllegalStateException("a row could not be read", e);
        }
    }
}
