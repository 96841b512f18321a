package baton.assignment.http;

import baton.directory.CallerFilter;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import baton.runtime.RequestOrigin;
import baton.runtime.StartRefused;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.NonNull;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.authentication.AuthenticationFailed;
import io.micronaut.security.authentication.AuthenticationFailureReason;
import io.micronaut.security.authentication.AuthenticationRequest;
import io.micronaut.security.authentication.AuthenticationResponse;
import io.micronaut.security.authentication.provider.HttpRequestAuthenticationProvider;
import io.micronaut.security.token.bearer.AccessRefreshTokenLoginHandler;
import io.micronaut.security.token.generator.AccessRefreshTokenGenerator;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/// Accounts for a machine of one's own and for demonstrations: they share one password. Where a company's identity provider issues
/// the tokens there are none, and no `POST /login`. Guesses at the password are slowed down, see [FailedSignIns].
@Singleton
@Requires(property = "baton.accounts.password")
final class LocalAccounts implements HttpRequestAuthenticationProvider<Object> {

    private static final int PASSWORD_LENGTH_MIN = 8;

    private final Accounts accounts;
    private final FailedSignIns failures;
    private final RequestOrigin origin;

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

    LocalAccounts(Accounts accounts, FailedSignIns failures, RequestOrigin origin) {
        this.accounts = accounts;
        this.failures = failures;
        this.origin = origin;
    }

    /// Who signs in with a name and the password. Refuses with 401, or with 429 whoever has failed too often.
    Authentication signIn(HttpRequest<?> request, String name, String password) {
        String address = origin.address(request);
        failures.requireMayTry(name, address);
        // The same time whatever is wrong, so that it tells neither names nor beginnings of the password.
        boolean rightPassword = MessageDigest.isEqual(accounts.password().getBytes(StandardCharsets.UTF_8),
                password.getBytes(StandardCharsets.UTF_8));
        if (rightPassword && accounts.agents().contains(name)) {
            return Authentication.build(name);
        }
        if (rightPassword && accounts.channels().contains(name)) {
            return Authentication.build(name, List.of(CallerFilter.CHANNEL_ROLE));
        }
        failures.add(name, address);
        throw Problem.unauthorized("The user name or the password is wrong.").asException();
    }

    @Override
    public @NonNull AuthenticationResponse authenticate(@Nullable HttpRequest<Object> request,
            @NonNull AuthenticationRequest<String, String> asked) {
        try {
            Authentication authentication = signIn(request, asked.getIdentity(), asked.getSecret());
            return AuthenticationResponse.success(authentication.getName(), authentication.getRoles());
        } catch (ProblemException e) {
            return new Refused(e.problem());
        }
    }

    /// Why somebody could not sign in: Micronaut would make a wrong password of whatever is thrown.
    private static final class Refused extends AuthenticationFailed {
        private final Problem problem;

        Refused(Problem problem) {
            super(AuthenticationFailureReason.CREDENTIALS_DO_NOT_MATCH);
            this.problem = problem;
        }
    }

    /// Answers `POST /login`: with a token, or with why there is none.
    @Singleton
    @Replaces(AccessRefreshTokenLoginHandler.class)
    @Requires(property = "baton.accounts.password")
    static final class Login extends AccessRefreshTokenLoginHandler {
        Login(AccessRefreshTokenGenerator tokens) {
            super(tokens);
        }

        @Override
        public MutableHttpResponse<?> loginFailed(AuthenticationResponse failed, HttpRequest<?> request) {
            if (failed instanceof Refused refused) {
                throw refused.problem.asException();
            }
            return super.loginFailed(failed, request);
        }
    }
}
