package baton.runtime;

import io.micronaut.context.BeanContext;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.security.token.jwt.signature.ReactiveSignatureConfiguration;
import io.micronaut.security.token.jwt.signature.SignatureConfiguration;
import io.micronaut.security.token.jwt.signature.SignatureGeneratorConfiguration;
import io.micronaut.security.token.jwt.signature.secret.SecretSignature;
import io.micronaut.security.token.jwt.signature.secret.SecretSignatureConfiguration;
import jakarta.inject.Named;
import java.nio.charset.StandardCharsets;

/// Whose tokens this process accepts: those signed with the deployment's secret, those of an identity provider, or both. With neither
/// the start is refused, because tokens without any signature would then be accepted.
@Factory
final class TokenTrust {

    /// HS256 wants a key as long as its hash. Source: RFC 7518, section 3.2.
    static final int SECRET_BYTES_MIN = 32;

    private static final String GENERATOR = "generator";

    /// Verifies with the shared secret, and signs what `POST /login` hands out. Returned as its interface: Micronaut would take over
    /// the class's own condition, which asks for a property of another name.
    @Context
    @Named(GENERATOR)
    @Requires(property = "baton.jwt-secret", pattern = ".+")
    SignatureGeneratorConfiguration sharedSecret(@Value("${baton.jwt-secret}") String secret) {
        int bytes = secret.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < SECRET_BYTES_MIN) {
            throw new StartRefused("BATON_JWT_SECRET must have " + SECRET_BYTES_MIN + " bytes or more, it has " + bytes
                    + ": anybody could guess it and sign tokens");
        }
        var configuration = new SecretSignatureConfiguration(GENERATOR);
        configuration.setSecret(secret);
        return new SecretSignature(configuration);
    }

    /// Made at start, so that a process that would trust everybody never listens.
    @Context
    static final class Check {
        Check(BeanContext beans, @Property(name = "micronaut.security.endpoints.login.enabled", defaultValue = "false") boolean login) {
            boolean signed = beans.containsBean(SignatureConfiguration.class) || beans.containsBean(ReactiveSignatureConfiguration.class);
            if (!signed) {
                throw new StartRefused("nothing says whose tokens to accept: set BATON_JWT_SECRET (" + SECRET_BYTES_MIN
                        + " bytes or more), or the keys of an identity provider (docs/OPERATING.md)");
            }
            if (login && !beans.containsBean(SignatureGeneratorConfiguration.class, Qualifiers.byName(GENERATOR))) {
                throw new StartRefused("POST /login is on but has nothing to sign tokens with: set BATON_JWT_SECRET ("
                        + SECRET_BYTES_MIN + " bytes or more), or switch BATON_DEMO off");
            }
        }
    }
}
