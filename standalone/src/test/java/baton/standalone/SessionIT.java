package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.assignment.stream.AssignmentService;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.generator.TokenGenerator;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A browser's session, from sign-in to its end.
@ExtendWith(NothingLoggedAsError.class)
class SessionIT {

    private static final Standalone BATON = Shared.baton();
    private static final String FOREIGN = "http://evil.example";
    private static final String SETTINGS = "{\"desktop\":false,\"audio\":true}";

    @Test
    void beginsWithNameAndPasswordAndIsTakenByAllThreeServices() throws Exception {
        Browser ana = new Browser(BATON.url());
        HttpResponse<String> begun = ana.post("/session", credentials("ana", BATON.password()));
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        assertThat(Browser.json(begun).path("id").asText()).isEqualTo("ana");
        Instant expiresAt = Instant.parse(Browser.json(begun).path("expiresAt").asText());
        assertThat(expiresAt).isBetween(Instant.now().plus(Duration.ofHours(11)), Instant.now().plus(Duration.ofHours(12)));
        assertThat(begun.body()).doesNotContain(ana.cookie().substring("baton-session=".length()));
        assertThat(begun.headers().firstValue("Cache-Control")).hasValue("no-store");

        JsonNode me = Browser.json(ana.get("/api/me"));
        assertThat(me.path("id").asText()).isEqualTo("ana");
        assertThat(Instant.parse(me.path("expiresAt").asText())).isEqualTo(expiresAt);
        for (String path : List.of("/api/agents", "/api/groups", "/api/inbox", "/api/inbox/counts", "/api/notifications", "/api/notifications/settings")) {
            assertThat(ana.get(path).statusCode()).as(path).isEqualTo(200);
        }
        String id = Shared.conversation();
        HttpResponse<String> claimed = ana.put("/api/conversations/" + id + "/assignee", "{\"agentId\":\"ana\"}");
        assertThat(claimed.statusCode()).as(claimed.body()).isEqualTo(200);
        assertThat(ana.put("/api/notifications/settings", SETTINGS).statusCode()).isEqualTo(200);
        HttpResponse<Stream<String>> stream = ana.stream();
        assertThat(stream.statusCode()).isEqualTo(200);
        try (Stream<String> lines = stream.body()) {
            assertThat(lines.findFirst()).hasValueSatisfying(line -> assertThat(line).startsWith(":"));
        }
    }

    @Test
    void itsCookieIsOutOfReachForScriptsAndForOtherSites() {
        HttpResponse<String> begun = new Browser(BATON.url()).post("/session", credentials("ben", BATON.password()));
        List<String> cookies = begun.headers().allValues("Set-Cookie");
        assertThat(cookies).hasSize(1);
        List<String> attributes = Arrays.stream(cookies.getFirst().split("; ")).map(attribute -> attribute.toLowerCase(Locale.ROOT)).toList();
        assertThat(attributes).contains("httponly", "samesite=strict", "path=/").doesNotContain("secure").noneMatch(a -> a.startsWith("domain"));
        assertThat(attributes).filteredOn(attribute -> attribute.startsWith("max-age=")).singleElement()
                .satisfies(age -> assertThat(Integer.parseInt(age.substring(8))).isBetween(43_100, 43_200));
    }

    @Test
    void beginsWithABearerTokenAndLastsAsLong() {
        Client chloe = Tokens.of(BATON, "chloe", 600);
        Browser browser = new Browser(BATON.url());
        HttpResponse<String> begun = browser.post("/session", null, "Authorization", "Bearer " + chloe.token());
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
        assertThat(browser.cookie()).isEqualTo("baton-session=" + chloe.token());
        assertThat(Browser.json(begun).path("expiresAt")).isEqualTo(chloe.get("/api/me").body().path("expiresAt"));
        assertThat(Browser.json(browser.get("/api/me")).path("id").asText()).isEqualTo("chloe");
    }

    @Test
    void endsWithItsTokenAndSoDoesItsStream() throws Exception {
        Browser browser = new Browser(BATON.url(), Tokens.of(BATON, "chloe", 3).token());
        HttpResponse<Stream<String>> stream = browser.stream();
        assertThat(stream.statusCode()).isEqualTo(200);
        CompletableFuture.runAsync(() -> stream.body().forEach(_ -> { }), Thread.ofVirtual()::start).get(20, TimeUnit.SECONDS);
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(401);
        assertThat(browser.stream().statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"DELETE, /session", "POST, /logout"})
    void endsWhenTheAgentSignsOut(String method, String path) {
        Browser ana = Browser.signIn(BATON.url(), "ana", BATON.password());
        HttpResponse<String> foreign = ana.sendFrom(method, path, null, "Origin", FOREIGN);
        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(ana.get("/api/me").statusCode()).isEqualTo(200);
        HttpResponse<String> ended = ana.sendFrom(method, path, null, "Origin", BATON.url());
        assertThat(ended.statusCode()).isEqualTo(204);
        assertThat(ended.headers().firstValue("Set-Cookie")).hasValueSatisfying(cookie -> assertThat(cookie.toLowerCase(Locale.ROOT))
                .startsWith("baton-session=;").contains("max-age=0").contains("path=/").contains("httponly").contains("samesite=strict"));
        assertThat(ana.cookie()).isNull();
        assertThat(ana.get("/api/me").statusCode()).isEqualTo(401);
    }

