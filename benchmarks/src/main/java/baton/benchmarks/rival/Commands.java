package baton.benchmarks.rival;

import baton.benchmarks.rival.Rules.Asked;
import baton.contract.Decision;
import java.sql.SQLException;

/// Takes commands: answers each when it is committed. What a service is compared for.
public interface Commands {

    /// Takes a command of an agent.
    Decision take(Asked asked) throws SQLException;

    /// Takes a visitor's message; a repeated one changes nothing.
    void receive(Asked asked) throws SQLException;

    /// Whether a command with this key was decided before.
    boolean remembers(String conversationId, String key) throws SQLException;
}
