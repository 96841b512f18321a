package baton.assignment.http;

import baton.assignment.stream.AssignmentService;
import baton.contract.Decision;
import baton.contract.Ids;
import baton.directory.Caller;
import baton.runtime.Problem;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

/// For a caller who has lost the answer to a command.
@Controller("/api/commands")
@Tag(name = "conversations")
public final class CommandsController {

    private final AssignmentService service;
    private final DecisionAnswers answers;

    CommandsController(AssignmentService service, DecisionAnswers answers) {
        this.service = service;
        this.answers = answers;
    }

    /// The first answer of a command, with the same status as then; 404 if no such command is on the log or it is remembered no more.
    @Get("/{commandId}")
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "The decision of a command that was sent before",
            description = "Answers as the command was answered: 200, or the problem that it was refused with. Remembered are the last 64 "
                    + "commands of a conversation; a refusal as conversation-not-found never is.")
    @ApiResponse(responseCode = "200", description = "It was accepted")
    @ApiResponse(responseCode = "404", description = "command-not-found: it is not on the log, or remembered no more")
    public HttpResponse<Decision> decision(@PathVariable String commandId, @QueryValue String conversationId, @Parameter(hidden = true) Caller caller) {
        Ids.require(commandId, "commandId");
        Ids.require(conversationId, "conversationId");
        return service.decided(conversationId, commandId)
                .map(answers::answer)
                .orElseThrow(() -> Problem.notFound("command", commandId).asException());
    }
}
