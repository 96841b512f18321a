package baton.notification.delivery;

import baton.contract.Ids;

/// The value of a record on `notification-settings`: which alerts an agent has switched on. The record's key is her id.
public record AlertSettings(String agentId, boolean desktop, boolean audio) {

    /// Refuses an id that is none.
    public AlertSettings {
        Ids.require(agentId, "agentId");
    }

    /// What an agent has who never chose: no alerts.
    public static AlertSettings none(String agentId) {
        return new AlertSettings(agentId, false, false);
    }
}
