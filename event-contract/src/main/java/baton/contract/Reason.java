package baton.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Why a conversation changed hands.
public enum Reason {
    /// Somebody asked for it.
    @JsonProperty("manual") MANUAL,
    /// The first to reply owns.
    @JsonProperty("first-reply") FIRST_REPLY,
    /// It was completed; a completed conversation belongs to nobody.
    @JsonProperty("completed") COMPLETED
}
