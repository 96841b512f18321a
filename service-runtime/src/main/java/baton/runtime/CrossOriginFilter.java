package baton.runtime;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;

/// Refuses what another origin's page makes a browser do: a request that changes something and comes with the session's cookie must
/// come from this origin, and so must a sign-in that a browser sends. Requests with a bearer token are not looked at otherwise, for a
/// browser never sends one by itself.
@ServerFilter({"/api/**", "/session/**", "/login/**", "/logout/**"})
final class CrossOriginFilter implements Ordered {

    private final RequestOrigin origin;
    private final SessionCookie cookie;

    CrossOriginFilter(RequestOrigin origin, SessionCookie cookie) {
        this.origin = origin;
        this.cookie = cookie;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.before();
    }

    @RequestFilter
    void check(HttpRequest<?> request) {
        boolean safe = request.getMethod() == HttpMethod.GET || request.getMethod() == HttpMethod.HEAD;
        boolean byBrowser = cookie.token(request).isPresent() || isSignIn(request.getPath()) && origin.named(request);
        if (!safe && byBrowser && !origin.same(request)) {
            throw Problem.of(403, "cross-origin", "The request comes from another origin",
                    "In a browser, only pages of this origin may do that. Other programs send a bearer token, and no cookie.").asException();
        }
    }

    private static boolean isSignIn(String path) {
        return path.startsWith("/session") || path.startsWith("/login");
    }
}
