package baton.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/// A fact: its name, as in `ce_type`, and its value as on the topic, without members that are null.
public record ReferenceEvent(String type, ObjectNode value) {

    /// As it was read from the log.
    public static ReferenceEvent of(String type, JsonNode value) {
        ObjectNode present = ((ObjectNode) value).deepCopy();
        withoutNulls(present);
        present.put("version", present.path("version").asLong()); // a number is not equal to the same one of another width
        return new ReferenceEvent(type, present);
    }

    static void withoutNulls(ObjectNode node) {
        node.properties().removeIf(member -> member.getValue().isNull());
        node.forEach(member -> {
            if (member instanceof ObjectNode inner) {
                withoutNulls(inner);
            }
        });
    }

    public String conversationId() {
        return text("conversationId");
    }

    public long version() {
        return value.path("version").asLong();
    }

    public Instant at() {
        return Instant.parse(text("at"));
    }

    public String commandId() {
        return text("commandId");
    }

    public String actorId() {
        return value.at("/actor/id").asText(null);
    }

    public boolean byVisitor() {
        return value.at("/actor/type").asText().equals("visitor");
    }

    /// A member that is a text, or null.
    public String text(String member) {
        return value.path(member).asText(null);
    }

    /// The id that CloudEvents and notifications know it by.
    public String id() {
        return conversationId() + ":" + version();
    }
}
