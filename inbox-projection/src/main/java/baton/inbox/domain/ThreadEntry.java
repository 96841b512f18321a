package baton.inbox.domain;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Reason;
import java.time.Instant;
import java.util.Optional;

/// One entry of a conversation's thread, as agents see it. Visitors never see threads, so a status message cannot reach them.
///
/// @param kind      what it is
/// @param commandId the command that caused it: two entries of one command are one line
/// @param name      the visitor's name, where a visitor caused it; agents' names are looked up when the thread is read
/// @param text      what was said, or null for a status message
/// @param type      what has happened, for a status message
/// @param by        the agent who did it, or null if it was a visitor
public record ThreadEntry(Kind kind, long version, Instant at, Actor actor, String commandId, String name, String text, EventType type,
        String by, String assignee, String previousAssignee, Reason reason) {

    /// The kinds of entry.
    public enum Kind {
        /// A visitor wrote.
        MESSAGE,
        /// An agent wrote.
        REPLY,
        /// The conversation changed hands, was completed or reopened.
        STATUS
    }

    /// The entry that an event makes; empty for the one that makes none.
    ///
    /// @param row the conversation before the event
    public static Optional<ThreadEntry> of(InboxRow row, Event event) {
        return switch (event) {
            case Event.ConversationOpened _ -> Optional.empty();
            case Event.MessageReceived e -> Optional.of(said(Kind.MESSAGE, e, InboxFold.visitor(row, e).name(), e.text()));
            case Event.ReplySent e -> Optional.of(said(Kind.REPLY, e, null, e.text()));
            case Event.ConversationAssigned e -> Optional.of(status(e, null, e.by(), e.assignee(), e.previousAssignee(), e.reason()));
            case Event.ConversationUnassigned e -> Optional.of(status(e, null, e.by(), null, e.previousAssignee(), e.reason()));
            case Event.ConversationCompleted e -> Optional.of(status(e, null, e.actor().id(), null, null, null));
            case Event.ConversationReopened e -> Optional.of(e.actor().type() == Actor.Type.VISITOR
                    ? status(e, row.visitor().name(), null, null, null, null)
                    : status(e, null, e.actor().id(), null, null, null));
        };
    }

    private static ThreadEntry said(Kind kind, Event event, String name, String text) {
        return new ThreadEntry(kind, event.version(), event.at(), event.actor(), event.commandId(), name, text, null, null, null, null, null);
    }

    private static ThreadEntry status(Event event, String name, String by, String assignee, String previousAssignee, Reason reason) {
        return new ThreadEntry(Kind.STATUS, event.version(), event.at(), event.actor(), event.commandId(), name, null,
                EventType.of(event), by, assignee, previousAssignee, reason);
    }
}
