package baton.assignment.http;

import baton.assignment.domain.RulesVersion;
import baton.assignment.stream.AssignmentService;
import baton.assignment.stream.AssignmentSettings;
import baton.assignment.stream.CommandLog;
import baton.contract.Actor;
import baton.contract.Agent;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Texts;
import baton.directory.AgentDirectory;
import baton.directory.Caller;
import baton.runtime.Problem;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// The commands that agents give. Each is appended to the conversation's log and answered as soon as it is decided there.
///
/// The endpoints run on the event loop and return futures: nothing here blocks.
@Controller("/api/conversations/{id}")
@Tag(name = "conversations")
@ApiResponse(responseCode = "200", description = "Decided; ETag is the conversation's version",
        content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Decision.class)))
@ApiResponse(responseCode = "403", description = "not-owner: it belongs to another agent, who is named")
@ApiResponse(responseCode = "404", description = "conversation-not-found")
@ApiResponse(responseCode = "409", description = "conversation-completed: reopen it first")
@ApiResponse(responseCode = "412", description = "version-mismatch: the conversation has moved on since the version in If-Match")
@ApiResponse(responseCode = "422", description = "invalid-field, or command-id-reused")
@ApiResponse(responseCode = "429", description = "overloaded: nothing was done, see Retry-After")
@ApiResponse(responseCode = "503", description = "unavailable: nothing was done; outcome-unknown: send again with the same Idempotency-Key")
public final class ConversationsController {

    /// Names a command, so that it can be sent again.
    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final String KEY_DOC = "Names the command; sent again, it gives the first answer again and has no second effect";
    private static final String MATCH_DOC = "The version that the caller has seen, in quotes";

    private final CommandLog commands;
    private final AssignmentService service;
    private final AssignmentSettings settings;
    private final AgentDirectory directory;
    private final DecisionAnswers answers;

    ConversationsController(CommandLog commands, AssignmentService service, AssignmentSettings settings, AgentDirectory directory,
            DecisionAnswers answers) {
        this.commands = commands;
        this.service = service;
        this.settings = settings;
        this.directory = directory;
        this.answers = answers;
    }

    /// Who shall own the conversation.
    @Introspected
    public record Assignee(String agentId) {
    }

    /// What an agent writes to the visitor.
    @Introspected
    public record ReplyText(String text) {
    }

    /// Assigns the conversation to an agent.
    @Put("/assignee")
    @Operation(summary = "Assign, reassign or claim a conversation")
    public CompletableFuture<HttpResponse<Decision>> assign(@PathVariable String id, @Body Assignee assignee,
            @Parameter(hidden = true) Caller caller,
            @Parameter(description = KEY_DOC) @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Parameter(description = MATCH_DOC) @Nullable @Header("If-Match") String match) {
        var command = new Command.AssignAgent(assignee.agentId());
        Optional<RuntimeException> refusal = whyNotAssignable(assignee.agentId());
        if (refusal.isEmpty()) {
            return decide(id, command, caller, key, match);
        }
        if (key == null) {
            throw refusal.get();
        }
        // Who sends again gets the first answer, whoever was deactivated since. The log gives it: there is seen whether it is the same command.
        return beside(() -> refusal.get() instanceof InvalidField && logRefusesDeactivatedAssignees(id)).thenCompose(refusedByLog ->
                refusedByLog ? decide(id, new Command.AssignAgent(assignee.agentId(), true), caller, key, match)
                        : beside(() -> wasDecided(id, key)).thenCompose(before -> {
                            if (!before) {
                                throw refusal.get();
                            }
                            return decide(id, command, caller, key, match);
                        }));
    }

    /// Gives the conversation back.
    @Delete("/assignee")
    @Operation(summary = "Unassign a conversation")
    public CompletableFuture<HttpResponse<Decision>> unassign(@PathVariable String id, @Parameter(hidden = true) Caller caller,
            @Parameter(description = KEY_DOC) @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Parameter(description = MATCH_DOC) @Nullable @Header("If-Match") String match) {
        return decide(id, new Command.UnassignAgent(), caller, key, match);
    }

