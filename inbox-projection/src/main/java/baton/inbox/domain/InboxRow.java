package baton.inbox.domain;

import baton.contract.Actor;
import baton.contract.Status;
import baton.contract.Visitor;
import java.time.Instant;

/// One conversation as a list shows it.
///
/// @param assignee       the owner's id, or null
/// @param lastActivityAt when somebody last wrote; changes of ownership do not move a conversation in a list
/// @param waitingSince   the first visitor message since the last reply, or null
public record InboxRow(String conversationId, String channel, Visitor visitor, Status status, String assignee,
        LastMessage lastMessage, Instant lastActivityAt, Instant waitingSince, long version) {

    /// The beginning of what was last said, and by whom.
    public record LastMessage(Actor.Type from, String text, Instant at) {
    }
}
