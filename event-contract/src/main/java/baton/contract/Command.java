package baton.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/// What somebody wants of one conversation, or, in [SwitchRules], of a partition. What it means is decided by
/// `baton.assignment.domain.Rules` alone.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.ReceiveMessage.class, name = "receive-message"),
    @JsonSubTypes.Type(value = Command.Reply.class, name = "reply"),
    @JsonSubTypes.Type(value = Command.AssignAgent.class, name = "assign-agent"),
    @JsonSubTypes.Type(value = Command.UnassignAgent.class, name = "unassign-agent"),
    @JsonSubTypes.Type(value = Command.CompleteConversation.class, name = "complete-conversation"),
    @JsonSubTypes.Type(value = Command.ReopenConversation.class, name = "reopen-conversation"),
    @JsonSubTypes.Type(value = Command.SwitchRules.class, name = "switch-rules")
})
public sealed interface Command {

    /// The lowest version of the rules that understands this command: what its envelope carries, so that a build that would get it wrong
    /// halts instead.
    default int rulesVersion() {
        return switch (this) {
            case ReceiveMessage _, Reply _, UnassignAgent _, CompleteConversation _, ReopenConversation _ -> 1;
            case AssignAgent assign -> assign.assigneeDeactivated() ? 2 : 1;
            case SwitchRules wanted -> wanted.version();
        };
    }

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
    ///
    /// @param assigneeDeactivated whether the agent was deactivated when the command was accepted at the edge. Written only if so
    record AssignAgent(String agentId, @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean assigneeDeactivated) implements Command {
        /// Refuses an id that is none.
        public AssignAgent {
            Ids.require(agentId, "agentId");
        }

        /// To an agent who is active.
        public AssignAgent(String agentId) {
            this(agentId, false);
        }

        @JsonCreator
        static AssignAgent read(@JsonProperty("agentId") String agentId, @JsonProperty("assigneeDeactivated") Boolean assigneeDeactivated) {
            return new AssignAgent(agentId, Boolean.TRUE.equals(assigneeDeactivated));
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

    /// From here on, this partition shall be decided by another version of the rules. Of no conversation: the id beside it only says which
    /// partition.
    record SwitchRules(int version) implements Command {
        /// Refuses what is no version.
        public SwitchRules {
            if (version < 1) {
                throw new InvalidField("version", "must be 1 or more");
            }
        }
    }
}