    /// Answers the visitor.
    @Post("/replies")
    @Operation(summary = "Reply; the first to reply to an unassigned conversation owns it")
    public CompletableFuture<HttpResponse<Decision>> reply(@PathVariable String id, @Body ReplyText reply, @Parameter(hidden = true) Caller caller,
            @Parameter(description = KEY_DOC) @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Parameter(description = MATCH_DOC) @Nullable @Header("If-Match") String match) {
        return decide(id, new Command.Reply(Texts.requireVisible(reply.text(), "text")), caller, key, match);
    }

    /// Puts the conversation away.
    @Post("/complete")
    @Operation(summary = "Complete a conversation; it belongs to nobody afterwards")
    public CompletableFuture<HttpResponse<Decision>> complete(@PathVariable String id, @Parameter(hidden = true) Caller caller,
            @Parameter(description = KEY_DOC) @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Parameter(description = MATCH_DOC) @Nullable @Header("If-Match") String match) {
        return decide(id, new Command.CompleteConversation(), caller, key, match);
    }

    /// Brings the conversation back.
    @Post("/reopen")
    @Operation(summary = "Reopen a completed conversation")
    public CompletableFuture<HttpResponse<Decision>> reopen(@PathVariable String id, @Parameter(hidden = true) Caller caller,
            @Parameter(description = KEY_DOC) @Nullable @Header(IDEMPOTENCY_KEY) String key,
            @Parameter(description = MATCH_DOC) @Nullable @Header("If-Match") String match) {
        return decide(id, new Command.ReopenConversation(), caller, key, match);
    }

    private Optional<RuntimeException> whyNotAssignable(String agentId) {
        Optional<Agent> agent = directory.agent(agentId);
        if (agent.isEmpty()) {
            return Optional.of(Problem.notFound("agent", agentId).asException());
        }
        return agent.get().active() ? Optional.empty() : Optional.of(new InvalidField("agentId", DecisionAnswers.NAMES_DEACTIVATED));
    }

    /// False too where another instance decides, which this one then does not know: that happens only while a partition moves.
    private boolean logRefusesDeactivatedAssignees(String conversationId) {
        OptionalInt inForce = service.rulesInForce(Ids.require(conversationId, "conversationId"));
        return inForce.isPresent() && RulesVersion.of(inForce.getAsInt()).filter(RulesVersion::refusesDeactivatedAssignees).isPresent();
    }

    /// Whether a command with this id has been decided and is remembered. Waits for what is on the log.
    private boolean wasDecided(String conversationId, String key) {
        return service.decided(Ids.require(conversationId, "conversationId"), Ids.require(key, IDEMPOTENCY_KEY)).isPresent();
    }

    /// Beside the event loop, for what reads a store or waits.
    private static <T> CompletableFuture<T> beside(Supplier<T> look) {
        return CompletableFuture.supplyAsync(look, Thread::startVirtualThread);
    }

    private CompletableFuture<HttpResponse<Decision>> decide(String conversationId, Command command, Caller caller, String key, String match) {
        Ids.require(conversationId, "conversationId");
        String commandId = key == null ? UUID.randomUUID().toString() : Ids.require(key, IDEMPOTENCY_KEY);
        var envelope = new CommandEnvelope(command.rulesVersion(), commandId, conversationId, Actor.agent(caller.id()),
                caller.agent().supervisor(), settings.ownership(), version(match), command);
        return commands.decide(envelope).thenApply(answers::answer);
    }

    /// The version in `If-Match`: one strong entity tag. `*` asks for nothing that the command does not ask for anyway.
    private static Long version(String match) {
        if (match == null || match.equals("*")) {
            return null;
        }
        if (match.matches("\"\\d{1,18}\"")) {
            return Long.valueOf(match.substring(1, match.length() - 1));
        }
        throw new InvalidField("If-Match", "must be a version in quotes, such as \"3\"");
    }
}
