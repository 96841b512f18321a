package baton.runtime;

import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.ServerFilterPhase;

/// Says to browsers, with every answer, that it is what it says it is, is not to be kept, and is no page. Who answers with something
/// else, such as a page, sets these headers itself, and that is left alone.
@ServerFilter("/**")
final class SafeHeaders implements Ordered {

    @Override
    public int getOrder() {
        return ServerFilterPhase.FIRST.order(); // outermost: refusals of other filters get them too
    }

    @ResponseFilter
    void add(MutableHttpResponse<?> response) {
        addIfMissing(response, "X-Content-Type-Options", "nosniff");
        addIfMissing(response, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        addIfMissing(response, HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private static void addIfMissing(MutableHttpResponse<?> response, String name, String value) {
        if (!response.getHeaders().contains(name)) {
            response.header(name, value);
        }
    }
}
