package baton.webchat.http;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Set;

/// What browsers may do with the visitors' page: run its own scripts and styles, talk to its own origin, be shown in a frame of any
/// site, and nothing else. On everything under `/webchat`.
@ServerFilter("/webchat/**")
final class PageHeaders implements Ordered {

    private static final String POLICY = String.join("; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "frame-ancestors *");
    private static final Set<String> CALLS = Set.of("/webchat/session", "/webchat/messages", "/webchat/stream");
    private static final String EMBED = "/webchat/embed.js";

    /// The last to see the response, so that what it says of this path is what is said.
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    /// Adds them.
    @ResponseFilter
    void add(HttpRequest<?> request, MutableHttpResponse<?> response) {
        String path = request.getPath();
        response.getHeaders()
                .set("Content-Security-Policy", POLICY)
                .set("X-Content-Type-Options", "nosniff")
                .set("Referrer-Policy", "no-referrer")
                .set(HttpHeaders.CACHE_CONTROL, path.equals(EMBED) ? "max-age=300" : CALLS.contains(path) ? "no-store" : "no-cache")
                .remove("X-Frame-Options"); // it knows no "everybody", and browsers that know the policy ignore it anyway
        if (path.equals(EMBED)) {
            response.getHeaders().set("Cross-Origin-Resource-Policy", "cross-origin"); // for pages that isolate themselves
        }
    }
}
