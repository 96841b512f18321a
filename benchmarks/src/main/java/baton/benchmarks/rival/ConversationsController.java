package baton.benchmarks.rival;

import baton.benchmarks.rival.Rules.Asked;
import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.Decision;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Ownership;
import baton.runtime.Problem;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/// The commands that agents give; answered when they are committed, on virtual threads.
@Controller("/api/conversations/{id}")
@ExecuteOn(TaskExecutors.BLOCKING)
class ConversationsController {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final String IF_MATCH = "If-Match";

    private final Commands commands;
    private final Agents agents;
    private final Ownership ownership;

    ConversationsController(Commands commands, Agents agents, @Value("${baton.ownership}") Ownership ownership) {
        this.commands = commands;
        this.agents = agents;
        this.ownership = ownership;
    }

    /// Who shall own the conversation.
    @Introspected
    record Assignee(String agentId) {
    }

    /// What an agent writes.
    @Introspected
    record ReplyText(String text) {
    }

    @Put("/assignee")
    HttpResponse<Decision> assign(@PathVariable String id, @Body Assignee assignee, Caller caller, @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Nullable @Header(IF_MATCH) String match) throws SQLException {
        var command = new Command.AssignAgent(assignee.agentId());
        Agents.Agent agent = agents.agent(assignee.agentId()).orElse(null);
        // Who sends again gets the first answer, whoever was deactivated since.
        if ((agent == null || !agent.active()) && (key == null || !commands.remembers(id, key))) {
            throw agent == null ? Problem.notFound("agent", assignee.agentId()).asException()
                    : new InvalidField("agentId", "names a deactivated agent");
        }
        return take(id, command, caller, key, match);
    }

    @Delete("/assignee")
    HttpResponse<Decision> unassign(@PathVariable String id, Caller caller, @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Nullable @Header(IF_MATCH) String match) throws SQLException {
        return take(id, new Command.UnassignAgent(), caller, key, match);
    }

    @Post("/replies")
    HttpResponse<Decision> reply(@PathVariable String id, @Body ReplyText reply, Caller caller, @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Nullable @Header(IF_MATCH) String match) throws SQLException {
        return take(id, new Command.Reply(reply.text()), caller, key, match);
    }

    @Post("/complete")
    HttpResponse<Decision> complete(@PathVariable String id, Caller caller, @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Nullable @Header(IF_MATCH) String match) throws SQLException {
        return take(id, new Command.CompleteConversation(), caller, key, match);
    }

    @Post("/reopen")
    HttpResponse<Decision> reopen(@PathVariable String id, Caller caller, @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Nullable @Header(IF_MATCH) String match) throws SQLException {
        return take(id, new Command.ReopenConversation(), caller, key, match);
    }

    private HttpResponse<Decision> take(String id, Command command, Caller caller, String key, String match) throws SQLException {
        Ids.require(id, "conversationId");
        String commandId = key == null ? UUID.randomUUID().toString() : Ids.require(key, IDEMPOTENCY_KEY);
        Decision decision = commands.take(new Asked(id, commandId, key, Actor.agent(caller.id()), caller.agent().supervisor(), ownership,
                version(match), command));
        return switch (decision) {
            case Decision.Accepted accepted -> HttpResponse.<Decision>ok(accepted).header("ETag", "\"" + accepted.version() + "\"");
            case Decision.Refused refused -> throw problem(refused).asException();
        };
    }

    private static Long version(String match) {
        if (match == null || match.equals("*")) {
            return null;
        }
        if (match.matches("\"\\d{1,18}\"")) {
            return Long.valueOf(match.substring(1, match.length() - 1));
        }
        throw new InvalidField(IF_MATCH, "must be a version in quotes, such as \"3\"");
    }

    private Problem problem(Decision.Refused refused) {
        String name = refused.refusal().wireName();
        Problem problem = switch (refused.refusal()) {
            case CONVERSATION_NOT_FOUND -> Problem.notFound("conversation", refused.conversationId());
            case NOT_THE_OWNER -> Problem.of(403, name, "The conversation belongs to another agent", agents.nameOf(refused.owner())
                    + " has owned this conversation since " + refused.since() + ". Its owner and supervisors may change that.");
            case CONVERSATION_COMPLETED -> Problem.of(409, name, "The conversation is completed", "Reopen it first.");
            case VERSION_MISMATCH -> Problem.of(412, name, "The conversation has moved on", "It is at version " + refused.version() + " now. Look at it again.");
            case COMMAND_ID_REUSED -> Problem.of(422, name, "The command id was used before",
                    "The same Idempotency-Key was sent by another agent or for another command. Use a new one for each command.");
            case ASSIGNEE_DEACTIVATED, NEWER_RULES_IN_FORCE, UNREADABLE -> throw new IllegalStateException("nothing here refuses so: " + refused);
        };
        if (refused.version() > 0) {
            problem = problem.with("conversationId", refused.conversationId()).with("version", refused.version());
        }
        if (refused.owner() != null) {
            Map<String, Object> owner = new LinkedHashMap<>();
            owner.put("id", refused.owner());
            owner.put("name", agents.nameOf(refused.owner()));
            owner.put("since", refused.since());
            problem = problem.with("owner", owner);
        }
        return problem.with("duplicate", refused.duplicate());
    }
}
