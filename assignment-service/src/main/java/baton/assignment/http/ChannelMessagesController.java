package baton.assignment.http;

import baton.assignment.stream.AssignmentService;
import baton.contract.ChannelMessage;
import baton.contract.Ids;
import baton.contract.Json;
import baton.contract.Texts;
import baton.contract.Topic;
import baton.contract.Visitor;
import baton.directory.CallerFilter;
import baton.runtime.KafkaClients;
import baton.runtime.Problem;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/// Takes messages of visitors over HTTP and puts them where channels put theirs: there is one way in.
@Controller(CallerFilter.CHANNEL_PATH)
@Tag(name = "channels")
public final class ChannelMessagesController {

    private final AssignmentService service;
    private final String topic;

    ChannelMessagesController(AssignmentService service, KafkaClients clients) {
        this.service = service;
        this.topic = Topic.CHANNEL_MESSAGES.name(clients.settings().topicPrefix());
    }

    /// A visitor's message, as a channel posts it.
    @Introspected
    public record PostedMessage(String channel, @Nullable String conversationId, String messageId, Visitor visitor, String text,
            @Nullable Instant sentAt) {
    }

    /// Where the message went.
    @Introspected
    public record Taken(String conversationId, String messageId) {
    }

    /// Takes a message; answers when it is on the log.
    @Post
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Hand over a visitor's message",
            description = "Without a conversationId one is derived from channel and messageId. Posting the same messageId again has no effect.")
    @ApiResponse(responseCode = "202", description = "On the log",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = Taken.class)))
    @ApiResponse(responseCode = "422", description = "invalid-field")
    @ApiResponse(responseCode = "429", description = "overloaded, see Retry-After")
    @ApiResponse(responseCode = "503", description = "unavailable or outcome-unknown: post the same message again")
    public CompletableFuture<HttpResponse<Taken>> post(@Body PostedMessage posted) {
        var message = new ChannelMessage(posted.messageId(), posted.channel(), posted.visitor(), posted.text(), posted.sentAt());
        Texts.requireVisible(message.text(), "text");
        String conversationId = posted.conversationId() == null
                ? Ids.conversationOf(posted.channel(), posted.messageId())
                : Ids.require(posted.conversationId(), "conversationId");
        var taken = new CompletableFuture<HttpResponse<Taken>>();
        var record = new ProducerRecord<>(topic, KafkaClients.key(conversationId), Json.write(message));
        var producer = service.producer();
        try {
            producer.send(record, (_, failure) -> {
                if (failure == null) {
                    taken.complete(HttpResponse.accepted().body(new Taken(conversationId, posted.messageId())));
                } else {
                    taken.completeExceptionally(problem(failure).asException());
                }
            });
        } catch (KafkaException | IllegalStateException e) { // the producer is being closed
            throw Problem.unavailable("The message could not be written. Post it again with the same messageId.").asException();
        }
        return taken;
    }

    private static Problem problem(Exception failure) {
        return failure instanceof BufferExhaustedException
                ? Problem.overloaded("More messages are waiting for the log than there is room for.")
                : Problem.outcomeUnknown("The log did not acknowledge the message. Post it again with the same messageId.");
    }
}
