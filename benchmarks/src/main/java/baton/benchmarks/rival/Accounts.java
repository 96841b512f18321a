package baton.benchmarks.rival;

import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.NonNull;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.AuthenticationRequest;
import io.micronaut.security.authentication.AuthenticationResponse;
import io.micronaut.security.authentication.provider.HttpRequestAuthenticationProvider;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Set;

/// The demo's accounts, which share one password, behind `POST /login`.
@Singleton
final class Accounts implements HttpRequestAuthenticationProvider<Object> {

    private static final Set<String> AGENTS = Set.of("ana", "ben", "chloe", "sam");
    private static final String CHANNEL = "webchat";
    private static final int PASSWORD_LENGTH_MIN = 8;

    private final byte[] password;

    Accounts(@Value("${baton.accounts.password}") String password) {
        if (password.length() < PASSWORD_LENGTH_MIN) {
            throw new IllegalArgumentException("BATON_ACCOUNTS_PASSWORD must have " + PASSWORD_LENGTH_MIN + " characters or more");
        }
        this.password = password.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @NonNull AuthenticationResponse authenticate(@Nullable HttpRequest<Object> request, @NonNull AuthenticationRequest<String, String> asked) {
        boolean right = MessageDigest.isEqual(password, asked.getSecret().getBytes(StandardCharsets.UTF_8));
        if (right && AGENTS.contains(asked.getIdentity())) {
            return AuthenticationResponse.success(asked.getIdentity());
        }
        if (right && CHANNEL.equals(asked.getIdentity())) {
            return AuthenticationResponse.success(CHANNEL, List.of(Caller.CHANNEL_ROLE));
        }
        return AuthenticationResponse.failure();
    }
}
