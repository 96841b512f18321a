package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenTrustTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String JWKS = "micronaut.security.token.jwt.signatures.jwks.oidc.url";
    private static final JWTClaimsSet ANA =
            new JWTClaimsSet.Builder().subject("ana").expirationTime(new Date(4_102_444_800_000L)).build();

    @Test
    void refusesToStartWhereNobodysTokensAreVerified() {
        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("set BATON_JWT_SECRET");
    }

    @Test
    void refusesASecretThatIsTooShort() {
        assertThatThrownBy(() -> start(Map.of("baton.jwt-secret", SECRET.substring(1))))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("32 bytes or more, it has 31");
    }

    @Test
    void refusesALoginThatHasNothingToSignWith() {
        assertThatThrownBy(() -> start(Map.of(JWKS, "http://localhost:1/keys", "micronaut.security.endpoints.login.enabled", true)))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("POST /login is on");
    }

    @Test
    void takesTokensSignedWithTheSecretAndNoOthers() throws Exception {
        try (ApplicationContext context = start(Map.of("baton.jwt-secret", SECRET))) {
            assertThat(statusFor(context, signed(SECRET))).isEqualTo(404);
            assertThat(statusFor(context, signed(SECRET.replace('0', '1')))).isEqualTo(401);
            assertThat(statusFor(context, new PlainJWT(ANA).serialize())).isEqualTo(401);
        }
    }

    @Test
    void takesTokensOfAnIdentityProviderWithoutAnySecret() throws Exception {
        RSAKey key = new RSAKeyGenerator(2048).keyID("1").generate();
        HttpServer provider = provider(key);
        try (ApplicationContext context = start(Map.of(
                JWKS, "http://localhost:" + provider.getAddress().getPort() + "/keys",
                "micronaut.security.token.jwt.claims-validators.issuer", "https://id.example"))) {
            var ofTheProvider = new JWTClaimsSet.Builder(ANA).issuer("https://id.example").build();
            var ofAnother = new JWTClaimsSet.Builder(ANA).issuer("https://other.example").build();

            assertThat(statusFor(context, signed(key, ofTheProvider))).isEqualTo(404);
            assertThat(statusFor(context, signed(key, ofAnother))).isEqualTo(401);
            assertThat(statusFor(context, signed(SECRET))).isEqualTo(401);
            assertThat(statusFor(context, new PlainJWT(ofTheProvider).serialize())).isEqualTo(401);
        } finally {
            provider.stop(0);
        }
    }

    private static ApplicationContext start(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("micronaut.server.port", -1);
        return Launch.start(all, new String[0]);
    }

    /// What an address that does not exist answers: 404 to whom it knows, 401 to all others.
    private static int statusFor(ApplicationContext context, String token) throws IOException, InterruptedException {
        URI nowhere = context.getBean(EmbeddedServer.class).getURI().resolve("/api/nowhere");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(nowhere).header("Authorization", "Bearer " + token).build(),
                    HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static HttpServer provider(RSAKey key) throws IOException {
        byte[] keys = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/keys", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String signed(String secret) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), ANA);
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String signed(RSAKey key, JWTClaimsSet claims) throws JOSEException {
        SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
        token.sign(new RSASSASigner(key));
        return token.serialize();
    }
}
