package baton.assignment.http;

import baton.assignment.stream.AssignmentService;
import baton.runtime.Problem;
import baton.runtime.SessionCookie;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.client.ProxyHttpClient;
import io.micronaut.http.filter.HttpServerFilter;
import io.micronaut.http.filter.ServerFilterChain;
import io.micronaut.http.filter.ServerFilterPhase;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;

/// Any instance takes any command: one for a conversation that another instance decides is passed on there, whole, with the
/// caller's own token, and the answer comes back. Where no other instance is known, nothing is asked.
@Filter({"/api/conversations/**", "/api/commands/**"})
final class OwnerProxy implements HttpServerFilter {

    private static final Pattern CONVERSATION = Pattern.compile("/api/conversations/([^/]+)/.*");
    /// Says that a request was passed on once; it is then decided where it is, so that instances that disagree cannot play ball.
    private static final String FORWARDED = "Baton-Forwarded";

    private final AssignmentService service;
    private final SessionCookie cookie;
    private final ProxyHttpClient client;

    OwnerProxy(AssignmentService service, SessionCookie cookie, ProxyHttpClient client) {
        this.service = service;
        this.cookie = cookie;
        this.client = client;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.LAST.after();
    }

    @Override
    public Publisher<MutableHttpResponse<?>> doFilter(HttpRequest<?> request, ServerFilterChain chain) {
        Optional<URI> elsewhere = request.getHeaders().contains(FORWARDED)
                ? Optional.empty()
                : conversationId(request).flatMap(service::ownerElsewhere);
        return elsewhere.map(owner -> pass(request, owner)).orElseGet(() -> chain.proceed(request));
    }

    private Publisher<MutableHttpResponse<?>> pass(HttpRequest<?> request, URI owner) {
        var passed = request.mutate()
                .uri(builder -> builder.scheme(owner.getScheme()).host(owner.getHost()).port(owner.getPort()))
                .header(FORWARDED, "1");
        // Whether a session's request comes from the right origin was checked here, where the browser had sent it.
        cookie.token(request).ifPresent(token -> passed.headers(headers -> headers.remove(HttpHeaders.COOKIE)
                .set(HttpHeaders.AUTHORIZATION, "Bearer " + token)));
        return reactor.core.publisher.Flux.from(client.proxy(passed))
                .onErrorMap(_ -> Problem.outcomeUnknown("The instance that decides for this conversation did not answer. "
                        + "Send the command again with the same Idempotency-Key.").asException());
    }

    /// The conversation that a request is about, as the endpoint will read it: `%7E` is what some clients make of the `~` of an id.
    static Optional<String> conversationId(HttpRequest<?> request) {
        Matcher path = CONVERSATION.matcher(request.getUri().getPath());
        return path.matches()
                ? Optional.of(path.group(1))
                : Optional.ofNullable(request.getParameters().get("conversationId"));
    }
}
