package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.yaml.snakeyaml.Yaml;

/// Who may do what, at every endpoint that the services' own descriptions name: a new one is asked too, without anybody thinking of it.
class TrustIT {

    private static final List<String> SERVICES = List.of("assignment-service", "inbox-projection", "notification-service", "webchat-channel");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    private static final String CHANNEL_ENDPOINT = "POST /api/channel-messages";
    /// Ends what an endpoint's description says in short, if it is theirs alone.
    private static final String SUPERVISORS = "(supervisors)";
    private static final String STREAM = "GET /api/notifications/stream";

    @RegisterExtension
    final NothingLoggedAsError nothingLoggedAsError = new NothingLoggedAsError();

    /// An endpoint, as a description names it: `PUT /api/agents/{id}`.
    private record Endpoint(String method, String path, String summary) {

        boolean isSupervisors() {
            return summary.endsWith(SUPERVISORS);
        }

        Answer ask(Client client, String id, String... headers) {
            return client.send(method, path.replaceAll("\\{[^}]+}", id), method.equals("GET") || method.equals("DELETE") ? null : "{}", headers);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static List<Endpoint> endpoints() {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String service : SERVICES) {
            try (InputStream yaml = TrustIT.class.getClassLoader().getResourceAsStream("META-INF/swagger/" + service + ".yml")) {
                Map<String, Map<String, Map<String, Map<String, Object>>>> description = new Yaml().load(yaml);
                description.get("paths").forEach((path, operations) -> operations.entrySet().stream().filter(one -> METHODS.contains(one.getKey()))
                        .forEach(one -> endpoints.add(new Endpoint(one.getKey().toUpperCase(java.util.Locale.ROOT), path,
                                String.valueOf(one.getValue().get("summary"))))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return endpoints;
    }

    private static List<Endpoint> underApi() {
        List<Endpoint> endpoints = endpoints().stream().filter(endpoint -> endpoint.path().startsWith("/api/")).toList();
        assertThat(endpoints).as("those of three services").hasSizeGreaterThan(20);
        return endpoints;
    }

    @Test
    void noEndpointTakesATokenThatIsForgedOrExpiredOrOfSomebodyElse() {
        String secret = Shared.baton().context().getRequiredProperty("baton.jwt-secret", String.class);
        String supervisor = "{\"sub\":\"sam\",\"roles\":[],\"exp\":" + Instant.now().plusSeconds(600).getEpochSecond() + "}";
        String genuine = signed("HS256", supervisor, secret);
        String[] parts = genuine.split("\\.");
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("none", null);
        bad.put("empty", "");
        bad.put("no token at all", "let-me-in");
        bad.put("signed with another secret", signed("HS256", supervisor, secret.replace(secret.charAt(0), (char) (secret.charAt(0) ^ 1))));
        bad.put("signed with nothing", base64("{\"alg\":\"none\"}") + "." + base64(supervisor) + ".");
        bad.put("signed with nothing, and a signature", base64("{\"alg\":\"none\"}") + "." + base64(supervisor) + "." + parts[2]);
        bad.put("its signature cut off", parts[0] + "." + parts[1] + ".");
        bad.put("of another, with a genuine signature", parts[0] + "." + base64(supervisor.replace("sam", "ana")) + "." + parts[2]);
        bad.put("expired", signed("HS256", "{\"sub\":\"sam\",\"exp\":" + Instant.now().minusSeconds(120).getEpochSecond() + "}", secret));
        bad.put("of a visitor", visitorsToken());
        assertThat(Client.withToken(Shared.baton().url(), genuine).get("/api/me").status()).as("what they are made from").isEqualTo(200);

        String id = Shared.conversation();
        for (Endpoint endpoint : underApi()) {
            bad.forEach((kind, token) -> {
                Answer answer = endpoint.ask(Client.withToken(Shared.baton().url(), token), id);
                assertThat(answer.status()).as("%s with a token %s: %s", endpoint, kind, answer).isEqualTo(401);
                assertThat(answer.type()).isEqualTo("unauthorized");
                if (token != null && !token.isEmpty()) {
                    Answer cookie = endpoint.ask(Client.anonymous(Shared.baton().url()), id, "Cookie", "baton-session=" + token,
                            "Sec-Fetch-Site", "same-origin");
                    assertThat(cookie.status()).as("%s with a session %s: %s", endpoint, kind, cookie).isEqualTo(401);
                }
            });
        }
        assertThat(Shared.client("ana").conversation(id, 2).body().path("version").asInt()).as("nothing happened to it").isEqualTo(2);
    }

    @Test
    void whoIsNobodyOrDeactivatedOrAChannelMayDoNothingOfWhatAgentsDo() {
        String leaver = Shared.fresh("leaver");
        Client deactivated = Shared.freshAgent(leaver);
        assertThat(deactivated.get("/api/me").status()).isEqualTo(200);
        Shared.putAgent(leaver, false);
        String id = Shared.conversation();
        Map<String, Client> callers = Map.of("a deactivated agent", deactivated, "nobody", Tokens.of(Shared.baton(), Shared.fresh("nobody")),
                "a channel", Shared.client("webchat"));
        for (Endpoint endpoint : underApi()) {
            callers.forEach((who, client) -> {
                if (!endpoint.toString().equals(CHANNEL_ENDPOINT)) {
                    Answer answer = endpoint.ask(client, id);
                    assertThat(answer.status()).as("%s by %s: %s", endpoint, who, answer).isEqualTo(403);
                    assertThat(answer.type()).isEqualTo("forbidden");
                }
            });
        }
        for (String agent : List.of("ana", "sam")) {
            assertThat(new Endpoint("POST", "/api/channel-messages", "").ask(Shared.client(agent), id).status()).isEqualTo(403);
        }
        assertThat(Shared.client("ana").conversation(id, 2).body().path("version").asInt()).as("nothing happened to it").isEqualTo(2);
    }

    @Test
    void anAgentChangesNeitherOthersNorHerself() {
        List<Endpoint> theirs = underApi().stream().filter(Endpoint::isSupervisors).toList();
        assertThat(theirs).extracting(Endpoint::toString).contains("PUT /api/agents/{id}", "PUT /api/groups/{id}", "DELETE /api/groups/{id}",
                "PUT /api/rules", "POST /api/inbox/rebuild", "POST /api/notifications/rebuild");
        for (Endpoint endpoint : theirs) {
            for (String id : List.of("ana", "ben", "sales")) {
                String body = "{\"name\":\"Ana\",\"role\":\"supervisor\",\"active\":true,\"members\":[],\"version\":1}";
                Answer answer = Shared.client("ana").send(endpoint.method(), endpoint.path().replace("{id}", id), Set.of("GET", "DELETE").contains(endpoint.method()) ? null : body);
                assertThat(answer.status()).as("%s of %s: %s", endpoint, id, answer).isEqualTo(403);
                assertThat(answer.type()).isEqualTo("forbidden");
            }
        }
        assertThat(Shared.client("ana").get("/api/me").text("role")).isEqualTo("agent");
    }

    /// So that an endpoint which is closed to agents, and does not say so, is noticed, and with the test above one that says so and is not.
    @Test
    void whatIsNotSaidToBeForSupervisorsEveryAgentMayAskFor() {
        String id = Shared.conversation();
        Client agent = Shared.freshAgent(Shared.fresh("agent"));
        for (Endpoint endpoint : underApi()) {
            if (!endpoint.isSupervisors() && !endpoint.toString().equals(CHANNEL_ENDPOINT) && !endpoint.toString().equals(STREAM)) {
                Answer answer = endpoint.ask(agent, id);
                assertThat(answer.status()).as("%s: %s", endpoint, answer).isNotIn(401, 403).isLessThan(500);
            }
        }
        try (EventStream stream = agent.stream("")) {
            assertThat(stream.status()).isEqualTo(200);
        }
    }

    @Test
    void anotherAgentsConversationFeedAndCommandsAreHers() {
        String owner = Shared.fresh("owner");
        String other = Shared.fresh("other");
        Client hers = Shared.freshAgent(owner);
        Client others = Shared.freshAgent(other);
        String id = Shared.conversation();
        String key = Shared.fresh("key");
        assertThat(Shared.client("ben").assign(id, owner).status()).isEqualTo(200);
        assertThat(hers.reply(id, "hello", "Idempotency-Key", key).status()).isEqualTo(200);
        String told = Journey.awaitNotification(hers, id + ":3").path("id").asText();

        for (Answer refused : List.of(others.assign(id, other), others.delete("/api/conversations/" + id + "/assignee"),
                others.post("/api/conversations/" + id + "/complete", null))) {
            assertThat(refused.status()).as(refused.toString()).isEqualTo(403);
            assertThat(refused.type()).isEqualTo("not-owner");
        }
        assertThat(others.reply(id, "hello", "Idempotency-Key", key).type()).as("her command's name").isEqualTo("command-id-reused");
        assertThat(others.get("/api/notifications?limit=200&before=" + told).raw().body()).as("from a place in her feed on").doesNotContain(id + ":3");
        assertThat(others.get("/api/notifications?limit=200").raw().body()).doesNotContain(id + ":3");
        assertThat(others.post("/api/notifications/read", "{\"upTo\":\"" + told + "\"}").status()).isEqualTo(200);
        assertThat(hers.get("/api/notifications?limit=1").body().path("unread").asInt()).as("what she has read is hers").isPositive();
        others.put("/api/notifications/settings", "{\"desktop\":true,\"audio\":true}");
        assertThat(hers.get("/api/notifications/settings").raw().body()).doesNotContain("true");
    }

    private static String visitorsToken() {
        return Client.anonymous(Shared.baton().url()).post("/webchat/session", "{\"name\":\"Vera\"}").text("token");
    }

    private static String signed(String algorithm, String claims, String secret) {
        String content = base64("{\"alg\":\"" + algorithm + "\"}") + "." + base64(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
            return content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