    @Test
    void anotherOriginsPageCanUseItForNothing() {
        Browser ana = Browser.signIn(BATON.url(), "ana", BATON.password());
        String token = Shared.client("ana").token();
        String id = Shared.conversation();
        String assignee = "/api/conversations/" + id + "/assignee";
        String body = "{\"agentId\":\"ana\"}";
        for (String[] from : new String[][] {{"Origin", FOREIGN}, {"Origin", "null"}, {"Sec-Fetch-Site", "same-site"}, {}}) {
            HttpResponse<String> refused = ana.sendFrom("PUT", assignee, body, from);
            assertThat(refused.statusCode()).as(String.join(" ", from)).isEqualTo(403);
            assertThat(Browser.problem(refused)).isEqualTo("cross-origin");
            assertThat(ana.sendFrom("PUT", "/api/notifications/settings", SETTINGS, from).statusCode()).isEqualTo(403);
        }
        assertThat(Browser.json(ana.get("/api/inbox/conversations/" + id)).path("version").asLong()).as("nothing has happened").isEqualTo(2);
        assertThat(ana.sendFrom("PUT", assignee, body, "Origin", FOREIGN, "Authorization", "Bearer " + token).statusCode())
                .as("with a bearer token, which no browser sends by itself").isEqualTo(200);
        assertThat(ana.sendFrom("PUT", assignee, body, "Sec-Fetch-Site", "same-origin").statusCode()).isEqualTo(200);
        assertThat(new Browser(BATON.url()).sendFrom("POST", "/session", credentials("ana", BATON.password()), "Origin", FOREIGN).statusCode())
                .isEqualTo(403);
    }

    @Test
    void isRefusedToAChannelAndToWhoIsNoActiveAgent() {
        Browser browser = new Browser(BATON.url());
        HttpResponse<String> channel = browser.post("/session", credentials("webchat", BATON.password()));
        assertThat(channel.statusCode()).isEqualTo(403);
        assertThat(Browser.problem(channel)).isEqualTo("forbidden");
        String channelToken = Shared.client("webchat").token();
        assertThat(browser.post("/session", null, "Authorization", "Bearer " + channelToken).statusCode()).isEqualTo(403);

        Client sam = Shared.client("sam");
        assertThat(sam.put("/api/agents/yan", "{\"name\":\"Yan\",\"role\":\"agent\",\"active\":true}").status()).isEqualTo(200);
        String yan = Tokens.of(BATON, "yan").token();
        assertThat(browser.post("/session", null, "Authorization", "Bearer " + yan).statusCode()).isEqualTo(200);
        assertThat(browser.get("/api/me").statusCode()).isEqualTo(200);
        assertThat(sam.put("/api/agents/yan", "{\"name\":\"Yan\",\"role\":\"agent\",\"active\":false}").status()).isEqualTo(200);
        assertThat(browser.get("/api/me").statusCode()).as("in a session that has begun").isEqualTo(403);
        HttpResponse<String> deactivated = new Browser(BATON.url()).post("/session", null, "Authorization", "Bearer " + yan);
        assertThat(deactivated.statusCode()).isEqualTo(403);
        assertThat(Browser.json(deactivated).path("detail").asText()).isEqualTo("The agent yan is deactivated.");
        assertThat(new Browser(BATON.url()).post("/session", null, "Authorization", "Bearer " + Tokens.of(BATON, "nobody").token()).statusCode())
                .isEqualTo(403);
    }

