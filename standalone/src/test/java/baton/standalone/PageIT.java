package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The agents' page as it is served: what it is, how long it may be kept, what it may do, and that there is nothing else.
@ExtendWith(NothingLoggedAsError.class)
class PageIT {

    private static final Pattern INLINE_SCRIPT = Pattern.compile("<script(?![^>]*\\ssrc=)[^>]*>(.*?)</script>", Pattern.DOTALL);
    private static final Pattern REFERENCE = Pattern.compile("\\s(?:src|href)=\"(/[^\"]*)\"");
    private static final Pattern IMPORT = Pattern.compile("\\b(?:import|from)\\s*\"([^\"]+)\"");
    private static final Map<String, String> TYPES = Map.of("js", "text/javascript; charset=utf-8", "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");

    private final Browser browser = new Browser(Shared.baton().url());

    @ParameterizedTest
    @ValueSource(strings = {"/", "/?assignment=me&assignment=group:sales&conversation=c-1", "/agents", "/groups", "/agents?q=ana"})
    void everyAddressOfThePageIsThePage(String path) {
        HttpResponse<String> page = browser.get(path);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(page.body()).isEqualTo(browser.get("/").body()).startsWith("<!doctype html>");
    }

    @Test
    void thePolicyAllowsThePagesOwnFilesAndItsImportMapAndNothingElse() throws Exception {
        HttpResponse<String> page = browser.get("/");
        Matcher script = INLINE_SCRIPT.matcher(page.body());
        assertThat(script.find()).isTrue();
        String hash = Base64.getEncoder().encodeToString(
                MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8)));
        assertThat(script.find()).as("another inline script").isFalse();
        assertThat(header(page, "Content-Security-Policy").split("; ")).containsExactlyInAnyOrder(
                "default-src 'none'", "script-src 'self' 'sha256-" + hash + "'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
                "font-src 'none'", "manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
                "require-trusted-types-for 'script'", "trusted-types lit-html");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(page, "Referrer-Policy")).isEqualTo("same-origin");
        assertThat(header(page, "Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(header(page, "Permissions-Policy")).contains("camera=()", "microphone=()", "geolocation=()");
    }

    /// Walks from the page through whatever it names and whatever its modules import, as a browser does.
    @Test
    void everythingThatThePageNeedsIsServed() throws Exception {
        HttpResponse<String> page = browser.get("/");
        Matcher script = INLINE_SCRIPT.matcher(page.body());
        assertThat(script.find()).isTrue();
        JsonNode imports = new ObjectMapper().readTree(script.group(1)).path("imports");
        Deque<String> next = new ArrayDeque<>(REFERENCE.matcher(page.body()).results().map(result -> result.group(1)).toList());
        Set<String> seen = new HashSet<>();
        while (!next.isEmpty()) {
            String path = next.remove();
            if (!seen.add(path)) {
                continue;
            }
            HttpResponse<String> file = browser.get(path);
            assertThat(file.statusCode()).as(path).isEqualTo(200);
            assertThat(header(file, "Content-Type")).as(path).isEqualTo(TYPES.get(path.substring(path.lastIndexOf('.') + 1)));
            assertThat(header(file, "Cache-Control")).as(path)
                    .isEqualTo(path.startsWith("/webjars/") ? "public, max-age=31536000, immutable" : "no-cache");
            assertThat(header(file, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
            if (path.endsWith(".js")) {
                IMPORT.matcher(file.body()).results().map(result -> resolve(path, result.group(1), imports)).forEach(next::add);
            }
        }
        assertThat(seen).anyMatch(path -> path.startsWith("/modules/")).anyMatch(path -> path.startsWith("/styles/"))
                .contains("/webjars/lit-html/3.3.2/lit-html.js", "/webjars/lit-element/4.2.2/lit-element.js",
                        "/webjars/lit__reactive-element/2.1.2/reactive-element.js");
    }

    private static String resolve(String from, String name, JsonNode imports) {
        if (name.startsWith("/") || name.startsWith(".")) {
            return URI.create(from).resolve(name).getPath();
        }
        if (imports.has(name)) {
            return imports.get(name).asText();
        }
        String folder = name;
        while (folder.contains("/")) {
            folder = folder.substring(0, folder.lastIndexOf('/'));
            if (imports.has(folder + "/")) {
                return imports.get(folder + "/").asText() + name.substring(folder.length() + 1);
            }
        }
        throw new AssertionError(from + " imports " + name + ", which the import map does not know");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/webjars/lit/3.3.2/index.js"})
    void whatHasNotChangedIsNotSentAgain(String path) {
        HttpResponse<String> first = browser.get(path);
        HttpResponse<String> again = browser.get(path, "If-None-Match", header(first, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(header(again, "ETag")).isEqualTo(header(first, "ETag"));
        assertThat(header(again, "Cache-Control")).isEqualTo(header(first, "Cache-Control"));
        assertThat(browser.get(path, "If-None-Match", "\"another\", " + header(first, "ETag")).statusCode()).isEqualTo(304);
        assertThat(browser.get(path, "If-None-Match", "W/\"another\"").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/agents", "/webjars/lit/3.3.2/index.js"})
    void headSaysTheSameWithoutTheBody(String path) {
        HttpResponse<String> got = browser.get(path);
        HttpResponse<String> head = browser.sendFrom("HEAD", path, null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("Content-Type", "Content-Length", "ETag", "Cache-Control", "Content-Security-Policy")) {
            assertThat(header(head, name)).as(name).isEqualTo(header(got, name));
        }
        assertThat(browser.sendFrom("HEAD", "/modules/nowhere.js", null).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/nowhere", "/index.html", "/agents/ana", "/modules", "/modules/", "/modules/nowhere.js", "/webjars/lit/3.3.2/", "/webjars/lit/3.3.2/LICENSE",
        "/webjars/lit/9.9.9/index.js", "/webjars/nowhere/1.0.0/index.js",
        "/modules/../index.html", "/modules/%2e%2e/index.html", "/modules/..%2findex.html", "/modules/..%5cindex.html",
        "/modules/..%2f..%2finbox-projection.yml", "/modules/%2e%2e/%2e%2e/logback.xml", "/../../../../../../etc/passwd",
        "/webjars/lit/3.3.2/..%2f..%2f..%2f..%2f..%2flogback.xml", "/webjars/..%2f..%2f..%2fMETA-INF/MANIFEST.MF", "/agent-inbox/index.html"})
    void thereIsNothingElse(String path) {
        HttpResponse<String> answer = browser.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(404);
        assertThat(Browser.problem(answer)).isEqualTo("not-found");
        assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
    }

    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource({"/api/nowhere, 404, not-found", "/api/inbox/conversations/nowhere, 404, conversation-not-found",
        "/api/inbox?limit=0, 422, invalid-field"})
    void theApiAnswersWithProblemsAndNeverWithThePage(String path, int status, String problem) {
        Browser ana = Browser.signIn(Shared.baton().url(), "ana", Shared.baton().password());
        HttpResponse<String> answer = ana.get(path, "Accept", "application/json");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Browser.problem(answer)).isEqualTo(problem);
        assertThat(header(answer, "Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void answersOfTheApiAreNotKeptSniffedOrFramed() {
        Browser ana = Browser.signIn(Shared.baton().url(), "ana", Shared.baton().password());
        for (String path : List.of("/api/me", "/api/agents", "/api/inbox", "/api/inbox/counts", "/api/notifications", "/api/nowhere")) {
            for (HttpResponse<String> answer : List.of(ana.get(path), browser.get(path))) {
                assertThat(header(answer, "Cache-Control")).as(path).isEqualTo("no-store");
                assertThat(header(answer, "X-Content-Type-Options")).as(path).isEqualTo("nosniff");
                assertThat(header(answer, "Content-Security-Policy")).as(path).isEqualTo("default-src 'none'; frame-ancestors 'none'");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"assignment-service", "inbox-projection", "notification-service"})
    void theDescriptionsOfTheApiAreStillServed(String service) {
        HttpResponse<String> yaml = browser.get("/openapi/" + service + ".yml");
        assertThat(yaml.statusCode()).isEqualTo(200);
        assertThat(yaml.body()).startsWith("openapi:").contains("baton-session").doesNotContain("Caller\"").doesNotContain("HttpResponse_");
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }
}
