package baton.standalone;

import baton.runtime.StartRefused;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Uses everything once, as the first callers will, so that Java can keep what it has loaded and linked for later starts.
final class Rehearsal {

    private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
    private static final Pattern VISITOR_TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
    private static final int ROUNDS = 2;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    private Rehearsal(String url) {
        this.url = url;
    }

    static void play(Standalone baton) throws InterruptedException {
        var rehearsal = new Rehearsal(baton.url());
        try {
            rehearsal.play(baton.password());
        } catch (IOException e) {
            throw new StartRefused("the rehearsal failed: " + e.getMessage());
        }
    }

    private void play(String password) throws IOException, InterruptedException {
        String ana = signIn("ana", password);
        String webchat = signIn("webchat", password);
        send(null, "GET", "/webchat", null);
        String visitor = token(VISITOR_TOKEN, send(null, "POST", "/webchat/session", "{}"));
        for (int i = 0; i < ROUNDS; i++) {
            send(null, "GET", "/", null);
            send(ana, "POST", "/session", null);
            send(webchat, "POST", "/api/channel-messages", "{\"channel\":\"web\",\"conversationId\":\"c-" + i + "\",\"messageId\":\"m-" + i
                    + "\",\"visitor\":{\"id\":\"v\"},\"text\":\"hello\"}");
            send(ana, "GET", "/api/inbox/conversations/c-" + i + "/thread?minVersion=2", null);
            send(ana, "PUT", "/api/conversations/c-" + i + "/assignee", "{\"agentId\":\"ana\"}");
            send(ana, "POST", "/api/conversations/c-" + i + "/replies", "{\"text\":\"hello\"}");
            send(ana, "GET", "/api/inbox?assignment=me", null);
            send(ana, "GET", "/api/inbox/counts", null);
            send(ana, "GET", "/api/notifications", null);
            send(visitor, "POST", "/webchat/messages", "{\"messageId\":\"m-" + i + "\",\"text\":\"hello\"}");
            send(visitor, "GET", "/webchat/messages", null);
            send(ana, "GET", "/health", null);
        }
    }

    private String signIn(String name, String password) throws IOException, InterruptedException {
        return token(TOKEN, send(null, "POST", "/login", "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}"));
    }

    private static String token(Pattern pattern, String answer) throws IOException {
        Matcher token = pattern.matcher(answer);
        if (!token.find()) {
            throw new IOException("no token in " + answer);
        }
        return token.group(1);
    }

    private String send(String token, String method, String path, String json) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(Duration.ofSeconds(20)).header("Content-Type", "application/json")
                .method(method, json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
