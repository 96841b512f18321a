package baton.assignment.http;

import baton.directory.CallerFilter;
import baton.runtime.StartRefused;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.NonNull;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.security.authentication.AuthenticationFailureReason;
import io.micronaut.security.authentication.AuthenticationRequest;
import io.micronaut.security.authentication.AuthenticationResponse;
import io.micronaut.security.authentication.provider.HttpRequestAuthenticationProvider;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/// Accounts for a machine of one's own and for demonstrations: they share one password. Where a company's identity provider issues
/// the tokens there are none, and no `POST /login`.
@Singleton
@Requires(property = "baton.accounts.password")
final class LocalAccounts implements HttpRequestAuthenticationProvider<Object> {

    private static final int PASSWORD_LENGTH_MIN = 8;

    private final Accounts accounts;

    /// Who may sign in. Made at start, so that a password that is missing or too short is not noticed by the first caller only.
    ///
    /// @param password of every account
    /// @param agents   user names that are agents' ids
    /// @param channels user names that are channels
    @Context
    @ConfigurationProperties("baton.accounts")
    @Requires(property = "baton.accounts.password")
    record Accounts(String password, @Nullable List<String> agents, @Nullable List<String> channels) {
        Accounts {
            if (password.length() < PASSWORD_LENGTH_MIN) {
                throw new StartRefused("the accounts' password (BATON_DEMO_PASSWORD) must have " + PASSWORD_LENGTH_MIN
                        + " characters or more, it has " + password.length());
            }
            agents = agents == null ? List.of() : List.copyOf(agents);
            channels = channels == null ? List.of() : List.copyOf(channels);
        }
    }

    LocalAccounts(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public @NonNull AuthenticationResponse authenticate(@Nullable HttpRequest<Object> request,
            @NonNull AuthenticationRequest<String, String> asked) {
        // The same time whatever is wrong, so that it tells neither names nor beginnings of the password.
        boolean rightPassword = MessageDigest.isEqual(accounts.password().getBytes(StandardCharsets.UTF_8),
                asked.getSecret().getBytes(StandardCharsets.UTF_8));
        String name = asked.getIdentity();
        if (rightPassword && accounts.agents().contains(name)) {
            return AuthenticationResponse.success(name);
        }
        if (rightPassword && accounts.channels().contains(name)) {
            return AuthenticationResponse.success(name, List.of(CallerFilter.CHANNEL_ROLE));
        }
        return AuthenticationResponse.failure(AuthenticationFailureReason.CREDENTIALS_DO_NOT_MATCH);
    }
}
