package baton.contract;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/// What somebody wants of one conversation. What it means is decided by `baton.assignment.domain.Rules` alone.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.ReceiveMessage.class, name = "receive-message"),
    @JsonSubTypes.Type(value = Command.Reply.class, name = "reply"),
    @JsonSubTypes.Type(value = Command.AssignAgent.class, name = "assign-agent"),
    @JsonSubTypes.Type(value = Command.UnassignAgent.class, name = "unassign-agent"),
    @JsonSubTypes.Type(value = Command.CompleteConversation.class, name = "complete-conversation"),
    @JsonSubTypes.Type(value = Command.ReopenConversation.class, name = "reopen-conversation")
})
public sealed interface Command {

    /// A visitor's message has come in.
    record ReceiveMessage(String messageId, String channel, Visitor visitor, String text, Instant sentAt) implements Command {
        /// The same refusals as [ChannelMessage].
        public ReceiveMessage {
            var _ = new ChannelMessage(messageId, channel, visitor, text, sentAt);
        }

        /// The command that a channel's message stands for.
        public static ReceiveMessage of(ChannelMessage message) {
            return new ReceiveMessage(message.messageId(), message.channel(), message.visitor(), message.text(), message.sentAt());
        }
    }

    /// An agent answers the visitor.
    record Reply(String text) implements Command {
        /// Refuses an empty or too long text.
        public Reply {
            Texts.requireText(text, "text");
        }
    }

    /// The conversation shall belong to this agent.
    record AssignAgent(String agentId) implements Command {
        /// Refuses an id that is none.
        public AssignAgent {
            Ids.require(agentId, "agentId");
        }
    }

    /// The conversation shall belong to nobody.
    record UnassignAgent() implements Command {
    }

    /// The conversation shall be put away.
    record CompleteConversation() implements Command {
    }

    /// The conversation shall come back.
    record ReopenConversation() implements Command {
    }
}
