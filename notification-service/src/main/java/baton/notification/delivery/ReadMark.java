package baton.notification.delivery;

import baton.contract.Ids;
import baton.notification.domain.FeedPlace;

/// The value of a record on `notification-reads`: how far an agent has read her feed. The record's key is her id.
///
/// @param upTo the text of a [FeedPlace]; it and all before it are read
public record ReadMark(String agentId, String upTo) {

    /// Refuses what is none.
    public ReadMark {
        Ids.require(agentId, "agentId");
        FeedPlace.parse(upTo, "upTo");
    }

    /// The place.
    FeedPlace place() {
        return FeedPlace.parse(upTo, "upTo");
    }
}
