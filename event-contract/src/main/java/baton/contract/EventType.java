package baton.contract;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The closed list of event types and their names on the wire (`ce_type`).
public enum EventType {
    /// See [Event.ConversationOpened].
    CONVERSATION_OPENED("conversation.opened", Event.ConversationOpened.class),
    /// See [Event.MessageReceived].
    MESSAGE_RECEIVED("message.received", Event.MessageReceived.class),
    /// See [Event.ReplySent].
    REPLY_SENT("reply.sent", Event.ReplySent.class),
    /// See [Event.ConversationAssigned].
    CONVERSATION_ASSIGNED("conversation.assigned", Event.ConversationAssigned.class),
    /// See [Event.ConversationUnassigned].
    CONVERSATION_UNASSIGNED("conversation.unassigned", Event.ConversationUnassigned.class),
    /// See [Event.ConversationCompleted].
    CONVERSATION_COMPLETED("conversation.completed", Event.ConversationCompleted.class),
    /// See [Event.ConversationReopened].
    CONVERSATION_REOPENED("conversation.reopened", Event.ConversationReopened.class);

    private static final Map<String, EventType> BY_WIRE_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::wireName, Function.identity()));
    private static final Map<Class<?>, EventType> BY_CLASS =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::eventClass, Function.identity()));

    private final String wireName;
    private final Class<? extends Event> eventClass;

    EventType(String wireName, Class<? extends Event> eventClass) {
        this.wireName = wireName;
        this.eventClass = eventClass;
    }

    /// The name in `ce_type`, in answers and in notifications.
    @com.fasterxml.jackson.annotation.JsonValue
    public String wireName() {
        return wireName;
    }

    /// The record that carries it.
    public Class<? extends Event> eventClass() {
        return eventClass;
    }

    /// The type of an event.
    public static EventType of(Event event) {
        return BY_CLASS.get(event.getClass());
    }

    /// The type with this name, or empty if this build does not know it.
    public static Optional<EventType> ofWireName(String name) {
        return Optional.ofNullable(BY_WIRE_NAME.get(name));
    }
}
