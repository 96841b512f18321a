package baton.webchat.domain;

import baton.contract.Ids;

/// Whom a reply is for. Both ids have to agree: a reply in a conversation of the same id that another channel began is not hers.
public record Recipient(String conversationId, String visitorId) {

    /// Refuses what is no id.
    public Recipient {
        Ids.require(conversationId, "conversationId");
        Ids.require(visitorId, "visitorId");
    }
}
