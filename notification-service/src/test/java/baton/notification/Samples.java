package baton.notification;

import baton.contract.Actor;
import baton.contract.Agent;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Ids;
import baton.contract.Notification;
import baton.contract.Reason;
import baton.contract.Role;
import baton.contract.Visitor;
import java.time.Instant;
import java.util.List;

/// Literal events, agents and notifications.
public final class Samples {

    public static final Instant AT = Instant.parse("2026-11-22T10:15:00Z");
    public static final Visitor VISITOR = new Visitor("v1", "Vera");
    public static final Actor BY_VISITOR = Actor.visitor("v1");

    private Samples() {
    }

    public static Event.ConversationOpened opened(String conversation) {
        return new Event.ConversationOpened(conversation, 1, at(1), BY_VISITOR, "m1", "web", VISITOR);
    }

    public static Event.MessageReceived message(String conversation, long version, String messageId, String text) {
        return new Event.MessageReceived(conversation, version, at(version), BY_VISITOR, messageId, messageId, "web", VISITOR, text,
                null);
    }

    public static Event.ReplySent reply(String conversation, long version, String agent) {
        return new Event.ReplySent(conversation, version, at(version), Actor.agent(agent), "k" + version, "hello");
    }

    public static Event.ConversationAssigned assigned(String conversation, long version, String assignee, String previous, String by,
            Reason reason) {
        return new Event.ConversationAssigned(conversation, version, at(version), Actor.agent(by), "k" + version, assignee, previous, by,
                reason);
    }

    public static Event.ConversationUnassigned unassigned(String conversation, long version, String previous, String by,
            Reason reason) {
        return new Event.ConversationUnassigned(conversation, version, at(version), Actor.agent(by), "k" + version, previous, by,
                reason);
    }

    public static Event.ConversationCompleted completed(String conversation, long version, String by) {
        return new Event.ConversationCompleted(conversation, version, at(version), Actor.agent(by), "k" + version);
    }

    public static Event.ConversationReopened reopened(String conversation, long version, Actor by, String command) {
        return new Event.ConversationReopened(conversation, version, at(version), by, command);
    }

    /// A notification of a message, `second` seconds after [#AT].
    public static Notification told(String conversation, long version, long second, String except) {
        return new Notification(Ids.eventId(conversation, version), conversation, version, EventType.MESSAGE_RECEIVED,
                AT.plusSeconds(second), null, null, "web", VISITOR, "text " + version, except);
    }

    /// An agent who has been active since long before [#AT].
    public static Agent agent(String id) {
        return agent(id, List.of(new Agent.Period(AT.minusSeconds(100_000), null)));
    }

    public static Agent agent(String id, List<Agent.Period> periods) {
        return new Agent(id, id, Role.AGENT, true, periods);
    }

    public static Instant at(long version) {
        return AT.plusSeconds(version);
    }
}
