package baton.benchmarks.rival;

import baton.benchmarks.rival.Rules.Asked;
import baton.contract.Actor;
import baton.contract.ChannelMessage;
import baton.contract.Command;
import baton.contract.Ids;
import baton.contract.Ownership;
import baton.contract.Visitor;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.sql.SQLException;
import java.time.Instant;

/// Takes messages of visitors.
@Controller(Caller.CHANNEL_PATH)
@ExecuteOn(TaskExecutors.BLOCKING)
class MessagesController {

    private final Commands commands;

    MessagesController(Commands commands) {
        this.commands = commands;
    }

    /// A visitor's message.
    @Introspected
    record PostedMessage(String channel, @Nullable String conversationId, String messageId, Visitor visitor, String text, @Nullable Instant sentAt) {
    }

    /// Where the message went.
    @Introspected
    record Taken(String conversationId, String messageId) {
    }

    @Post
    HttpResponse<Taken> post(@Body PostedMessage posted) throws SQLException {
        var message = new ChannelMessage(posted.messageId(), posted.channel(), posted.visitor(), posted.text(), posted.sentAt());
        String conversationId = posted.conversationId() == null
                ? Ids.conversationOf(posted.channel(), posted.messageId())
                : Ids.require(posted.conversationId(), "conversationId");
        commands.receive(new Asked(conversationId, posted.messageId(), null, Actor.visitor(posted.visitor().id()), false, Ownership.OWNER, null,
                Command.ReceiveMessage.of(message)));
        return HttpResponse.accepted().body(new Taken(conversationId, posted.messageId()));
    }
}
