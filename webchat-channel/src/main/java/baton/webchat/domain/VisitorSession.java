package baton.webchat.domain;

import baton.contract.Texts;
import java.time.Instant;

/// What a visitor's token says: who she is, her one conversation, and until when. Nothing else of her is kept anywhere in the channel.
///
/// @param name as she gave it, or null
public record VisitorSession(Recipient recipient, String name, Instant expiresAt) {

    /// Refuses a name that the contract would not allow.
    public VisitorSession {
        if (name != null) {
            Texts.requireName(name, "name");
        }
    }

    /// Her one conversation.
    public String conversationId() {
        return recipient.conversationId();
    }

    /// Her id on this channel.
    public String visitorId() {
        return recipient.visitorId();
    }
}
