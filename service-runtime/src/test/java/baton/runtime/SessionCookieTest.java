package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What counts as being signed in, and which browser's requests are refused: a server that has no endpoint answers 404 to whom it knows, and
/// 401 to all others.
class SessionCookieTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String FOREIGN = "http://evil.example";

    private static ApplicationContext context;
    private static HttpClient http;
    private static URI server;
    private static String valid;
    private static String expired;

    @BeforeAll
    static void start() throws JOSEException {
        context = Launch.start(Map.of("baton.jwt-secret", SECRET, "micronaut.server.port", -1, "baton.behind-proxy", true), new String[0]);
        server = context.getBean(EmbeddedServer.class).getURI();
        http = HttpClient.newHttpClient();
        valid = signed(Instant.parse("2100-01-01T00:00:00Z"));
        expired = signed(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @AfterAll
    static void stop() {
        http.close();
        context.close();
    }

    @Test
    void isTakenUnderApiLikeABearerToken() throws Exception {
        assertThat(status("GET", "/api/nowhere")).isEqualTo(401);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(valid))).isEqualTo(404);
        assertThat(status("GET", "/api/nowhere", "Cookie", "other=1; " + cookie(valid) + "; another=2")).isEqualTo(404);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(expired))).isEqualTo(401);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(valid + "x"))).isEqualTo(401);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(""))).isEqualTo(401);
        assertThat(status("GET", "/api/nowhere", "Cookie", "other=" + valid)).isEqualTo(401);
    }

    @Test
    void doesNotCountBesideABearerToken() throws Exception {
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(valid), "Authorization", "Bearer " + expired)).isEqualTo(401);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(expired), "Authorization", "bearer " + valid)).isEqualTo(404);
    }

    @Test
    void countsUnderTheNameThatBelongsToTheSchemeAlone() throws Exception {
        String secure = "__Host-" + cookie(valid);
        assertThat(status("GET", "/api/nowhere", "Cookie", secure)).isEqualTo(401);
        assertThat(status("GET", "/api/nowhere", "Cookie", secure, "X-Forwarded-Proto", "https")).isEqualTo(404);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(valid), "X-Forwarded-Proto", "https")).isEqualTo(401);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(expired) + "; " + secure, "X-Forwarded-Proto", "https")).isEqualTo(404);
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(valid) + "; __Host-" + cookie(expired), "X-Forwarded-Proto", "https")).isEqualTo(401);
        assertThat(status("PUT", "/api/nowhere", "Cookie", secure, "X-Forwarded-Proto", "https", "Origin", FOREIGN)).isEqualTo(403);
    }

    @Test
    void countsBesideAPasswordThatAProxyAskedFor() throws Exception {
        assertThat(status("GET", "/api/nowhere", "Cookie", cookie(valid), "Authorization", "Basic eDp5")).isEqualTo(404);
        assertThat(answer("POST", "/api/nowhere", "Cookie", cookie(valid), "Authorization", "Basic eDp5", "Origin", FOREIGN).body())
                .contains("cross-origin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void changesNothingForAnotherOrigin(String method) throws Exception {
        HttpResponse<String> refused = answer(method, "/api/nowhere", "Cookie", cookie(valid), "Origin", FOREIGN);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.body()).contains("urn:baton:problem:cross-origin");
        assertThat(status(method, "/api/nowhere", "Cookie", cookie(valid))).isEqualTo(403);
        assertThat(status(method, "/api/nowhere", "Cookie", cookie(valid), "Sec-Fetch-Site", "same-site")).isEqualTo(403);
        assertThat(status(method, "/api/nowhere", "Cookie", cookie(valid), "Origin", origin())).isEqualTo(404);
        assertThat(status(method, "/api/nowhere", "Cookie", cookie(valid), "Sec-Fetch-Site", "same-origin")).isEqualTo(404);
        assertThat(status(method, "/api/nowhere", "Authorization", "Bearer " + valid, "Origin", FOREIGN)).isEqualTo(404);
        assertThat(status(method, "/api/nowhere", "Authorization", "Bearer " + valid, "Origin", FOREIGN, "Cookie", cookie(valid))).isEqualTo(404);
    }

    @Test
    void isReadForAnyOriginBecauseNoOtherPageCanReadTheAnswer() throws Exception {
        HttpResponse<String> read = answer("GET", "/api/nowhere", "Cookie", cookie(valid), "Origin", FOREIGN);
        assertThat(read.statusCode()).isEqualTo(404);
        assertThat(read.headers().map().keySet()).noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/session", "/session/", "/login", "/login/"})
    void signsNobodyInForAnotherOrigin(String path) throws Exception {
        assertThat(status("POST", path, "Origin", FOREIGN)).isEqualTo(403);
        assertThat(status("POST", path, "Sec-Fetch-Site", "cross-site")).isEqualTo(403);
        assertThat(status("POST", path, "Origin", FOREIGN, "Authorization", "Bearer " + valid)).isEqualTo(403);
        assertThat(status("POST", path, "Origin", origin())).isEqualTo(404);
        assertThat(status("POST", path)).isEqualTo(404);
    }

    @Test
    void asksForATokenAndForNoPassword() throws Exception {
        HttpResponse<String> anonymous = answer("GET", "/api/nowhere");
        assertThat(anonymous.headers().allValues("WWW-Authenticate")).containsExactly("Bearer");
    }

    @Test
    void everyAnswerSaysThatItIsNotToBeKeptSniffedOrFramed() throws Exception {
        for (HttpResponse<String> answer : List.of(answer("GET", "/health"), answer("GET", "/nowhere"), answer("GET", "/api/nowhere"),
                answer("GET", "/api/nowhere", "Cookie", cookie(valid)), answer("POST", "/api/nowhere", "Cookie", cookie(valid)))) {
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
            assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
            assertThat(answer.headers().firstValue("Content-Security-Policy")).hasValueSatisfying(policy ->
                    assertThat(policy).contains("default-src 'none'").contains("frame-ancestors 'none'"));
        }
    }

    private static String origin() {
        return "http://" + server.getHost() + ":" + server.getPort();
    }

    private static String cookie(String token) {
        return "baton-session=" + token;
    }

    private static int status(String method, String path, String... headers) throws IOException, InterruptedException {
        return answer(method, path, headers).statusCode();
    }

    private static HttpResponse<String> answer(String method, String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String signed(Instant expiresAt) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder().subject("ana").expirationTime(Date.from(expiresAt)).build());
        token.sign(new MACSigner(SECRET));
        return token.serialize();
    }
}
