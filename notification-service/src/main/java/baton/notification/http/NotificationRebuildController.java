package baton.notification.http;

import baton.directory.Caller;
import baton.notification.NotificationService;
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

/// Throws the notifications away and has them written again from the log (supervisors); nobody is told again. What agents have read, and
/// their settings, stays. Any instance takes the request, and all follow it.
@Controller("/api/notifications/rebuild")
@Tag(name = "rebuild")
public class NotificationRebuildController {

    private final NotificationService notifications;

    NotificationRebuildController(NotificationService notifications) {
        this.notifications = notifications;
    }

    /// How far the last one has come.
    @Get
    @Operation(summary = "How far the last rebuild of the notifications has come (supervisors)")
    public RebuildStatus status(@Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        return notifications.runner().status();
    }

    /// Begins one.
    @Post
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Throw the notifications away and write them again from conversation-events (supervisors)",
            description = "Nobody is told again. Feeds stay as they are until it is done; what happens meanwhile is told late. It goes on by itself, through restarts too.")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "rebuild-under-way")
    @ApiResponse(responseCode = "503", description = "unavailable: nothing was touched; outcome-unknown: ask how far it has come")
    public HttpResponse<RebuildStatus> rebuild(@Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        return HttpResponse.accepted().body(notifications.runner().request(caller.id()));
    }
}
