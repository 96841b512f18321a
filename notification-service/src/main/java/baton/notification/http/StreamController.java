package baton.notification.http;

import baton.directory.Caller;
import baton.notification.delivery.LiveStream;
import baton.runtime.Frame;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.QueryValue;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.reactivestreams.Publisher;

/// The caller's live stream.
@Controller("/api/notifications/stream")
@Tag(name = "notifications")
public class StreamController {

    private final LiveStream live;

    StreamController(LiveStream live) {
        this.live = live;
    }

    /// Opens it. A new `EventSource` cannot send a header, hence the parameter; the header is the newer of the two.
    @Get(produces = MediaType.TEXT_EVENT_STREAM)
    @Operation(summary = "Server-sent events: `notification`, `conversation`, `resync`; resumes behind Last-Event-ID")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM,
            schema = @Schema(type = "string")))
    @ApiResponse(responseCode = "429", description = "overloaded, see Retry-After")
    public HttpResponse<Publisher<Frame>> open(@Parameter(hidden = true) Caller caller,
            @Header("Last-Event-ID") @Nullable String lastEventId,
            @QueryValue("lastEventId") @Nullable String lastEventIdParameter) {
        String last = lastEventId == null ? lastEventIdParameter : lastEventId;
        return HttpResponse.ok(live.open(caller.id(), last, caller.expiresAt()))
                .contentType(MediaType.TEXT_EVENT_STREAM_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(HttpHeaders.CONTENT_ENCODING, "identity") // a compressor would keep events back until it has enough
                .header("X-Accel-Buffering", "no");
    }
}
