package baton.scaleout;

import baton.processes.Deployment;
import baton.processes.ServiceProcess;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// An account that asks whichever instance it is told to.
final class Caller {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(1)).build();
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private final String token;

    /// What came back; status 0 where nothing did.
    record Answer(int status, JsonNode body) {

        /// The name of the problem, or an empty text.
        String problem() {
            return body.path("type").asText().replace("urn:baton:problem:", "");
        }
    }

    private Caller(String token) {
        this.token = token;
    }

    /// Signs in at an instance of assignment-service; the token is good for all instances of all services.
    static Caller signIn(ServiceProcess at, String account) {
        Answer answer = new Caller(null).send(at, "POST", "/login",
                "{\"username\":\"" + account + "\",\"password\":\"" + Deployment.PASSWORD + "\"}");
        if (answer.status() != 200) {
            throw new AssertionError("sign-in failed: " + answer);
        }
        return new Caller(answer.body().path("access_token").asText());
    }

    /// With a token as an identity provider would issue it that shares the deployment's secret, for an agent who has no account.
    static Caller withToken(String agent) {
        String content = base64("{\"alg\":\"HS256\"}") + "." + base64("{\"sub\":\"" + agent + "\",\"exp\":4102444800}");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Deployment.SECRET.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            return new Caller(content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    Answer get(ServiceProcess at, String path) {
        return send(at, "GET", path, null);
    }

    /// @param headers names and values
    Answer send(ServiceProcess at, String method, String path, String json, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(at.url() + path)).timeout(WITHIN).header("Content-Type", "application/json")
                .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(response.body()));
        } catch (IOException _) {
            return new Answer(0, MissingNode.getInstance());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The lines of a live stream, until it ends.
    Stream<String> stream(ServiceProcess at) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(at.url() + "/api/notifications/stream")).header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream").GET().build();
        HttpResponse<Stream<String>> response = HTTP.send(request, BodyHandlers.ofLines());
        if (response.statusCode() != 200) {
            throw new AssertionError("no stream: " + response);
        }
        return response.body();
    }

    /// A visitor's message, as a channel posts it.
    Answer message(ServiceProcess at, String conversation, String messageId, String text) {
        return send(at, "POST", "/api/channel-messages", "{\"channel\":\"web\",\"conversationId\":\"" + conversation + "\",\"messageId\":\"" + messageId
                + "\",\"visitor\":{\"id\":\"vera\",\"name\":\"Vera\"},\"text\":\"" + text + "\"}");
    }

    Answer assign(ServiceProcess at, String conversation, String agent, String... headers) {
        return send(at, "PUT", "/api/conversations/" + conversation + "/assignee", "{\"agentId\":\"" + agent + "\"}", headers);
    }
}
