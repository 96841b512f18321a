package baton.assignment.stream;

import baton.assignment.domain.Conversation;
import baton.assignment.domain.Ledger;
import baton.contract.Decision;
import baton.contract.Json;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/// A conversation's row in the store `conversations`. JSON, so that an operator can read the changelog.
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

    static byte[] write(Ledger ledger) {
        try {
            return MAPPER.writeValueAsBytes(ledger);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row could not be written", e);
        }
    }

    /// The row; empty for a conversation that has none.
    static Ledger read(byte[] row) {
        if (row == null) {
            return Ledger.EMPTY;
        }
        try {
            return MAPPER.readValue(row, Ledger.class);
        } catch (IOException e) {
            throw new IllegalStateException("a row could not be read", e);
        }
    }
}
