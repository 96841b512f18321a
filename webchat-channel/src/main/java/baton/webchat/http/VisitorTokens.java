package baton.webchat.http;

import baton.contract.InvalidField;
import baton.runtime.Problem;
import baton.runtime.StartRefused;
import baton.webchat.domain.Recipient;
import baton.webchat.domain.VisitorSession;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/// A visitor's session as a signed token (JWT, HS256), so that nothing of it has to be kept here.
///
/// An agent's token is none, nor the other way round: the key is derived from the deployment's secret and is never that secret itself,
/// and type and audience are the visitors' own. Made at start, so that a secret that is too short is not noticed by the first visitor.
@Context
final class VisitorTokens {

    /// HS256 wants a key as long as its hash. Source: RFC 7518, section 3.2.
    static final int SECRET_BYTES_MIN = 32;

    private static final String AUDIENCE = "baton-webchat-visitor";
    private static final JOSEObjectType TYPE = new JOSEObjectType("baton-visitor+jwt"); // RFC 8725, section 3.11
    private static final String CONVERSATION = "conversation";
    private static final String NAME = "name";
    private static final String BEARER = "Bearer ";
    /// The longest token that is issued, with a name of 200 characters outside the BMP, has about 1 500.
    private static final int TOKEN_LENGTH_MAX = 2_048;

    private final MACSigner signer;
    private final MACVerifier verifier;
    private final Duration sessionLasts;
    private final InstantSource clock;

    @Inject
    VisitorTokens(@Value("${baton.webchat.secret:}") String secret, @Value("${baton.jwt-secret:}") String deploymentSecret,
            VisitorSettings settings) {
        this(secret.isEmpty() ? deploymentSecret : secret, settings.sessionLasts(), InstantSource.system());
    }

    VisitorTokens(String secret, Duration sessionLasts, InstantSource clock) {
        byte[] key = derive(secret);
        try {
            this.signer = new MACSigner(key);
            this.verifier = new MACVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalStateException("HS256 takes a key of " + key.length + " bytes", e);
        }
        this.sessionLasts = sessionLasts;
        this.clock = clock;
    }

    /// A session that begins now, in whole seconds, as tokens count.
    VisitorSession begin(Recipient recipient, String name) {
        return new VisitorSession(recipient, name, clock.instant().plus(sessionLasts).truncatedTo(ChronoUnit.SECONDS));
    }

    /// The token of a session.
    String sign(VisitorSession session) {
        var claims = new JWTClaimsSet.Builder()
                .audience(AUDIENCE)
                .subject(session.visitorId())
                .claim(CONVERSATION, session.conversationId())
                .claim(NAME, session.name())
                .expirationTime(Date.from(session.expiresAt()))
                .build();
        var token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).type(TYPE).build(), claims);
        try {
            token.sign(signer);
        } catch (JOSEException e) {
            throw new IllegalStateException("a visitor's token could not be signed", e);
        }
        return token.serialize();
    }

    /// The session of a request, by its header `Authorization`; refuses with 401 what is no token of this channel or has expired.
    VisitorSession require(String authorization) {
        return Optional.ofNullable(authorization)
                .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .flatMap(header -> read(header.substring(BEARER.length()).strip()))
                .orElseThrow(() -> Problem.of(401, "unauthorized", "Begin a session first",
                        "This needs the valid token of a visitor's session, see POST /webchat/session.").asException());
    }

    private Optional<VisitorSession> read(String token) {
        if (token.length() > TOKEN_LENGTH_MAX) {
            return Optional.empty();
        }
        try {
            SignedJWT signed = SignedJWT.parse(token);
            if (!JWSAlgorithm.HS256.equals(signed.getHeader().getAlgorithm()) || !TYPE.equals(signed.getHeader().getType())
                    || !signed.verify(verifier)) {
                return Optional.empty();
            }
            JWTClaimsSet claims = signed.getJWTClaimsSet();
            Instant expiresAt = claims.getExpirationTime() == null ? Instant.MIN : claims.getExpirationTime().toInstant();
            if (!claims.getAudience().contains(AUDIENCE) || !clock.instant().isBefore(expiresAt)) {
                return Optional.empty();
            }
            return Optional.of(new VisitorSession(new Recipient(claims.getStringClaim(CONVERSATION), claims.getSubject()),
                    claims.getStringClaim(NAME), expiresAt));
        } catch (ParseException | JOSEException | InvalidField _) {
            return Optional.empty();
        }
    }

    private static byte[] derive(String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0) {
            throw new StartRefused("nothing signs visitors' tokens: set BATON_WEBCHAT_SECRET or BATON_JWT_SECRET ("
                    + SECRET_BYTES_MIN + " bytes or more)");
        }
        if (bytes.length < SECRET_BYTES_MIN) {
            throw new StartRefused("BATON_WEBCHAT_SECRET, or BATON_JWT_SECRET in its place, must have " + SECRET_BYTES_MIN
                    + " bytes or more, it has " + bytes.length + ": anybody could guess it and read others' replies");
        }
        try {
            return KDF.getInstance("HKDF-SHA256").deriveData(HKDFParameterSpec.ofExtract().addIKM(bytes)
                    .thenExpand("baton webchat visitor token".getBytes(StandardCharsets.UTF_8), SECRET_BYTES_MIN));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 25 has HKDF-SHA256", e);
        }
    }
}
