package baton.directory;

import baton.contract.Agent;
import baton.runtime.Problem;

/// The agent who makes a request: active, with the role that `agents` gives her at this moment. An endpoint takes one as a
/// parameter.
public record Caller(Agent agent) {

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
}
