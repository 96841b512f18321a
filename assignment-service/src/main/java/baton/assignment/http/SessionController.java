package baton.assignment.http;

import baton.directory.AgentDirectory;
import baton.directory.Caller;
import baton.directory.CallerFilter;
import baton.runtime.Problem;
import baton.runtime.SessionCookie;
import com.nimbusds.jwt.JWTParser;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Post;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.SecurityFilter;
import io.micronaut.security.token.generator.AccessTokenConfiguration;
import io.micronaut.security.token.generator.TokenGenerator;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;

/// An agent's session in a browser: her token in a cookie that no script can read, see [SessionCookie]. There is nothing on the server
/// that a session consists of; it ends with its token.
@Controller
@Tag(name = "session")
public final class SessionController {

    private final LocalAccounts accounts;
    private final AgentDirectory directory;
    private final TokenGenerator tokens;
    private final AccessTokenConfiguration tokenSettings;
    private final SessionCookie cookie;

    SessionController(@Nullable LocalAccounts accounts, AgentDirectory directory, TokenGenerator tokens,
            AccessTokenConfiguration tokenSettings, SessionCookie cookie) {
        this.accounts = accounts;
        this.directory = directory;
        this.tokens = tokens;
        this.tokenSettings = tokenSettings;
        this.cookie = cookie;
    }

    /// What an agent signs in with, where there are local accounts.
    @Introspected
    public record Credentials(String username, String password) {
    }

    /// A session that has begun.
    ///
    /// @param id        of the agent
    /// @param expiresAt when it ends; null if its token has no end
    @Introspected
    public record Session(String id, @Nullable Instant expiresAt) {
    }

    /// Begins one.
    @Post("/session")
    @Operation(summary = "Begin a session: exchange a name and password, or a bearer token, for the cookie baton-session (over https __Host-baton-session)",
            description = "With a valid token in Authorization, the body is not looked at and the session lasts as long as the token. "
                    + "A browser's request must come from this origin.")
    @ApiResponse(responseCode = "200", description = "Set-Cookie: baton-session; HttpOnly; SameSite=Strict, or over https __Host-baton-session with Secure as well")
    @ApiResponse(responseCode = "401", description = "unauthorized: the token, the user name or the password is wrong")
    @ApiResponse(responseCode = "403", description = "cross-origin, or forbidden: a channel, an unknown or a deactivated agent")
    @ApiResponse(responseCode = "429", description = "too-many-sign-ins: see Retry-After")
    public HttpResponse<Session> begin(@Parameter(hidden = true) HttpRequest<?> request,
            @Parameter(hidden = true) @Nullable Authentication bearer, @Nullable @Body Credentials credentials) {
        if (bearer != null) {
            String token = request.getAttribute(SecurityFilter.TOKEN, String.class).orElseThrow();
            return begun(request, token, agent(bearer).expiresAt(), bearer.getName());
        }
        if (SessionCookie.showsBearerToken(request)) {
            throw Problem.unauthorized("The bearer token is not valid.").asException();
        }
        Authentication signedIn = signIn(request, credentials);
        agent(signedIn);
        String token = tokens.generateToken(signedIn, tokenSettings.getExpiration()).orElseThrow();
        return begun(request, token, expiresAt(token), signedIn.getName());
    }

    /// Ends it.
    @Delete("/session")
    @Operation(summary = "End the session: the browser forgets the cookie")
    @ApiResponse(responseCode = "204", description = "There is none any more")
    public HttpResponse<Void> end(@Parameter(hidden = true) HttpRequest<?> request) {
        return HttpResponse.<Void>noContent().cookie(cookie.end(request));
    }

    /// Ends it, by the name that goes with `POST /login`.
    @Post("/logout")
    @Consumes(MediaType.ALL)
    @Operation(summary = "The same as DELETE /session; a bearer token is forgotten by whoever has it")
    @ApiResponse(responseCode = "204", description = "There is none any more")
    public HttpResponse<Void> logout(@Parameter(hidden = true) HttpRequest<?> request) {
        return end(request);
    }

    private Authentication signIn(HttpRequest<?> request, Credentials credentials) {
        if (accounts == null) {
            throw Problem.unauthorized("There are no accounts here. Sign in with your identity provider, and send its token in Authorization.")
                    .asException();
        }
        if (credentials == null || credentials.username() == null || credentials.password() == null) {
            throw Problem.malformed("username and password are needed, or a bearer token.").asException();
        }
        return accounts.signIn(request, credentials.username(), credentials.password());
    }

    private Caller agent(Authentication who) {
        if (who.getRoles().contains(CallerFilter.CHANNEL_ROLE)) {
            throw Problem.forbidden("A channel has no session: it sends its token.").asException();
        }
        return Caller.of(who, directory);
    }

    private HttpResponse<Session> begun(HttpRequest<?> request, String token, Instant expiresAt, String id) {
        if (token.length() > SessionCookie.TOKEN_LENGTH_MAX) {
            throw Problem.invalidField("Authorization", "has a token of " + token.length() + " characters, and a cookie holds "
                    + SessionCookie.TOKEN_LENGTH_MAX).asException();
        }
        Duration lasts = expiresAt == null ? null : Duration.between(Instant.now(), expiresAt);
        return HttpResponse.ok(new Session(id, expiresAt)).cookie(cookie.begin(request, token, lasts));
    }

    private static Instant expiresAt(String token) {
        try {
            return JWTParser.parse(token).getJWTClaimsSet().getExpirationTime().toInstant();
        } catch (ParseException e) {
            throw new IllegalStateException("a token that was just made cannot be read", e);
        }
    }
}
