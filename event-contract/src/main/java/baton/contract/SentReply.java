package baton.contract;

import java.time.Instant;

/// The value of a record on `conversation-replies`: what an agent wrote, as a visitor may see it, and nothing else. No
/// agent's id, no owner, no status message. The record's key is the conversation id.
///
/// @param replyId `<conversationId>:<version>`, for a channel that must not deliver twice
public record SentReply(String replyId, String conversationId, String channel, String visitorId, String text, Instant at) {

    /// Refuses missing parts.
    public SentReply {
        Ids.requireEventId(replyId, "replyId");
        Ids.require(conversationId, "conversationId");
        Ids.require(channel, "channel");
        Ids.require(visitorId, "visitorId");
        Texts.requireText(text, "text");
        if (at == null) {
            throw new InvalidField("at", "is missing");
        }
    }
}
