package baton.standalone;

import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.token.generator.TokenGenerator;
import java.util.Map;

/// Tokens for agents that have no local account, as an identity provider that shares the signing key would issue them.
final class Tokens {

    private Tokens() {
    }

    static Client of(Standalone baton, String agent) {
        return of(baton, agent, 3600);
    }

    static Client of(Standalone baton, String agent, int seconds) {
        String token = baton.context().getBean(TokenGenerator.class).generateToken(Authentication.build(agent, Map.of()), seconds).orElseThrow();
        return Client.withToken(baton.url(), token);
    }
}
