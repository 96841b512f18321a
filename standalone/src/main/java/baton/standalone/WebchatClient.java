package baton.standalone;

import baton.contract.Json;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// What the visitors' page does, over HTTP and nothing else: begins a session, sends, follows the replies. Goes on after failures that
/// pass, as the page does; waits as long as it is told to.
final class WebchatClient implements AutoCloseable {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final Duration WAIT_MIN = Duration.ofSeconds(1);
    private static final Duration WAIT_MAX = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;

    /// A visitor's session.
    record Session(String token, String conversationId) {
    }

    /// The channel has refused something for good.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(int status, String body) {
            super(status + " " + body);
        }
    }

    /// @param url of Baton, without a slash at the end
    WebchatClient(String url) {
        this.url = url;
    }

    /// Begins a session; returns when there is one.
    Session begin(String name) throws InterruptedException {
        JsonNode begun = post("/webchat/session", null, name == null ? Map.of() : Map.of("name", name));
        return new Session(begun.path("token").asText(), begun.path("conversationId").asText());
    }

    /// Sends a message; returns when the log has it.
    void send(Session session, String messageId, String text) throws InterruptedException {
        post("/webchat/messages", session.token(), Map.of("messageId", messageId, "text", text));
    }

    /// Hands every reply to the visitor on, once and in order, until the thread is interrupted or the session is over.
    void follow(Session session, Consumer<String> onReply) throws InterruptedException {
        String last = "";
        Duration wait = WAIT_MIN;
        while (true) {
            Duration told = Duration.ZERO;
            try {
                var request = request("/webchat/stream", session.token());
                if (!last.isEmpty()) {
                    request.header("Last-Event-ID", last);
                }
                HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    if (response.statusCode() != 200) {
                        told = passing(response, () -> new String(body.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
                    } else {
                        var events = new EventReader(body);
                        for (EventReader.Event event = events.next(); event != null; event = events.next()) {
                            wait = WAIT_MIN;
                            last = event.id();
                            onReply.accept(Json.MAPPER.readTree(event.data()).path("text").asText());
                        }
                    }
                }
            } catch (IOException e) {
                if (Thread.interrupted()) { // which the stream reports as a failure of its own
                    throw new InterruptedException();
                }
            }
            Thread.sleep(told.compareTo(wait) > 0 ? told : wait);
            wait = longer(wait);
        }
    }

    private JsonNode post(String path, String token, Map<String, String> body) throws InterruptedException {
        HttpRequest request = request(path, token).timeout(ANSWER_WITHIN).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(new HashMap<>(body)))).build();
        Duration wait = WAIT_MIN;
        while (true) {
            Duration told = Duration.ZERO;
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() / 100 == 2) {
                    return Json.MAPPER.readTree(response.body());
                }
                told = passing(response, response::body);
            } catch (IOException e) {
                // Whether it arrived is not known. The same message again has no second effect.
            }
            Thread.sleep(told.compareTo(wait) > 0 ? told : wait);
            wait = longer(wait);
        }
    }

    private interface Body {
        String read() throws IOException;
    }

    /// How long to wait before it is tried again; throws [Refused] for what will never succeed.
    private static Duration passing(HttpResponse<?> response, Body body) throws IOException {
        if (response.statusCode() != 429 && response.statusCode() < 500) {
            throw new Refused(response.statusCode(), body.read());
        }
        return Duration.ofSeconds(response.headers().firstValueAsLong("Retry-After").orElse(0));
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static Duration longer(Duration wait) {
        Duration twice = wait.multipliedBy(2);
        return twice.compareTo(WAIT_MAX) < 0 ? twice : WAIT_MAX;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
