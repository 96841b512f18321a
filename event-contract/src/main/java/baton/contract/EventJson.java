package baton.contract;

import java.util.LinkedHashMap;
import java.util.Map;

/// Events as CloudEvents 1.0 in Kafka's binary content mode: attributes in headers with the prefix `ce_`, the event itself as the
/// value. Source: CloudEvents, Kafka protocol binding 1.0.2, section 3.2.
public final class EventJson {

    /// The event's type: [EventType#wireName()].
    public static final String HEADER_TYPE = "ce_type";
    /// The event's id: `<conversationId>:<version>`.
    public static final String HEADER_ID = "ce_id";

    private static final String SOURCE = "/baton/assignment-service";

    private EventJson() {
    }

    /// The value: one flat JSON object.
    public static byte[] value(Event event) {
        return Json.write(event);
    }

    /// The headers, in a fixed order.
    public static Map<String, String> headers(Event event) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ce_specversion", "1.0");
        headers.put(HEADER_ID, Ids.eventId(event.conversationId(), event.version()));
        headers.put("ce_source", SOURCE);
        headers.put(HEADER_TYPE, EventType.of(event).wireName());
        headers.put("ce_subject", event.conversationId());
        headers.put("ce_time", event.at().toString());
        headers.put("content-type", "application/json");
        return headers;
    }

    /// Reads an event; throws [Unreadable] for an unknown type or a value that is none.
    public static Event read(String type, byte[] value) {
        if (type == null) {
            throw new Unreadable("the header " + HEADER_TYPE + " is missing");
        }
        EventType known = EventType.ofWireName(type)
                .orElseThrow(() -> new Unreadable("the event type " + type + " is not known"));
        return Json.read(value, known.eventClass());
    }
}
