package baton.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/// What became of a command. Final from the moment it is made: the same command id gives the same decision again.
public sealed interface Decision {

    /// The conversation.
    String conversationId();

    /// The conversation's version after the command; 0 if there is no such conversation, or the command was of none.
    long version();

    /// Whether this is the first answer, given again.
    boolean duplicate();

    /// The same decision, marked as given again.
    Decision again();

    /// The command has taken effect, or wanted what was so already.
    ///
    /// @param status   afterwards; null only for a command that was of no conversation
    /// @param assignee the owner afterwards, or null
    /// @param events   what it caused; may be empty
    record Accepted(String conversationId, long version, Status status, String assignee, List<Caused> events, boolean duplicate)
            implements Decision {
        /// Freezes the list.
        public Accepted {
            events = List.copyOf(events);
        }

        @Override
        public Accepted again() {
            return new Accepted(conversationId, version, status, assignee, events, true);
        }
    }

    /// The command has changed nothing.
    ///
    /// @param owner who owned the conversation then, or null
    /// @param since since when, or null
    record Refused(String conversationId, long version, Refusal refusal, String owner, Instant since, boolean duplicate)
            implements Decision {
        @Override
        public Refused again() {
            return new Refused(conversationId, version, refusal, owner, since, true);
        }
    }

    /// An event as an answer names it: all but the texts, which are on the log.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Caused(EventType type, long version, Instant at, String assignee, String previousAssignee, Reason reason) {

        /// The short form of an event.
        public static Caused of(Event event) {
            return switch (event) {
                case Event.ConversationAssigned e ->
                        new Caused(EventType.of(e), e.version(), e.at(), e.assignee(), e.previousAssignee(), e.reason());
                case Event.ConversationUnassigned e ->
                        new Caused(EventType.of(e), e.version(), e.at(), null, e.previousAssignee(), e.reason());
                case Event.ConversationOpened _, Event.MessageReceived _, Event.ReplySent _,
                     Event.ConversationCompleted _, Event.ConversationReopened _ ->
                        new Caused(EventType.of(event), event.version(), event.at(), null, null, null);
            };
        }
    }
}
