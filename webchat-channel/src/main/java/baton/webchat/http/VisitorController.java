package baton.webchat.http;

import baton.contract.ChannelMessage;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Texts;
import baton.contract.Visitor;
import baton.runtime.Frame;
import baton.runtime.Problem;
import baton.webchat.domain.Recipient;
import baton.webchat.domain.VisitorReply;
import baton.webchat.domain.VisitorSession;
import baton.webchat.stream.MessageWriter;
import baton.webchat.stream.ReplyTail;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Publisher;

/// What a visitor may do: begin a session, write, read what she was answered, and stay to see it live. Whose conversation it is stands in
/// her token and nowhere else, so no request can name another's.
@Controller("/webchat")
@Tag(name = "visitors")
public class VisitorController {

    /// 128 bits: nobody finds another's conversation by trying.
    private static final int ID_BYTES = 16;

    private final VisitorTokens tokens;
    private final VisitorLimits limits;
    private final MessageWriter messages;
    private final ReplyTail replies;
    private final ReplyStreams streams;
    private final SecureRandom random = new SecureRandom();

    /// How a visitor introduces herself.
    @Introspected
    public record Introduction(@Nullable String name) {
        /// Refuses a name that is blank or too long.
        public Introduction {
            if (name != null) {
                Texts.requireName(name, "name");
            }
        }
    }

    /// A session that has begun.
    ///
    /// @param token to be sent as `Authorization: Bearer <token>`
    @Introspected
    public record Begun(String token, String conversationId, String visitorId, Instant expiresAt) {
    }

    /// What a visitor writes.
    ///
    /// @param messageId made by her client, new for each message and the same when it is sent again
    @Introspected
    public record Written(String messageId, String text) {
        /// Refuses an id that is none, a blank text, one that is too long.
        public Written {
            Ids.require(messageId, "messageId");
            Texts.requireVisible(text, "text");
        }
    }

    /// What was taken.
    @Introspected
    public record Taken(String conversationId, String messageId) {
    }

    /// What a visitor was answered.
    @Introspected
    public record Replies(List<VisitorReply> replies) {
    }

    VisitorController(VisitorTokens tokens, VisitorLimits limits, MessageWriter messages, ReplyTail replies, ReplyStreams streams) {
        this.tokens = tokens;
        this.limits = limits;
        this.messages = messages;
        this.replies = replies;
        this.streams = streams;
    }

    /// Begins a session and with it a conversation, which agents see when the first message comes.
    @Post(value = "/session", consumes = MediaType.APPLICATION_JSON)
    @Operation(summary = "Begin a session; the token in the answer is the visitor's only key to her conversation")
    @RequestBody(content = @Content(schema = @Schema(implementation = Introduction.class)))
    @ApiResponse(responseCode = "201", description = "Begun", content = @Content(schema = @Schema(implementation = Begun.class)))
    @ApiResponse(responseCode = "422", description = "invalid-field")
    @ApiResponse(responseCode = "429", description = "overloaded, see Retry-After")
    public HttpResponse<Begun> begin(@Parameter(hidden = true) HttpRequest<?> request, @Body byte[] body) {
        limits.requireSession(request);
        Introduction introduction = VisitorJson.read(body, Introduction.class);
        VisitorSession session = tokens.begin(new Recipient("webchat-" + id(), "visitor-" + id()), introduction.name());
        return HttpResponse.created(new Begun(tokens.sign(session), session.conversationId(), session.visitorId(), session.expiresAt()));
    }

    /// Takes a message; answers when it is on the log.
    @Post(value = "/messages", consumes = MediaType.APPLICATION_JSON)
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Write to the team",
            description = "Sending the same messageId again has no effect while it is among the last 256 of the conversation.")
    @RequestBody(content = @Content(schema = @Schema(implementation = Written.class)))
    @ApiResponse(responseCode = "202", description = "On the log", content = @Content(schema = @Schema(implementation = Taken.class)))
    @ApiResponse(responseCode = "413", description = "too-large")
    @ApiResponse(responseCode = "422", description = "invalid-field")
    @ApiResponse(responseCode = "429", description = "overloaded, see Retry-After")
    @ApiResponse(responseCode = "503", description = "unavailable or outcome-unknown: send the same message again")
    public CompletableFuture<HttpResponse<Taken>> write(@Parameter(hidden = true) HttpRequest<?> request,
            @Parameter(hidden = true) @Header(HttpHeaders.AUTHORIZATION) @Nullable String authorization, @Body byte[] body) {
        limits.requireMessage(request);
        VisitorSession visitor = tokens.require(authorization);
        limits.requireMessage(visitor);
        Written written = VisitorJson.read(body, Written.class);
        var message = new ChannelMessage(written.messageId(), ReplyTail.CHANNEL, new Visitor(visitor.visitorId(), visitor.name()),
                written.text(), Instant.now());
        return messages.write(visitor.conversationId(), message).thenApply(_ ->
                HttpResponse.accepted().body(new Taken(visitor.conversationId(), written.messageId())));
    }

    /// What was answered.
    @Get("/messages")
    @Operation(summary = "What the team replied, oldest first, as far as it is still kept")
    @ApiResponse(responseCode = "429", description = "overloaded, see Retry-After")
    public Replies replies(@Parameter(hidden = true) @Header(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @Parameter(description = "A replyId: only later ones") @QueryValue @Nullable String after) {
        VisitorSession visitor = tokens.require(authorization);
        limits.requireRead(visitor);
        return new Replies(replies.after(visitor.recipient(), version(after, visitor, "after")));
    }

    /// Opens the stream. A reader that cannot send headers cannot open it: a token in an address would end up in logs.
    @Get(value = "/stream", produces = MediaType.TEXT_EVENT_STREAM)
    @Operation(summary = "Server-sent events: `reply` for each reply, those that are still kept first; resumes behind Last-Event-ID")
    @ApiResponse(responseCode = "200", content = @Content(mediaType = MediaType.TEXT_EVENT_STREAM, schema = @Schema(type = "string")))
    @ApiResponse(responseCode = "429", description = "overloaded, see Retry-After")
    public HttpResponse<Publisher<Frame>> stream(
            @Parameter(hidden = true) @Header(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
            @Header("Last-Event-ID") @Nullable String lastEventId,
            @Parameter(description = "A replyId: only later ones; Last-Event-ID outranks it") @QueryValue @Nullable String after) {
        VisitorSession visitor = tokens.require(authorization);
        limits.requireRead(visitor);
        long version = lastEventId == null ? version(after, visitor, "after") : version(lastEventId, visitor, "Last-Event-ID");
        return HttpResponse.ok(streams.open(visitor, version))
                .contentType(MediaType.TEXT_EVENT_STREAM_TYPE)
                .header(HttpHeaders.CONTENT_ENCODING, "identity") // a compressor would keep events back until it has enough
                .header("X-Accel-Buffering", "no");
    }

    private static long version(String replyId, VisitorSession visitor, String field) {
        try {
            return VisitorReply.versionOf(replyId, visitor.conversationId(), field);
        } catch (InvalidField e) {
            throw Problem.invalidField(e.field(), e.reason()).asException();
        }
    }

    private String id() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
