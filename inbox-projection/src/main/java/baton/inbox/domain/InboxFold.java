package baton.inbox.domain;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.Status;
import baton.contract.Texts;
import baton.contract.Visitor;
import baton.inbox.domain.InboxRow.LastMessage;

/// What an event makes of a conversation's row. Pure; repeated events change nothing, a missing one throws.
public final class InboxFold {

    private InboxFold() {
    }

    /// A fact is missing: the row cannot be right from here on.
    public static final class MissingEvent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MissingEvent(Event event, long version) {
            super("conversation " + event.conversationId() + " is at version " + version + " and was given version " + event.version());
        }
    }

    /// Whether the row has this event already.
    public static boolean isRepeated(InboxRow row, Event event) {
        return row != null && event.version() <= row.version();
    }

    /// The row after the event; `row` is null before the first. Throws [MissingEvent] if the event is not the next one.
    public static InboxRow apply(InboxRow row, Event event) {
        if (isRepeated(row, event)) {
            return row;
        }
        long version = row == null ? 0 : row.version();
        if (event.version() != version + 1 || (row == null) != event instanceof Event.ConversationOpened) {
            throw new MissingEvent(event, version);
        }
        return switch (event) {
            case Event.ConversationOpened e -> new InboxRow(e.conversationId(), e.channel(), e.visitor(), Status.OPEN, null, null,
                    e.at(), null, e.version());
            case Event.MessageReceived e -> new InboxRow(row.conversationId(), row.channel(), visitor(row, e), row.status(), row.assignee(),
                    new LastMessage(Actor.Type.VISITOR, Texts.preview(e.text()), e.at()), e.at(),
                    row.waitingSince() == null ? e.at() : row.waitingSince(), e.version());
            case Event.ReplySent e -> new InboxRow(row.conversationId(), row.channel(), row.visitor(), row.status(), row.assignee(),
                    new LastMessage(Actor.Type.AGENT, Texts.preview(e.text()), e.at()), e.at(), null, e.version());
            case Event.ConversationAssigned e -> owned(row, Status.OPEN, e.assignee(), e.version());
            case Event.ConversationUnassigned e -> owned(row, row.status(), null, e.version());
            case Event.ConversationCompleted e -> owned(row, Status.COMPLETED, null, e.version());
            case Event.ConversationReopened e -> owned(row, Status.OPEN, null, e.version());
        };
    }

    /// Who wrote; by the name that she gave before, where a channel does not repeat it.
    static Visitor visitor(InboxRow row, Event.MessageReceived event) {
        Visitor now = event.visitor();
        return now.name() == null && now.id().equals(row.visitor().id()) ? row.visitor() : now;
    }

    private static InboxRow owned(InboxRow row, Status status, String assignee, long version) {
        return new InboxRow(row.conversationId(), row.channel(), row.visitor(), status, assignee, row.lastMessage(),
                row.lastActivityAt(), row.waitingSince(), version);
    }
}
