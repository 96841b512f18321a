package baton.contract;

import java.util.function.ToLongFunction;

/// A record of `conversation-events` as a reader finds it, who reads all of them in order and knows the version of each conversation:
/// an event, or something else.
///
/// @param key  the record's key, as a text; null if it has none
/// @param type the header [EventJson#HEADER_TYPE], or null
/// @param id   the header [EventJson#HEADER_ID], or null
public record EventRecord(String key, String type, String id, byte[] value) {

    /// The event; throws [Unreadable] for what is none, or stands under another key than its conversation's: on that partition nobody
    /// would look for it.
    public Event event() {
        Event event = EventJson.read(type, value);
        if (!event.conversationId().equals(key)) {
            throw new Unreadable("the key is not the event's conversationId");
        }
        return event;
    }

    /// Whether its id says that it is the next event of its conversation: one of a type, it may be, that only a newer build knows. Who
    /// passed over it would miss it for ever.
    ///
    /// @param versionOf the version at which the reader has a conversation; 0 for one that it does not know
    public boolean saysItIsNext(ToLongFunction<String> versionOf) {
        return Ids.isId(key) && Ids.eventId(key, versionOf.applyAsLong(key) + 1).equals(id);
    }
}
