package baton.runtime;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// Which origin a request was sent to, and from where. Anybody can send `X-Forwarded-Proto` and `X-Forwarded-For`, so they count only
/// where a proxy that sets them stands before every service (`baton.behind-proxy`).
@Singleton
public final class RequestOrigin {

    private static final String FETCH_SITE = "Sec-Fetch-Site";

    private final boolean behindProxy;

    RequestOrigin(@Value("${baton.behind-proxy}") boolean behindProxy) {
        this.behindProxy = behindProxy;
    }

    /// Whether it came by https.
    public boolean secure(HttpRequest<?> request) {
        return scheme(request).equals("https");
    }

    /// The address of who sent it.
    public String address(HttpRequest<?> request) {
        // The last one was written by the proxy that is next to this process; what stands before it came with the request.
        return forwarded(request, "X-Forwarded-For")
                .map(list -> list.substring(list.lastIndexOf(',') + 1).strip())
                .orElseGet(() -> request.getRemoteAddress().getAddress().getHostAddress());
    }

    /// Whether it names where it comes from, as every browser does for an unsafe method.
    public boolean named(HttpRequest<?> request) {
        return request.getHeaders().contains(HttpHeaders.ORIGIN) || request.getHeaders().contains(FETCH_SITE);
    }

    /// Whether a browser sent it for a page of the very origin that it was sent to. What it says in `Sec-Fetch-Site` is as good
    /// as its `Origin`, for no page can set either, and holds where a proxy has changed `Host` or the scheme.
    public boolean same(HttpRequest<?> request) {
        String host = request.getHeaders().get(HttpHeaders.HOST);
        String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
        boolean sameOrigin = origin != null && host != null
                && canonical(origin).isPresent() && canonical(origin).equals(canonical(scheme(request) + "://" + host));
        return sameOrigin || "same-origin".equals(request.getHeaders().get(FETCH_SITE));
    }

    private String scheme(HttpRequest<?> request) {
        // The first one is what the browser used; proxies behind it add theirs.
        return forwarded(request, "X-Forwarded-Proto")
                .map(list -> list.split(",", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse(request.isSecure() ? "https" : "http");
    }

    private Optional<String> forwarded(HttpRequest<?> request, String header) {
        return behindProxy ? Optional.ofNullable(request.getHeaders().get(header)).filter(value -> !value.isBlank()) : Optional.empty();
    }

    /// Scheme, host and port, always with a port; empty for what is no origin, such as `null`.
    private static Optional<String> canonical(String origin) {
        try {
            URI uri = URI.create(origin.toLowerCase(Locale.ROOT));
            if (uri.getHost() == null) {
                return Optional.empty();
            }
            int port = uri.getPort() != -1 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
            return Optional.of(uri.getScheme() + "://" + uri.getHost() + ":" + port);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
