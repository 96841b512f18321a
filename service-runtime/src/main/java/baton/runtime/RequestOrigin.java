package baton.runtime;

import io.micronaut.context.annotation.Value;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Which origin a request was sent to, and from where. Anybody can send `X-Forwarded-Proto` and `X-Forwarded-For`, so they count only
/// where a proxy that sets them stands before every service (`baton.behind-proxy`).
@Singleton
public final class RequestOrigin {

    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final int IPV6_NETWORK_BYTES = 8;

    private final boolean behindProxy;

    RequestOrigin(@Value("${baton.behind-proxy}") boolean behindProxy) {
        this.behindProxy = behindProxy;
    }

    /// Whether it came by https.
    public boolean secure(HttpRequest<?> request) {
        return scheme(request).equals("https");
    }

    /// Who sent it, to count by: an IPv4 address, or the first 64 bits of an IPv6 address, which are what one subscriber has. What a proxy
    /// says and is no address counts as one and the same.
    public String address(HttpRequest<?> request) {
        // The last one was written by the proxy that is next to this process; what stands before it came with the request.
        return forwarded(request, "X-Forwarded-For").reduce((_, last) -> last)
                .map(list -> network(list.substring(list.lastIndexOf(',') + 1).strip()))
                .orElseGet(() -> network(request.getRemoteAddress().getAddress()));
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
        return forwarded(request, "X-Forwarded-Proto").findFirst()
                .map(list -> list.split(",", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse(request.isSecure() ? "https" : "http");
    }

    /// The header's lines: a proxy may add one of its own behind those that came with the request.
    private Stream<String> forwarded(HttpRequest<?> request, String header) {
        return behindProxy ? request.getHeaders().getAll(header).stream().filter(value -> !value.isBlank()) : Stream.empty();
    }

    private static String network(String address) {
        try {
            return network(InetAddress.ofLiteral(address)); // never looked up
        } catch (IllegalArgumentException _) {
            return "unknown";
        }
    }

    private static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES))
                : address.getHostAddress();
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
