package baton.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What a person of the team may do.
public enum Role {
    /// Answers visitors; owns conversations.
    @JsonProperty("agent") AGENT,
    /// An agent who may also take conversations from their owners, and change agents and groups.
    @JsonProperty("supervisor") SUPERVISOR
}
