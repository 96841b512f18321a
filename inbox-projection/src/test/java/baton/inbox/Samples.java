package baton.inbox;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.Reason;
import baton.contract.Status;
import baton.contract.Visitor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.InboxRow.LastMessage;
import java.time.Instant;

/// Literal events and rows for tests. The command of a version is `k-<version>`.
public final class Samples {

    public static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    public static final Instant LATER = Instant.parse("2026-11-22T12:00:05Z");
    public static final Visitor VERA = new Visitor("vera", "Vera");

    private Samples() {
    }

    public static Event opened(String id, Instant at) {
        return new Event.ConversationOpened(id, 1, at, Actor.visitor("vera"), "k-1", "web", VERA);
    }

    public static Event received(String id, long version, Instant at, String text) {
        return received(id, version, at, text, VERA);
    }

    public static Event received(String id, long version, Instant at, String text, Visitor visitor) {
        return new Event.MessageReceived(id, version, at, Actor.visitor(visitor.id()), "k-" + version, "m-" + version, "web", visitor, text, null);
    }

    public static Event sent(String id, long version, Instant at, String agent, String text) {
        return new Event.ReplySent(id, version, at, Actor.agent(agent), "k-" + version, text);
    }

    public static Event assigned(String id, long version, Instant at, String by, String assignee, String previous, Reason reason) {
        return new Event.ConversationAssigned(id, version, at, Actor.agent(by), "k-" + version, assignee, previous, by, reason);
    }

    public static Event unassigned(String id, long version, Instant at, String by, String previous, Reason reason) {
        return new Event.ConversationUnassigned(id, version, at, Actor.agent(by), "k-" + version, previous, by, reason);
    }

    public static Event completed(String id, long version, Instant at, String by) {
        return new Event.ConversationCompleted(id, version, at, Actor.agent(by), "k-" + version);
    }

    public static Event reopened(String id, long version, Instant at, Actor by) {
        return new Event.ConversationReopened(id, version, at, by, "k-" + version);
    }

    /// Vera wrote "hello" at noon, and waits.
    public static InboxRow row(long version, Status status, String assignee) {
        return new InboxRow("c-1", "web", VERA, status, assignee, new LastMessage(Actor.Type.VISITOR, "hello", NOON), NOON, NOON, version);
    }
}
