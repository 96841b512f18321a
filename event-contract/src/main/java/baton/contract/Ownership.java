package baton.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Who may take an assigned conversation from its owner. A deployment chooses one; every command carries it.
public enum Ownership {
    /// The owner rule: its owner and supervisors only.
    @JsonProperty("owner") OWNER,
    /// Every agent.
    @JsonProperty("open") OPEN
}
