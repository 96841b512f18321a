package baton.runtime;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import io.micronaut.security.token.reader.TokenReader;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/// A browser's session: the token of a bearer, in a cookie that no script can read. It is taken wherever a bearer token is, under `/api`;
/// with a bearer token beside it, that one alone counts.
///
/// Micronaut's own reader would try both and take whichever is valid. Because a browser sends a cookie by itself, what comes
/// with one is checked by [CrossOriginFilter].
@Singleton
public final class SessionCookie implements TokenReader<HttpRequest<?>> {

    /// The cookie's name, over plain http.
    public static final String NAME = "baton-session";
    /// Its name over https, where browsers see to it that no other host and no plain http has set it: RFC 6265bis, section 4.1.3.2.
    public static final String SECURE_NAME = "__Host-" + NAME;
    /// The longest token that fits; browsers drop a cookie of more than 4096 bytes with its name and attributes.
    public static final int TOKEN_LENGTH_MAX = 3_900;

    private static final String PATHS = "/api/";
    private static final String BEARER = "Bearer ";

    private final RequestOrigin origin;

    SessionCookie(RequestOrigin origin) {
        this.origin = origin;
    }

    @Override
    public Optional<String> findToken(HttpRequest<?> request) {
        return request.getPath().startsWith(PATHS) ? token(request) : Optional.empty();
    }

    /// The token of the session that a request is sent in; empty where it has none, or shows a bearer token.
    public Optional<String> token(HttpRequest<?> request) {
        return showsBearerToken(request) ? Optional.empty() : request.getCookies().findCookie(name(request)).map(Cookie::getValue);
    }

    /// Whether a request shows a bearer token, valid or not.
    public static boolean showsBearerToken(HttpRequest<?> request) {
        String authorization = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }

    /// The cookie that begins a session.
    ///
    /// @param lasts until the token expires; null for as long as the browser runs
    public Cookie begin(HttpRequest<?> request, String token, Duration lasts) {
        Cookie cookie = cookie(request, token);
        return lasts == null ? cookie : cookie.maxAge(lasts);
    }

    /// The cookie that ends it.
    public Cookie end(HttpRequest<?> request) {
        return cookie(request, "").maxAge(Duration.ZERO);
    }

    private Cookie cookie(HttpRequest<?> request, String value) {
        return Cookie.of(name(request), value).path("/").httpOnly(true).sameSite(SameSite.Strict).secure(origin.secure(request));
    }

    private String name(HttpRequest<?> request) {
        return origin.secure(request) ? SECURE_NAME : NAME;
    }
}
