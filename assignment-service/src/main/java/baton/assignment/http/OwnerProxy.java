package baton.assignment.http;

import baton.assignment.stream.AssignmentService;
import baton.assignment.stream.AssignmentSettings;
import baton.runtime.Peers;
import baton.runtime.Problem;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.filter.HttpServerFilter;
import io.micronaut.http.filter.ServerFilterChain;
import io.micronaut.http.filter.ServerFilterPhase;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/// Any instance takes any command: one for a conversation that another instance decides is passed on there, and the answer comes back.
/// Where no other instance is known, nothing is asked.
@Filter({"/api/conversations/**", "/api/commands/**"})
final class OwnerProxy implements HttpServerFilter {

    private static final Pattern CONVERSATION = Pattern.compile("/api/conversations/([^/]+)/.*");
    /// How much longer than the other instance's own caller this one waits, which is to hear what that one says.
    private static final Duration ON_THE_WAY = Duration.ofSeconds(1);
    private static final Problem NOT_READ = Problem.unavailable("The instance that decides for this conversation did not answer.");
    private static final Problem NOT_KNOWN = Problem.outcomeUnknown("The instance that decides for this conversation did not answer. "
            + "Send the command again with the same Idempotency-Key.");

    private final AssignmentService service;
    private final Duration within;

    OwnerProxy(AssignmentService service, AssignmentSettings settings) {
        this.service = service;
        this.within = settings.decidedWithin().plus(ON_THE_WAY);
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.LAST.after();
    }

    @Override
    public Publisher<MutableHttpResponse<?>> doFilter(HttpRequest<?> request, ServerFilterChain chain) {
        Optional<Integer> about = conversationId(request).map(service::partition);
        if (about.isEmpty()) {
            return chain.proceed(request);
        }
        int partition = about.get();
        Peers peers = service.peers();
        if (peers.nobody(partition)) {
            return Mono.error(Problem.unavailable("No instance is known that decides for this conversation.").asException());
        }
        Problem silence = request.getMethod() == HttpMethod.GET ? NOT_READ : NOT_KNOWN;
        return peers.elsewhere(partition).map(owner -> peers.pass(request, partition, owner, within, silence))
                .orElseGet(() -> chain.proceed(request));
    }

    /// The conversation that a request is about, as the endpoint will read it: `%7E` is what some clients make of the `~` of an id.
    static Optional<String> conversationId(HttpRequest<?> request) {
        Matcher path = CONVERSATION.matcher(request.getUri().getPath());
        return path.matches()
                ? Optional.of(path.group(1))
                : Optional.ofNullable(request.getParameters().get("conversationId"));
    }
}
