package baton.assignment.http;

import baton.contract.Decision;
import baton.contract.Refusal;
import baton.directory.AgentDirectory;
import baton.runtime.Problem;
import io.micronaut.http.HttpResponse;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;

/// Decisions as HTTP has them: accepted is 200 with an ETag, refused is a problem that names the owner.
@Singleton
final class DecisionAnswers {

    /// Why an agent cannot be assigned to, as it continues the sentence that begins with the field's name.
    static final String NAMES_DEACTIVATED = "names a deactivated agent";

    private final AgentDirectory directory;

    DecisionAnswers(AgentDirectory directory) {
        this.directory = directory;
    }

    /// The response; throws the problem of a refusal.
    HttpResponse<Decision> answer(Decision decision) {
        return switch (decision) {
            case Decision.Accepted accepted -> HttpResponse.<Decision>ok(accepted).header("ETag", "\"" + accepted.version() + "\"");
            case Decision.Refused refused -> throw problem(refused).asException();
        };
    }

    private Problem problem(Decision.Refused refused) {
        String name = refused.refusal().wireName();
        Problem problem = switch (refused.refusal()) {
            case CONVERSATION_NOT_FOUND -> Problem.notFound("conversation", refused.conversationId());
            case NOT_THE_OWNER -> Problem.of(403, name, "The conversation belongs to another agent",
                    directory.nameOf(refused.owner()) + " has owned this conversation since " + refused.since()
                            + ". Its owner and supervisors may change that.");
            case CONVERSATION_COMPLETED -> Problem.of(409, name, "The conversation is completed", "Reopen it first.");
            case VERSION_MISMATCH -> Problem.of(412, name, "The conversation has moved on",
                    "It is at version " + refused.version() + " now. Look at it again.");
            case ASSIGNEE_DEACTIVATED -> Problem.invalidField("agentId", NAMES_DEACTIVATED);
            case NEWER_RULES_IN_FORCE -> newerRulesInForce();
            case COMMAND_ID_REUSED -> Problem.of(422, name, "The command id was used before",
                    "The same Idempotency-Key was sent by another agent or for another command. Use a new one for each command.");
            case UNREADABLE -> Problem.malformed("The command could not be read.");
        };
        if (refused.version() > 0) {
            problem = problem.with("conversationId", refused.conversationId()).with("version", refused.version());
        }
        if (refused.owner() != null) {
            Map<String, Object> owner = new LinkedHashMap<>();
            owner.put("id", refused.owner());
            owner.put("name", directory.nameOf(refused.owner()));
            owner.put("since", refused.since());
            problem = problem.with("owner", owner);
        }
        return problem.with("duplicate", refused.duplicate());
    }

    /// The problem of a switch to a version before the one in force.
    static Problem newerRulesInForce() {
        return Problem.of(409, Refusal.NEWER_RULES_IN_FORCE.wireName(), "A newer version of the rules is in force", "There is no way back.");
    }
}
