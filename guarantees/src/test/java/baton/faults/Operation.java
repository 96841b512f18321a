package baton.faults;

import baton.checker.Call;
import baton.processes.ServiceProcess;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// A command that an agent gives, however often it has to be sent.
///
/// @param argument the agent's id or the text, or null
/// @param ifMatch  or null
record Operation(String conversationId, String commandId, String actor, String type, String argument, Long ifMatch) {

    Operation(String conversationId, String commandId, String actor, String type, String argument) {
        this(conversationId, commandId, actor, type, argument, null);
    }

    /// Sends it once and waits.
    Call send(ServiceProcess to, History history) {
        long began = System.nanoTime();
        Http.Answer answer = Http.send(request(to));
        return recorded(to, began, answer, history);
    }

    /// Sends it once; completes with what came of it. For a caller with more patience than others.
    CompletableFuture<Call> sendLater(ServiceProcess to, Duration within, History history) {
        long began = System.nanoTime();
        return Http.sendLater(request(to).timeout(within)).thenApply(answer -> recorded(to, began, answer, history));
    }

    private Call recorded(ServiceProcess to, long began, Http.Answer answer, History history) {
        Call call = new Call(conversationId, commandId, actor, type, argument, ifMatch, to.name(), began, System.nanoTime(), answer.status(),
                answer.body());
        history.add(call);
        return call;
    }

    private HttpRequest.Builder request(ServiceProcess to) {
        String path = "/api/conversations/" + conversationId + switch (type) {
            case "assign-agent", "unassign-agent" -> "/assignee";
            case "reply" -> "/replies";
            case "complete-conversation" -> "/complete";
            default -> "/reopen";
        };
        HttpRequest.Builder request = Http.request(to.url(), path, actor).header("Idempotency-Key", commandId);
        if (ifMatch != null) {
            request.header("If-Match", "\"" + ifMatch + "\"");
        }
        ObjectNode body = Http.JSON.createObjectNode();
        return switch (type) {
            case "assign-agent" -> request.PUT(BodyPublishers.ofString(body.put("agentId", argument).toString()));
            case "unassign-agent" -> request.DELETE();
            case "reply" -> request.POST(BodyPublishers.ofString(body.put("text", argument).toString()));
            default -> request.POST(BodyPublishers.noBody());
        };
    }
}
