package baton.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a browser adds to requests of a page of Baton's own: the session's cookie, and its origin.
final class Browser {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5)).build();

    private final String url;
    private String cookie;

    Browser(String url) {
        this.url = url;
    }

    /// With a session of its own making.
    Browser(String url, String token) {
        this.url = url;
        this.cookie = "baton-session=" + token;
    }

    static Browser signIn(String url, String name, String password) {
        Browser browser = new Browser(url);
        HttpResponse<String> answer = browser.post("/session", "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}");
        if (answer.statusCode() != 200) {
            throw new AssertionError("sign-in failed: " + answer.statusCode() + " " + answer.body());
        }
        return browser;
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request("GET", path, null, headers), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String json, String... headers) {
        return send(request("POST", path, json, with(headers, "Origin", url)), BodyHandlers.ofString());
    }

    HttpResponse<String> put(String path, String json, String... headers) {
        return send(request("PUT", path, json, with(headers, "Origin", url)), BodyHandlers.ofString());
    }

    HttpResponse<String> delete(String path, String... headers) {
        return send(request("DELETE", path, null, with(headers, "Origin", url)), BodyHandlers.ofString());
    }

    /// A request for which the browser does not say where it comes from, or says what the headers say.
    HttpResponse<String> sendFrom(String method, String path, String json, String... headers) {
        return send(request(method, path, json, headers), BodyHandlers.ofString());
    }

    /// Opens the live stream; its lines end when the stream does.
    HttpResponse<java.util.stream.Stream<String>> stream() {
        return send(request("GET", "/api/notifications/stream", null), BodyHandlers.ofLines());
    }

    /// The cookie that it would send, `name=value`; null if it has none.
    String cookie() {
        return cookie;
    }

    static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + answer.statusCode() + " " + answer.body(), e);
        }
    }

    static String problem(HttpResponse<String> answer) {
        return json(answer).path("type").asText().replace("urn:baton:problem:", "");
    }

    private HttpRequest request(String method, String path, String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(30))
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (json != null) {
            request.header("Content-Type", "application/json");
        }
        if (cookie != null) {
            request.header("Cookie", cookie);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            HttpResponse<T> answer = HTTP.send(request, body);
            for (String set : answer.headers().allValues("Set-Cookie")) {
                if (set.startsWith("baton-session=") || set.startsWith("__Host-baton-session=")) {
                    cookie = set.contains("Max-Age=0") ? null : set.split(";", 2)[0];
                }
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String[] with(String[] headers, String... more) {
        List<String> all = new ArrayList<>(Arrays.asList(more));
        all.addAll(Arrays.asList(headers));
        return all.toArray(String[]::new);
    }
}
