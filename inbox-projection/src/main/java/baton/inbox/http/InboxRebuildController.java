package baton.inbox.http;

import baton.directory.Caller;
import baton.inbox.stream.InboxService;
import baton.runtime.RebuildStatus;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

/// Throws the inbox away and has it folded again from the log (supervisors). Any instance takes the request, and all follow it.
@Controller("/api/inbox/rebuild")
@Tag(name = "rebuild")
public class InboxRebuildController {

    private final InboxService inbox;

    InboxRebuildController(InboxService inbox) {
        this.inbox = inbox;
    }

    /// How far the last one has come.
    @Get
    @Operation(summary = "How far the last rebuild of the inbox has come (supervisors)")
    public RebuildStatus status(@Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        return inbox.runner().status();
    }

    /// Begins one.
    @Post
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Throw the inbox away and fold it again from conversation-events (supervisors)",
            description = "Commands go on meanwhile; partitions that are not folded yet are in partitionsMissing. It goes on by itself, through restarts too.")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "rebuild-under-way")
    @ApiResponse(responseCode = "503", description = "unavailable: nothing was touched; outcome-unknown: ask how far it has come")
    public HttpResponse<RebuildStatus> rebuild(@Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        return HttpResponse.accepted().body(inbox.runner().request(caller.id()));
    }
}
