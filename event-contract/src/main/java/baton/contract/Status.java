package baton.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Whether a conversation is worked on or put away.
public enum Status {
    /// Unassigned or assigned.
    @JsonProperty("open") OPEN,
    /// Put away; always unassigned.
    @JsonProperty("completed") COMPLETED
}
