package baton.contract;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Who caused an event: a visitor, an agent, or Baton itself.
public record Actor(Type type, String id) {

    /// The kinds of actor.
    public enum Type {
        /// The person outside.
        @JsonProperty("visitor") VISITOR,
        /// A person of the team.
        @JsonProperty("agent") AGENT,
        /// Baton, by a rule of its own.
        @JsonProperty("system") SYSTEM
    }

    /// Refuses a missing type and an id that is none.
    public Actor {
        if (type == null) {
            throw new InvalidField("actor.type", "is missing");
        }
        Ids.require(id, "actor.id");
    }

    /// An agent.
    public static Actor agent(String id) {
        return new Actor(Type.AGENT, id);
    }

    /// A visitor.
    public static Actor visitor(String id) {
        return new Actor(Type.VISITOR, id);
    }
}
