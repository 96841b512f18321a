package baton.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/// One sending of a command: what was asked, of whom, when it began and ended by the callers' common clock, and what was answered.
///
/// @param type       as commands name themselves, such as `assign-agent`
/// @param argument   the agent's id or the text, or null
/// @param ifMatch    the version that the caller named, or null
/// @param instance   which instance was asked
/// @param endedNanos when the answer was there, or the caller had given up
/// @param status     of the answer; 0 if none came
/// @param body       of the answer
public record Call(String conversationId, String commandId, String actor, String type, String argument, Long ifMatch, String instance,
        long beganNanos, long endedNanos, int status, JsonNode body) {

    private static final String PROBLEM = "urn:baton:problem:";
    private static final Set<String> REFUSALS = Set.of("not-owner", "conversation-not-found", "conversation-completed", "version-mismatch",
            "command-id-reused", "assignee-deactivated");

    /// What its caller knows of a command.
    public enum Fate {
        /// What became of it.
        DECIDED,
        /// That nothing has been done.
        NOT_DONE,
        /// That it has no effect, and not who said so: the edge, or the log, which remembers it.
        REFUSED,
        /// Nothing: it may have been done. A time that is over is this, never [#NOT_DONE].
        UNKNOWN
    }

    /// What the caller knows now.
    public Fate fate() {
        if (assigneeDeactivated()) {
            return Fate.REFUSED;
        }
        if (status == 200 || REFUSALS.contains(problem())) {
            return Fate.DECIDED;
        }
        boolean nothingDone = status == 429 || status >= 400 && status < 500 || status == 503 && problem().equals("unavailable");
        return nothingDone ? Fate.NOT_DONE : Fate.UNKNOWN;
    }

    /// The problem's name, or an empty text.
    public String problem() {
        String type = body.path("type").asText("");
        return status != 200 && type.startsWith(PROBLEM) ? type.substring(PROBLEM.length()) : "";
    }

    /// Whether it was refused because its assignee is deactivated. By version 1 of the rules the edge says so, by version 2 the log.
    private boolean assigneeDeactivated() {
        return status == 422 && type.equals("assign-agent") && problem().equals("invalid-field") && body.path("field").asText().equals("agentId");
    }

    /// Whether both ask for the same.
    boolean sameAs(Call other) {
        return actor.equals(other.actor) && type.equals(other.type) && java.util.Objects.equals(argument, other.argument);
    }

    @Override
    public String toString() {
        return commandId + " (" + actor + ": " + type + (argument == null ? "" : " " + argument) + (ifMatch == null ? "" : " if at " + ifMatch)
                + " in " + conversationId + ", by " + instance + ") answered " + status + " " + body;
    }
}
