package baton.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// One account's view of Baton, over HTTP and nothing else.
final class Client {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();

    private final String url;
    private final String token;

    /// What came back.
    record Answer(int status, JsonNode body, HttpResponse<String> raw) {
        String type() {
            return body.path("type").asText().replace("urn:baton:problem:", "");
        }

        String text(String path) {
            return body.at("/" + path.replace('.', '/')).asText(null);
        }
    }

    private Client(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /// Signs in.
    static Client signIn(String url, String name, String password) {
        Answer answer = anonymous(url).post("/login", "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}");
        if (answer.status() != 200) {
            throw new AssertionError("sign-in failed: " + answer);
        }
        return new Client(url, answer.text("access_token"));
    }

    static Client anonymous(String url) {
        return new Client(url, null);
    }

    static Client withToken(String url, String token) {
        return new Client(url, token);
    }

    String token() {
        return token;
    }

    String url() {
        return url;
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer post(String path, String json, String... headers) {
        return send(request(path, headers).POST(json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
    }

    Answer put(String path, String json, String... headers) {
        return send(request(path, headers).PUT(BodyPublishers.ofString(json)));
    }

    Answer delete(String path, String... headers) {
        return send(request(path, headers).DELETE());
    }

    /// @param json the body, or null for none
    Answer send(String method, String path, String json, String... headers) {
        return send(request(path, headers).method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json)));
    }

    /// Assigns a conversation to an agent.
    Answer assign(String conversation, String agent, String... headers) {
        return put("/api/conversations/" + conversation + "/assignee", "{\"agentId\":\"" + agent + "\"}", headers);
    }

    CompletableFuture<Answer> assignLater(String conversation, String agent, String... headers) {
        return HTTP.sendAsync(request("/api/conversations/" + conversation + "/assignee", headers)
                        .PUT(BodyPublishers.ofString("{\"agentId\":\"" + agent + "\"}")).build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(Client::answer);
    }

    Answer reply(String conversation, String text, String... headers) {
        return post("/api/conversations/" + conversation + "/replies", "{\"text\":\"" + text + "\"}", headers);
    }

    Answer message(String conversation, String messageId, String text) {
        return post("/api/channel-messages", "{\"channel\":\"web\",\"conversationId\":\"" + conversation + "\",\"messageId\":\"" + messageId
                + "\",\"visitor\":{\"id\":\"vera\",\"name\":\"Vera\"},\"text\":\"" + text + "\"}");
    }

    /// The conversation, once it has reached a version; fails after the view's own deadline.
    Answer conversation(String id, long version) {
        return get("/api/inbox/conversations/" + id + "?minVersion=" + version);
    }

    /// Opens the live stream; its headers have come when this returns.
    ///
    /// @param query from the question mark on, or empty
    EventStream stream(String query, String... headers) {
        try {
            return EventStream.of(HTTP.send(request("/api/notifications/stream" + query, headers).header("Accept", "text/event-stream").GET().build(),
                    HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    private static Answer send(HttpRequest.Builder request) {
        try {
            return answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer answer(HttpResponse<String> response) {
        try {
            JsonNode body = response.body() == null || response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body());
            return new Answer(response.statusCode(), body, response);
        } catch (IOException _) {
            return new Answer(response.statusCode(), MissingNode.getInstance(), response);
        }
    }
}
