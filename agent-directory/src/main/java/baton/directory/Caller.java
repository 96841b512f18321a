package baton.directory;

import baton.contract.Agent;
import baton.runtime.Problem;
import io.micronaut.security.authentication.Authentication;
import java.time.Instant;
import java.util.Date;

/// The agent who makes a request: active, with the role that `agents` gives her at this moment. An endpoint takes one as a
/// parameter.
///
/// @param expiresAt when her token expires; null if it never does
public record Caller(Agent agent, Instant expiresAt) {

    /// The agent whom a token names. Refuses with 403 who is none, or is deactivated, and with 503 while the agents are not known.
    public static Caller of(Authentication token, AgentDirectory directory) {
        String id = token.getName();
        boolean complete = directory.complete();
        Agent agent = directory.agent(id).orElse(null);
        // While it is being read, the directory has agents as they were once: active, or supervisors.
        if (!complete || agent == null && directory.notReadyBecause().isPresent()) {
            throw Problem.unavailable("The agents are not known yet.").asException();
        }
        if (agent == null) {
            throw Problem.forbidden("There is no agent " + id + ".").asException();
        }
        if (!agent.active()) {
            throw Problem.forbidden("The agent " + id + " is deactivated.").asException();
        }
        return new Caller(agent, expiresAt(token));
    }

    /// Her id.
    public String id() {
        return agent.id();
    }

    /// Refuses with 403 unless she is a supervisor.
    public void requireSupervisor() {
        if (!agent.supervisor()) {
            throw Problem.forbidden("Only a supervisor may do this.").asException();
        }
    }

    private static Instant expiresAt(Authentication token) {
        return switch (token.getAttributes().get("exp")) {
            case Date date -> date.toInstant();
            case Instant instant -> instant;
            case Number seconds -> Instant.ofEpochSecond(seconds.longValue());
            case null, default -> null;
        };
    }
}
