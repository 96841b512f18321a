package baton.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/// The value of a record on `notifications`: one event, told to one recipient. The record's key is the recipient: an
/// agent's id, or [#EVERYONE].
///
/// @param by       the agent who did it, or null if it was a visitor
/// @param assignee the owner after the event, or null
/// @param text     the beginning of the message, where the event is one
/// @param except   the agent who is not told although everyone is: the one who did it
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Notification(String eventId, String conversationId, long version, EventType type, Instant at, String by,
        String assignee, String channel, Visitor visitor, String text, String except) {

    /// The key of a record that is for all agents who were active at the time.
    public static final String EVERYONE = "*";
    /// The header of a record that was there before and was written again, when the topic was rebuilt: it tells nobody anything new. Its
    /// value is the number of the rebuild.
    public static final String HEADER_REBUILT = "baton-rebuilt";

    /// Refuses missing parts.
    public Notification {
        Ids.requireEventId(eventId, "eventId");
        Ids.require(conversationId, "conversationId");
        if (version < 1) {
            throw new InvalidField("version", "must be 1 or more");
        }
        requirePresent(type, "type");
        requirePresent(at, "at");
        Ids.requireIfPresent(by, "by");
        Ids.requireIfPresent(assignee, "assignee");
        Ids.requireIfPresent(channel, "channel");
        Ids.requireIfPresent(except, "except");
    }

    private static void requirePresent(Object value, String field) {
        if (value == null) {
            throw new InvalidField(field, "is missing");
        }
    }
}
