package baton.contract;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/// What has happened to a conversation: one fact on the public log `conversation-events`.
///
/// Every event carries the conversation's id, the version that it made (1, 2, 3 … without a gap per conversation), the time of
/// the log, who caused it and by which command. The value on the wire is one flat JSON object; the name of the type
/// travels in the CloudEvents header `ce_type` (see [EventJson]).
public sealed interface Event {

    /// The conversation, which is also the record's key.
    String conversationId();

    /// The version of the conversation that this event made, from 1.
    long version();

    /// The log's time; never runs backwards within a conversation.
    Instant at();

    /// Who caused it.
    Actor actor();

    /// The command that caused it; for a visitor's message, the message id.
    String commandId();

    /// The conversation has begun.
    record ConversationOpened(String conversationId, long version, Instant at, Actor actor, String commandId,
            String channel, Visitor visitor) implements Event {
        /// Refuses missing parts.
        public ConversationOpened {
            requireCommon(conversationId, version, at, actor, commandId);
            Ids.require(channel, "channel");
            requirePresent(visitor, "visitor");
        }
    }

    /// A visitor's message has come in.
    record MessageReceived(String conversationId, long version, Instant at, Actor actor, String commandId,
            String messageId, String channel, Visitor visitor, String text, Instant sentAt) implements Event {
        /// Refuses missing parts.
        public MessageReceived {
            requireCommon(conversationId, version, at, actor, commandId);
            Ids.require(messageId, "messageId");
            Ids.require(channel, "channel");
            requirePresent(visitor, "visitor");
            Texts.requireText(text, "text");
        }
    }

    /// An agent has answered.
    record ReplySent(String conversationId, long version, Instant at, Actor actor, String commandId, String text)
            implements Event {
        /// Refuses missing parts.
        public ReplySent {
            requireCommon(conversationId, version, at, actor, commandId);
            Texts.requireText(text, "text");
        }
    }

    /// The conversation belongs to `assignee` from now on; `previousAssignee` is null if it belonged to nobody.
    record ConversationAssigned(String conversationId, long version, Instant at, Actor actor, String commandId,
            String assignee, String previousAssignee, String by, Reason reason) implements Event {
        /// Refuses missing parts and a reason that is none for this event.
        public ConversationAssigned {
            requireCommon(conversationId, version, at, actor, commandId);
            Ids.require(assignee, "assignee");
            Ids.requireIfPresent(previousAssignee, "previousAssignee");
            Ids.require(by, "by");
            requireReason(reason, Set.of(Reason.MANUAL, Reason.FIRST_REPLY));
        }
    }

    /// The conversation belongs to nobody from now on.
    record ConversationUnassigned(String conversationId, long version, Instant at, Actor actor, String commandId,
            String previousAssignee, String by, Reason reason) implements Event {
        /// Refuses missing parts and a reason that is none for this event.
        public ConversationUnassigned {
            requireCommon(conversationId, version, at, actor, commandId);
            Ids.require(previousAssignee, "previousAssignee");
            Ids.require(by, "by");
            requireReason(reason, Set.of(Reason.MANUAL, Reason.COMPLETED));
        }
    }

    /// The conversation was put away; who did it is the actor.
    record ConversationCompleted(String conversationId, long version, Instant at, Actor actor, String commandId)
            implements Event {
        /// Refuses missing parts.
        public ConversationCompleted {
            requireCommon(conversationId, version, at, actor, commandId);
        }
    }

    /// The conversation is back: by a visitor's message or by an agent, see the actor.
    record ConversationReopened(String conversationId, long version, Instant at, Actor actor, String commandId)
            implements Event {
        /// Refuses missing parts.
        public ConversationReopened {
            requireCommon(conversationId, version, at, actor, commandId);
        }
    }

    private static void requireCommon(String conversationId, long version, Instant at, Actor actor, String commandId) {
        Ids.require(conversationId, "conversationId");
        if (version < 1) {
            throw new InvalidField("version", "must be 1 or more");
        }
        requirePresent(at, "at");
        requirePresent(actor, "actor");
        Ids.require(commandId, "commandId");
    }

    private static void requirePresent(Object value, String field) {
        if (value == null) {
            throw new InvalidField(field, "is missing");
        }
    }

    private static void requireReason(Reason reason, Set<Reason> legal) {
        requirePresent(reason, "reason");
        if (!legal.contains(reason)) {
            throw new InvalidField("reason", "must be one of "
                    + legal.stream().sorted().map(Reason::wireName).collect(Collectors.joining(", ")));
        }
    }
}
