package baton.inbox.http;

import baton.inbox.stream.InboxService;
import baton.runtime.Peers;
import baton.runtime.Problem;
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

/// Any instance shows any conversation: a question about one that another instance has is passed on there, and the answer comes back.
@Filter("/api/inbox/conversations/**")
final class OwnerProxy implements HttpServerFilter {

    private static final Pattern CONVERSATION = Pattern.compile("/api/inbox/conversations/([^/]+)(/.*)?");
    private static final Duration WITHIN = WholeInbox.SEEN_WITHIN.plus(Gathering.ANSWERED_WITHIN);
    private static final Problem SILENCE = Problem.unavailable("The instance that has this conversation did not answer.");

    private final InboxService service;

    OwnerProxy(InboxService service) {
        this.service = service;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.LAST.after();
    }

    @Override
    public Publisher<MutableHttpResponse<?>> doFilter(HttpRequest<?> request, ServerFilterChain chain) {
        Optional<Integer> elsewhere = partition(request).filter(partition -> !service.shards().here().contains(partition));
        if (elsewhere.isEmpty()) {
            return chain.proceed(request);
        }
        Peers peers = service.peers();
        return peers.elsewhere(elsewhere.get()).map(owner -> peers.pass(request, elsewhere.get(), owner, WITHIN, SILENCE))
                .orElseGet(() -> chain.proceed(request));
    }

    private Optional<Integer> partition(HttpRequest<?> request) {
        Matcher path = CONVERSATION.matcher(request.getUri().getPath());
        return path.matches() ? service.shards().partitionOf(path.group(1)) : Optional.empty();
    }
}
