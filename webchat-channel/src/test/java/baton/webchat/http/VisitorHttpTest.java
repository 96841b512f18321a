package baton.webchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import baton.runtime.Launch;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The channel as a process of its own, without any broker: what it serves and refuses by itself.
class VisitorHttpTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static ApplicationContext context;

    @BeforeAll
    static void start() {
        context = start(Map.of());
    }

    @AfterAll
    static void stop() {
        context.close();
        HTTP.close();
    }

    private static ApplicationContext start(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of("micronaut.server.port", -1, "baton.jwt-secret", SECRET,
                "baton.bootstrap-servers", "localhost:1", "baton.webchat.sessions-per-minute", 1_000));
        properties.putAll(more);
        return Launch.start(properties, new String[0], "webchat-channel");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/webchat", "/webchat/chat.js", "/webchat/chat.css", "/webchat/embed.js", "/webchat/session", "/webchat/nothing"})
    void everythingSaysWhatABrowserMayDo(String path) throws Exception {
        HttpResponse<String> response = get(context, path);
        assertThat(response.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(policy -> assertThat(policy)
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors *").doesNotContain("unsafe"));
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(response.headers().firstValue("X-Frame-Options")).isEmpty();
    }

    @Test
    void servesThePageItsScriptsAndItsStyles() throws Exception {
        assertThat(typeOf("/webchat")).startsWith("text/html");
        assertThat(typeOf("/webchat/chat.css")).startsWith("text/css");
        for (String script : List.of("chat.js", "conversation.js", "channel.js", "sse.js", "store.js", "texts.js", "embed.js")) {
            assertThat(typeOf("/webchat/" + script)).as(script).contains("javascript");
        }
        String page = get(context, "/webchat").body();
        assertThat(page).as("the policy allows no inline script and no inline style").doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContain("<style", " style=", "javascript:").doesNotContainPattern(" on[a-z]+=");
        assertThat(get(context, "/webchat/embed.js").headers().firstValue("Cross-Origin-Resource-Policy")).contains("cross-origin");
    }

    @Test
    void beginsASessionWithAndWithoutAName() throws Exception {
        for (String body : List.of("{\"name\":\"Vera\"}", "{}", "{\"name\":null}")) {
            HttpResponse<String> response = post(context, "/webchat/session", null, body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
            JsonNode begun = JSON.readTree(response.body());
            assertThat(begun.path("conversationId").asText()).startsWith("webchat-");
            assertThat(begun.path("visitorId").asText()).startsWith("visitor-");
            assertThat(begun.path("expiresAt").asText()).endsWith("Z");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        }
    }

    @Test
    void everySessionIsAnother() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(session(context).path("conversationId").asText());
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void refusesABodyThatIsNone() throws Exception {
        String token = session(context).path("token").asText();
        assertProblem(post(context, "/webchat/session", null, "{"), 400, "malformed");
        assertProblem(post(context, "/webchat/session", null, "null"), 400, "malformed");
        assertProblem(post(context, "/webchat/session", null, "{\"name\":7}"), 400, "malformed");
        assertProblem(post(context, "/webchat/session", null, "{\"name\":\" \"}"), 422, "invalid-field");
        assertProblem(post(context, "/webchat/messages", token, "[]"), 400, "malformed");
        assertProblem(post(context, "/webchat/messages", token, "{\"messageId\":\"m-1\"}"), 422, "invalid-field");
        assertProblem(post(context, "/webchat/messages", token, "{\"messageId\":\"m 1\",\"text\":\"x\"}"), 422, "invalid-field");
        assertProblem(post(context, "/webchat/messages", token, "{\"messageId\":\"m-1\",\"text\":\"\\u200b\"}"), 422, "invalid-field");
        HttpResponse<String> form = HTTP.send(request(context, "/webchat/session", null).header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")).build(), HttpResponse.BodyHandlers.ofString());
        assertProblem(form, 415, "unsupported-media-type"); // what a foreign page could send without asking
    }

    @Test
    void refusesATextThatIsTooLongAndNamesTheLimit() throws Exception {
        HttpResponse<String> response = post(context, "/webchat/messages", session(context).path("token").asText(),
                "{\"messageId\":\"m-1\",\"text\":\"" + "x".repeat(10_001) + "\"}");
        assertProblem(response, 422, "invalid-field");
        assertThat(JSON.readTree(response.body()).path("field").asText()).isEqualTo("text");
        assertThat(JSON.readTree(response.body()).path("detail").asText()).contains("at most 10000 characters, it has 10001");
    }

    @Test
    void takesTheLongestTextInItsLongestForm() throws Exception {
        String token = session(context).path("token").asText();
        // It goes as far as the log, which is not there.
        assertProblem(post(context, "/webchat/messages", token, "{\"messageId\":\"m-1\",\"text\":\"" + "\\ud83d\\ude00".repeat(10_000) + "\"}"),
                503, "unavailable");
    }

    @ParameterizedTest
    @ValueSource(ints = {VisitorJson.BODY_BYTES_MAX + 1, 2_000_000})
    void refusesABodyThatIsTooLarge(int bytes) throws Exception {
        assertProblem(post(context, "/webchat/messages", session(context).path("token").asText(), "x".repeat(bytes)), 413, "too-large");
    }

    @Test
    void saysThatTheLogCannotBeReachedSoThatThePageKeepsTheMessage() throws Exception {
        String token = session(context).path("token").asText();
        HttpResponse<String> response = post(context, "/webchat/messages", token, "{\"messageId\":\"m-1\",\"text\":\"hello\"}");
        assertProblem(response, 503, "unavailable");
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
        assertProblem(get(context, "/webchat/messages", token), 503, "unavailable");
        assertProblem(get(context, "/webchat/stream", token), 503, "unavailable");
        assertThat(get(context, "/health").statusCode()).isEqualTo(503);
    }

    @Test
    void refusesWhoHasNoSession() throws Exception {
        for (String token : new String[] {null, "x", "a.b.c"}) {
            assertProblem(post(context, "/webchat/messages", token, "{\"messageId\":\"m-1\",\"text\":\"hello\"}"), 401, "unauthorized");
            assertProblem(get(context, "/webchat/messages", token), 401, "unauthorized");
            assertProblem(get(context, "/webchat/stream", token), 401, "unauthorized");
        }
        assertThat(get(context, "/api/me", session(context).path("token").asText()).statusCode()).as("it is no agent's token").isEqualTo(401);
    }

    @Test
    void refusesAPlaceOfAnotherConversation() throws Exception {
        String token = session(context).path("token").asText();
        assertProblem(get(context, "/webchat/messages?after=webchat-other:3", token), 422, "invalid-field");
        assertProblem(get(context, "/webchat/stream?after=webchat-other:3", token), 422, "invalid-field");
    }

    @Test
    void limitsSessionsPerAddress() throws Exception {
        try (ApplicationContext limited = start(Map.of("baton.webchat.sessions-per-minute", 2, "baton.behind-proxy", true))) {
            assertThat(sessionFrom(limited, "192.0.2.1").statusCode()).isEqualTo(201);
            assertThat(sessionFrom(limited, "192.0.2.1").statusCode()).isEqualTo(201);
            HttpResponse<String> third = sessionFrom(limited, "192.0.2.1");
            assertProblem(third, 429, "overloaded");
            assertThat(Integer.parseInt(third.headers().firstValue("Retry-After").orElseThrow())).isBetween(1, 30);
            assertThat(sessionFrom(limited, "192.0.2.1, 192.0.2.2").statusCode()).as("what the nearest proxy says").isEqualTo(201);
            assertThat(sessionFrom(limited, "192.0.2.3, 192.0.2.1").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void doesNotBelieveAHeaderWhereThereIsNoProxy() throws Exception {
        try (ApplicationContext limited = start(Map.of("baton.webchat.sessions-per-minute", 1))) {
            assertThat(sessionFrom(limited, "192.0.2.1").statusCode()).isEqualTo(201);
            assertThat(sessionFrom(limited, "192.0.2.2").statusCode()).isEqualTo(429);
        }
    }

    @Test
    void limitsMessagesPerVisitorAndPerAddress() throws Exception {
        String message = "{\"messageId\":\"m-1\",\"text\":\"hello\"}";
        try (ApplicationContext limited = start(Map.of("baton.webchat.messages-per-minute", 2, "baton.webchat.address-messages-per-minute", 5))) {
            String vera = session(limited).path("token").asText();
            String otto = session(limited).path("token").asText();
            String mia = session(limited).path("token").asText();
            assertThat(statuses(limited, message, vera, vera, vera)).containsExactly(503, 503, 429);
            assertThat(statuses(limited, message, otto, otto)).containsExactly(503, 503);
            assertThat(statuses(limited, message, mia)).as("the sixth of this address").containsExactly(429);
        }
    }

    @Test
    void limitsReadsPerVisitor() throws Exception {
        try (ApplicationContext limited = start(Map.of("baton.webchat.reads-per-minute", 2))) {
            String vera = session(limited).path("token").asText();
            assertThat(get(limited, "/webchat/messages", vera).statusCode()).isEqualTo(503);
            assertThat(get(limited, "/webchat/stream", vera).statusCode()).isEqualTo(503);
            assertProblem(get(limited, "/webchat/stream", vera), 429, "overloaded");
        }
    }

    @Test
    void describesItself() throws Exception {
        assertThat(get(context, "/openapi/webchat-channel.yml").body()).contains("/webchat/session", "/webchat/messages", "/webchat/stream",
                "messageId", "Retry-After");
    }

    private static List<Integer> statuses(ApplicationContext context, String message, String... tokens) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (String token : tokens) {
            statuses.add(post(context, "/webchat/messages", token, message).statusCode());
        }
        return statuses;
    }

    private static JsonNode session(ApplicationContext context) throws Exception {
        return JSON.readTree(post(context, "/webchat/session", null, "{}").body());
    }

    private static HttpResponse<String> sessionFrom(ApplicationContext context, String address) throws Exception {
        return HTTP.send(request(context, "/webchat/session", null).header("Content-Type", "application/json")
                .header("X-Forwarded-For", address).header("Forwarded", "for=" + address)
                .POST(HttpRequest.BodyPublishers.ofString("{}")).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String typeOf(String path) throws Exception {
        HttpResponse<String> response = get(context, path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.headers().firstValue("Content-Type").orElseThrow();
    }

    private static HttpResponse<String> get(ApplicationContext context, String path) throws IOException, InterruptedException {
        return get(context, path, null);
    }

    private static HttpResponse<String> get(ApplicationContext context, String path, String token) throws IOException, InterruptedException {
        return HTTP.send(request(context, path, token).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(ApplicationContext context, String path, String token, String body)
            throws IOException, InterruptedException {
        return HTTP.send(request(context, path, token).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(ApplicationContext context, String path, String token) {
        URI uri = URI.create("http://localhost:" + context.getBean(EmbeddedServer.class).getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static void assertProblem(HttpResponse<String> response, int status, String type) throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(JSON.readTree(response.body()).path("type").asText()).isEqualTo("urn:baton:problem:" + type);
    }
}
