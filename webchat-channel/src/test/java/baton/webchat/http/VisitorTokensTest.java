package baton.webchat.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.ProblemException;
import baton.runtime.StartRefused;
import baton.webchat.domain.Recipient;
import baton.webchat.domain.VisitorSession;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisitorTokensTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Instant NOW = Instant.parse("2026-11-22T10:15:00.5Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Recipient VERA = new Recipient("webchat-1", "visitor-1");

    private final VisitorTokens tokens = at(NOW);

    @Test
    void givesBackTheSessionThatItSigned() {
        for (String name : new String[] {null, "Véra 🙂", "🙂".repeat(200)}) {
            VisitorSession session = tokens.begin(VERA, name);
            assertThat(session.expiresAt()).isEqualTo(Instant.parse("2026-11-22T11:15:00Z"));
            assertThat(tokens.require("Bearer " + tokens.sign(session))).isEqualTo(session);
            assertThat(tokens.require("bearer  " + tokens.sign(session))).isEqualTo(session);
        }
    }

    @Test
    void anotherInstanceWithTheSameSecretTakesIt() {
        String token = tokens.sign(tokens.begin(VERA, "Vera"));
        assertThat(at(NOW).require("Bearer " + token).conversationId()).isEqualTo("webchat-1");
    }

    @Test
    void isOverWhenItExpires() {
        String token = tokens.sign(tokens.begin(VERA, null));
        assertThat(at(NOW.plus(HOUR).minusSeconds(1)).require("Bearer " + token)).isNotNull();
        assertRefused(at(NOW.plus(HOUR)), "Bearer " + token);
    }

    @Test
    void refusesWhatIsNoToken() {
        String token = tokens.sign(tokens.begin(VERA, "Vera"));
        assertThat(tokens.require("Bearer " + token)).isNotNull();
        for (String header : new String[] {null, "", "Bearer ", token, "Basic " + token, "Bearer a.b.c", "Bearer " + "x".repeat(100_000),
            "Bearer " + token.substring(0, token.length() - 2), "Bearer " + token.replace('.', ' '),
            "Bearer " + token.replaceFirst("\\.[^.]+\\.", ".e30.")}) {
            assertRefused(tokens, header);
        }
    }

    @Test
    void refusesATokenOfAnotherSecret() {
        var others = new VisitorTokens(SECRET.replace('0', '1'), HOUR, InstantSource.fixed(NOW));
        assertRefused(tokens, "Bearer " + others.sign(others.begin(VERA, "Vera")));
    }

    /// An agent's token is signed with the deployment's secret itself.
    @Test
    void refusesWhatTheDeploymentsSecretHasSigned() throws JOSEException {
        var claims = new JWTClaimsSet.Builder().subject("visitor-1").audience("baton-webchat-visitor").claim("conversation", "webchat-1")
                .expirationTime(Date.from(NOW.plus(HOUR))).build();
        var token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).type(new JOSEObjectType("baton-visitor+jwt")).build(), claims);
        token.sign(new MACSigner(SECRET));
        assertRefused(tokens, "Bearer " + token.serialize());
        assertRefused(tokens, "Bearer " + new PlainJWT(claims).serialize());
    }

    /// The header `{"alg":"none"}` before a genuine body is the oldest trick.
    @Test
    void refusesATokenWithoutASignature() {
        String[] parts = tokens.sign(tokens.begin(VERA, "Vera")).split("\\.");
        for (String header : List.of("eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIiwidHlwIjoiYmF0b24tdmlzaXRvcitqd3QifQ")) {
            assertRefused(tokens, "Bearer " + header + "." + parts[1] + ".");
            assertRefused(tokens, "Bearer " + header + "." + parts[1] + "." + parts[2]);
        }
    }

    @Test
    void refusesToStartWithoutAGoodSecret() {
        assertThatThrownBy(() -> new VisitorTokens("", HOUR, InstantSource.system()))
                .isInstanceOf(StartRefused.class).hasMessageContaining("BATON_WEBCHAT_SECRET");
        assertThatThrownBy(() -> new VisitorTokens(SECRET.substring(1), HOUR, InstantSource.system()))
                .isInstanceOf(StartRefused.class).hasMessageContaining("32 bytes or more, it has 31");
    }

    private static VisitorTokens at(Instant now) {
        return new VisitorTokens(SECRET, HOUR, InstantSource.fixed(now));
    }

    private static void assertRefused(VisitorTokens tokens, String header) {
        assertThatThrownBy(() -> tokens.require(header)).as(header).isInstanceOf(ProblemException.class)
                .satisfies(e -> assertThat(((ProblemException) e).problem().status()).isEqualTo(401));
    }
}
