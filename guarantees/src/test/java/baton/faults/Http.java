package baton.faults;

import baton.processes.Deployment;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Requests of accounts to instances. Where no answer comes, that is an answer too: status 0.
final class Http {

    static final ObjectMapper JSON = new ObjectMapper();
    /// How long a caller has patience.
    static final Duration WITHIN = Duration.ofSeconds(5);
    static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(2)).build();

    private static final Map<String, String> TOKENS = new ConcurrentHashMap<>();

    /// What came back.
    record Answer(int status, JsonNode body) {
        private static final Answer NONE = new Answer(0, MissingNode.getInstance());

        static Answer of(HttpResponse<String> response) {
            try {
                String body = response.body();
                return new Answer(response.statusCode(), body == null || body.isEmpty() ? MissingNode.getInstance() : JSON.readTree(body));
            } catch (JsonProcessingException _) {
                return new Answer(response.statusCode(), JSON.getNodeFactory().textNode(response.body()));
            }
        }
    }

    private Http() {
    }

    /// Signs in at an instance of assignment-service; the token is good for all of them.
    static void signIn(String url, String account) {
        ObjectNode credentials = JSON.createObjectNode().put("username", account).put("password", Deployment.PASSWORD);
        Answer answer = send(HttpRequest.newBuilder(URI.create(url + "/login")).timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json").POST(BodyPublishers.ofString(credentials.toString())));
        if (answer.status() != 200) {
            throw new AssertionError("sign-in failed: " + answer);
        }
        TOKENS.put(account, answer.body().path("access_token").asText());
    }

    /// A request of an account; further headers may be added.
    static HttpRequest.Builder request(String url, String path, String account) {
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(WITHIN).header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + TOKENS.get(account));
    }

    static Answer get(String url, String path, String account) {
        return send(request(url, path, account).GET());
    }

    static Answer send(HttpRequest.Builder request) {
        try {
            return Answer.of(CLIENT.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException _) {
            return Answer.NONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static CompletableFuture<Answer> sendLater(HttpRequest.Builder request) {
        return CLIENT.sendAsync(request.build(), BodyHandlers.ofString()).handle((response, failure) -> failure == null ? Answer.of(response) : Answer.NONE);
    }
}
