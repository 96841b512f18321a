package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;

/// One account's view of a side, over HTTP and nothing else.
record Person(URI url, String token) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
    private static final Duration SHOWS_WITHIN = Duration.ofSeconds(40);

    /// What came back.
    record Answer(int status, JsonNode body, String etag) {
        String type() {
            return body.path("type").asText().replace("urn:baton:problem:", "");
        }

        String text(String pointer) {
            return body.at(pointer).asText(null);
        }
    }

    static Person signIn(Side side, String name) {
        Answer answer = new Person(side.url(), null).post("/login", "{\"username\":\"" + name + "\",\"password\":\"" + side.password() + "\"}");
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        return new Person(side.url(), answer.text("/access_token"));
    }

    Answer get(String path) {
        return later("GET", path, null).join();
    }

    Answer post(String path, String json, String... headers) {
        return later("POST", path, json, headers).join();
    }

    Answer put(String path, String json, String... headers) {
        return later("PUT", path, json, headers).join();
    }

    Answer delete(String path, String... headers) {
        return later("DELETE", path, null, headers).join();
    }

    CompletableFuture<Answer> later(String method, String path, String json, String... headers) {
        var request = HttpRequest.newBuilder(url.resolve(path)).timeout(Duration.ofSeconds(60)).header("Content-Type", "application/json")
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).thenApply(response -> {
            try {
                JsonNode body = response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body());
                return new Answer(response.statusCode(), body, response.headers().firstValue("ETag").orElse(null));
            } catch (IOException e) {
                throw new AssertionError(response.body(), e);
            }
        });
    }

    /// Posts a visitor's message, as a channel.
    void says(String conversation, String messageId, String text) {
        Answer taken = post("/api/channel-messages", "{\"channel\":\"web\",\"conversationId\":\"" + conversation + "\",\"messageId\":\"" + messageId
                + "\",\"visitor\":{\"id\":\"vera\",\"name\":\"Vera\"},\"text\":\"" + text + "\"}");
        assertThat(taken.status()).as(taken.toString()).isEqualTo(202);
        assertThat(taken.text("/conversationId")).isEqualTo(conversation);
    }

    Answer assign(String conversation, String agent, String... headers) {
        return put("/api/conversations/" + conversation + "/assignee", "{\"agentId\":\"" + agent + "\"}", headers);
    }

    Answer reply(String conversation, String text, String... headers) {
        return post("/api/conversations/" + conversation + "/replies", "{\"text\":\"" + text + "\"}", headers);
    }

    /// The conversation, as soon as it has reached the version.
    Answer sees(String conversation, long version) {
        long deadline = System.nanoTime() + SHOWS_WITHIN.toNanos();
        while (true) {
            Answer answer = get("/api/inbox/conversations/" + conversation + "?minVersion=" + version);
            if (answer.status() == 200 && answer.body().path("version").asLong() >= version) {
                return answer;
            }
            assertThat(System.nanoTime()).as("%s does not reach version %s: %s", conversation, version, answer).isLessThan(deadline);
        }
    }

    /// The notification of an event, as soon as it is in the feed.
    JsonNode isTold(String eventId) {
        long deadline = System.nanoTime() + SHOWS_WITHIN.toNanos();
        while (true) {
            Answer feed = get("/api/notifications?limit=200");
            for (JsonNode item : feed.body().path("items")) {
                if (item.path("eventId").asText().equals(eventId)) {
                    return item;
                }
            }
            assertThat(System.nanoTime()).as("no notification of %s in %s", eventId, feed).isLessThan(deadline);
        }
    }

    /// The ids of a list, over all its pages, which are short.
    List<String> lists(String query) {
        List<String> ids = new java.util.ArrayList<>();
        String cursor = null;
        do {
            Answer page = get("/api/inbox?limit=5&" + query + (cursor == null ? "" : "&cursor=" + cursor));
            assertThat(page.status()).as(page.toString()).isEqualTo(200);
            StreamSupport.stream(page.body().path("items").spliterator(), false).map(item -> item.path("conversationId").asText()).forEach(ids::add);
            cursor = page.body().path("nextCursor").asText(null);
        } while (cursor != null && !cursor.equals("null"));
        return ids;
    }
}
