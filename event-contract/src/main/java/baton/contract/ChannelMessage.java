package baton.contract;

import java.time.Instant;

/// The value of a record on `channel-messages`: what a visitor said, as a chat channel hands it over. The record's key is
/// the conversation id. Unknown fields are tolerated; a missing one, a blank or too long text are refused.
///
/// @param messageId the channel's own id of the message; a repeated one is dropped
/// @param sentAt    when the visitor sent it, if the channel knows; shown, never used for order
public record ChannelMessage(String messageId, String channel, Visitor visitor, String text, Instant sentAt) {

    /// Refuses what the contract does not allow, with an [InvalidField].
    public ChannelMessage {
        Ids.require(messageId, "messageId");
        Ids.require(channel, "channel");
        if (visitor == null) {
            throw new InvalidField("visitor", "is missing");
        }
        Texts.requireText(text, "text");
    }
}