    @Test
    void badInputGetsAClearAnswer() {
        Browser browser = new Browser(BATON.url());
        HttpResponse<String> wrong = browser.post("/session", credentials("ana", "wrong"));
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(Browser.problem(wrong)).isEqualTo("unauthorized");
        assertThat(Browser.json(wrong).path("detail").asText()).isEqualTo("The user name or the password is wrong.");
        assertThat(wrong.headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(browser.post("/session", null, "Authorization", "Bearer nonsense").statusCode()).isEqualTo(401);
        for (String body : new String[] {null, "{}", "{\"username\":\"ana\"}", "{\"username\":5,\"password\":\"x\"}", "[]", "{"}) {
            HttpResponse<String> malformed = browser.post("/session", body);
            assertThat(malformed.statusCode()).as(body + " " + malformed.body()).isEqualTo(400);
            assertThat(Browser.problem(malformed)).isEqualTo("malformed");
        }
        HttpResponse<String> form = browser.sendFrom("POST", "/session", null, "Content-Type", "text/plain");
        assertThat(form.statusCode()).isEqualTo(415);

        String tooLong = BATON.context().getBean(TokenGenerator.class)
                .generateToken(Authentication.build("ana", Map.of("groups", "x".repeat(3_000))), 3_600).orElseThrow();
        HttpResponse<String> refused = browser.post("/session", null, "Authorization", "Bearer " + tooLong);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(Browser.json(refused).path("detail").asText()).contains("3900");
    }

    @Test
    void guessingAPasswordIsSlowAndHttpsIsSeenThroughAProxy(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data).with("baton.behind-proxy", true))) {
            baton.awaitReady();
            Browser browser = new Browser(baton.url());
            for (int i = 0; i < 5; i++) {
                String[] attacker = {"X-Forwarded-For", "192.0.2.1, 2001:db8:1:2::" + i}; // whoever has one address of IPv6 has many
                assertThat(browser.post("/login", credentials("ana", "guess-" + i), attacker).statusCode()).isEqualTo(401);
                assertThat(browser.post("/session", credentials("ben", "guess-" + i), attacker).statusCode()).isEqualTo(401);
            }
            for (String path : List.of("/login", "/session")) {
                HttpResponse<String> refused = browser.post(path, credentials("ana", baton.password()), "X-Forwarded-For", "2001:db8:1:2:3::4");
                assertThat(refused.statusCode()).as(path).isEqualTo(429);
                assertThat(Browser.problem(refused)).isEqualTo("too-many-sign-ins");
                assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(1L, 6L);
            }
            String[] https = {"X-Forwarded-For", "198.51.100.1", "X-Forwarded-Proto", "https", "Origin", baton.url().replace("http:", "https:")};
            HttpResponse<String> begun = browser.sendFrom("POST", "/session", credentials("ana", baton.password()), https);
            assertThat(begun.statusCode()).as("from elsewhere").isEqualTo(200);
            assertThat(begun.headers().allValues("Set-Cookie")).singleElement().satisfies(cookie -> assertThat(cookie)
                    .startsWith("__Host-baton-session=").contains("; Secure", "; Path=/", "; HTTPOnly", "; SameSite=Strict").doesNotContain("Domain"));
            assertThat(browser.get("/api/me", https).statusCode()).isEqualTo(200);
            assertThat(browser.get("/api/me").statusCode()).as("over plain http").isEqualTo(401);
            HttpResponse<String> ended = browser.sendFrom("DELETE", "/session", null, https);
            assertThat(ended.headers().firstValue("Set-Cookie")).hasValueSatisfying(cookie ->
                    assertThat(cookie).startsWith("__Host-baton-session=;").contains("; Secure", "; Path=/", "; Max-Age=0"));
        }
    }

    /// An instance that passes a command on to the one that decides it has checked where it comes from; the other one could not.
    @Test
    void holdsWhereACommandIsPassedOnToAnotherInstance(@TempDir Path one, @TempDir Path other) throws Exception {
        int port = FreePort.local();
        var options = new Standalone.Options(one, "localhost", port, 0, null, true, null, null, Map.of("baton.advertised-url", "http://localhost:" + port));
        try (Standalone first = Standalone.start(options)) {
            first.awaitReady();
            int otherPort = FreePort.local();
            var beside = new Standalone.Options(other, "localhost", otherPort, 0, null, true, first.bootstrapServers(), null, Map.of(
                    "baton.replicas", 1,
                    "baton.advertised-url", "http://localhost:" + otherPort,
                    "baton.jwt-secret", Files.readString(one.resolve("signing-key")).strip()));
            try (Standalone second = Standalone.start(beside)) {
                second.awaitReady();
                Client webchat = Client.signIn(first.url(), "webchat", first.password());
                List<String> ids = IntStream.range(0, 16).mapToObj(i -> "c-" + i).toList();
                ids.forEach(id -> assertThat(webchat.message(id, "m-1", "hello").status()).isEqualTo(202));
                Browser ana = new Browser(second.url(), Client.signIn(first.url(), "ana", first.password()).token());
                AssignmentService decider = second.context().getBean(AssignmentService.class);
                long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
                for (String id : ids) {
                    HttpResponse<String> answer;
                    do { // messages are still on their way to the log, and partitions from one instance to the other
                        answer = ana.put("/api/conversations/" + id + "/assignee", "{\"agentId\":\"ana\"}");
                        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 404, 503);
                    } while (answer.statusCode() != 200 && System.nanoTime() < deadline);
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                }
                assertThat(ids).anyMatch(id -> decider.peers().elsewhere(decider.partition(id)).isPresent());
                assertThat(ana.sendFrom("PUT", "/api/conversations/c-0/assignee", "{\"agentId\":\"ana\"}", "Origin", FOREIGN).statusCode()).isEqualTo(403);
            }
        }
    }

    private static String credentials(String name, String password) {
        return "{\"username\":\"" + name + "\",\"password\":\"" + password + "\"}";
    }
}
