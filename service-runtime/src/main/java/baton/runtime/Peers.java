package baton.runtime;

import io.micronaut.context.annotation.Prototype;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.ProxyHttpClient;
import io.micronaut.http.client.annotation.Client;
import jakarta.inject.Inject;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/// The other instances of one Streams application: which of them has which partition, and a way to send it a caller's request. So any
/// instance takes any request.
///
/// A request is [passed on][#pass] whole, where one instance answers it, or the same question is [asked][#ask] of several, each for its
/// own partitions. Either way it goes with the caller's own token, so that nobody may do through a peer what she may not do there; it says for
/// which partitions it comes, and who gets such a request never sends it on, so that instances that disagree about
/// who has what cannot play ball. Anybody may say so: all that she gets is less of an answer, or of a change that she may make.
///
/// What is known of others is as old as the last rebalance, so a peer may be gone, or may not have the partition any more or not yet. It
/// then says so, or does not answer: within a deadline, and with a bound on how many wait for one peer.
@Prototype
public final class Peers {

    /// Requests that may wait for one peer at once; a further one is answered as if the peer were too busy.
    public static final int WAITING_MAX = 500;

    /// Names the partitions that a request of a peer is about.
    static final String FORWARDED = "Baton-Forwarded";
    private static final Pattern PARTITIONS = Pattern.compile("\\d{1,3}(,\\d{1,3})*");
    private static final int PARTITIONS_LENGTH_MAX = 4 * RuntimeSettings.PARTITIONS_MAX;
    private static final String BEARER = "Bearer ";
    /// Reactor's name for who is told of a failure that comes after the deadline, when it is no news: otherwise it is logged as an error.
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final URI here;
    private final Function<HttpRequest<?>, Optional<String>> session;
    private final ProxyHttpClient proxy;
    private final HttpClient client;
    private final Map<URI, Integer> waiting = new ConcurrentHashMap<>();
    private volatile IntFunction<Optional<URI>> instanceOf = _ -> Optional.empty();

    @Inject
    Peers(RuntimeSettings settings, SessionCookie cookie, @Client(configuration = PeerClient.class) ProxyHttpClient proxy,
            @Client(configuration = PeerClient.class) HttpClient client) {
        this(settings.here().orElse(null), cookie::token, proxy, client);
    }

    /// @param here    where others reach this instance; null where there are none
    /// @param session the token of the session that a request is sent in
    public Peers(@Nullable URI here, Function<HttpRequest<?>, Optional<String>> session, ProxyHttpClient proxy, HttpClient client) {
        this.here = here;
        this.session = session;
        this.proxy = proxy;
        this.client = client;
    }

    /// From now on, this says where the instance is that has a partition.
    public void follow(IntFunction<Optional<URI>> instanceOf) {
        this.instanceOf = instanceOf;
    }

    /// The partitions that a peer wants an answer for; empty for a request that comes from a caller and is about all of them.
    public static Optional<SortedSet<Integer>> share(HttpRequest<?> request) {
        String text = request.getHeaders().get(FORWARDED);
        if (text == null) {
            return Optional.empty();
        }
        if (text.length() > PARTITIONS_LENGTH_MAX || !PARTITIONS.matcher(text).matches()) {
            throw Problem.malformed(FORWARDED + " is said among instances and names partitions, such as 0,2.").asException();
        }
        return Optional.of(Arrays.stream(text.split(",")).map(Integer::valueOf).collect(Collectors.toCollection(TreeSet::new)));
    }

    /// Whether there are several instances and none is known to have this partition, as while this one has not joined the others yet.
    public boolean nobody(int partition) {
        return here != null && instanceOf.apply(partition).isEmpty();
    }

    /// The peer that has a partition; empty where that is this instance, or nobody is known to have it.
    public Optional<URI> elsewhere(int partition) {
        return here == null ? Optional.empty() : instanceOf.apply(partition).filter(peer -> !peer.equals(here));
    }

    /// Those of the partitions that a peer has, by peer.
    public Map<URI, SortedSet<Integer>> elsewhere(Collection<Integer> partitions) {
        Map<URI, SortedSet<Integer>> shares = new HashMap<>();
        partitions.forEach(partition -> elsewhere(partition).ifPresent(peer ->
                shares.computeIfAbsent(peer, _ -> new TreeSet<>()).add(partition)));
        return shares;
    }

    /// Passes a request on, whole, to the peer that has a partition. Fails with `overloaded` where too many wait for that peer already,
    /// with `unavailable` where it cannot be reached or the request was passed on before, and with `silence` where the request may
    /// have arrived and no answer came within the time.
    public Publisher<MutableHttpResponse<?>> pass(HttpRequest<?> request, int partition, URI peer, Duration within, Problem silence) {
        if (share(request).isPresent()) {
            return Mono.error(Problem.unavailable("This is on its way from one instance to another.").asException());
        }
        if (!enter(peer)) {
            return Mono.error(Problem.overloaded(WAITING_MAX + " requests are waiting for another instance already.").asException());
        }
        var passed = request.mutate()
                .uri(builder -> builder.scheme(peer.getScheme()).host(peer.getHost()).port(peer.getPort()))
                .header(FORWARDED, String.valueOf(partition));
        // Whether a session's request comes from the right origin was checked here, where the browser had sent it.
        session.apply(request).ifPresent(token -> passed.headers(headers -> headers.remove(HttpHeaders.COOKIE)
                .set(HttpHeaders.AUTHORIZATION, BEARER + token)));
        return Mono.<MutableHttpResponse<?>>from(proxy.proxy(passed))
                .timeout(within)
                .onErrorMap(failure -> (isUnreached(failure)
                        ? Problem.unavailable("The instance that this is for cannot be reached.")
                        : silence).asException())
                .doFinally(_ -> leave(peer))
                .contextWrite(context -> context.put(ON_ERROR_DROPPED, (Consumer<Throwable>) _ -> { }));
    }

    /// Asks a peer a caller's question, which only reads, for these partitions. Completes with the body of its answer; fails if that is
    /// no success, or too long, or does not come within the time, or where too many wait for that peer already: a question that nobody
    /// waits for any more still counts until the peer answers or its connection ends, so one that is stuck is soon asked no more.
    public CompletableFuture<byte[]> ask(HttpRequest<?> request, URI peer, Collection<Integer> partitions, Duration within) {
        return send(request, HttpRequest.GET(peer + request.getUri().getRawPath() + query(request.getUri())), peer, partitions, within);
    }

    /// Has a peer put what a caller wants put, for these partitions. Completes and fails as [#ask] does; where it fails, nobody knows whether it was done.
    public CompletableFuture<byte[]> put(HttpRequest<?> request, byte[] body, URI peer, Collection<Integer> partitions, Duration within) {
        return send(request, HttpRequest.PUT(peer + request.getUri().getRawPath() + query(request.getUri()), body)
                .contentType(MediaType.APPLICATION_JSON_TYPE), peer, partitions, within);
    }

    private CompletableFuture<byte[]> send(HttpRequest<?> request, MutableHttpRequest<?> share, URI peer, Collection<Integer> partitions, Duration within) {
        if (!enter(peer)) {
            return CompletableFuture.failedFuture(new IllegalStateException(WAITING_MAX + " requests wait for " + peer + " already"));
        }
        share.header(FORWARDED, partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
        session.apply(request).map(token -> BEARER + token).or(() -> Optional.ofNullable(request.getHeaders().get(HttpHeaders.AUTHORIZATION)))
                .ifPresent(credentials -> share.header(HttpHeaders.AUTHORIZATION, credentials));
        return Mono.from(client.retrieve(share, byte[].class))
                .doFinally(_ -> leave(peer))
                .toFuture()
                .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String query(URI uri) {
        return uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    }

    private boolean enter(URI peer) {
        if (waiting.merge(peer, 1, Integer::sum) <= WAITING_MAX) {
            return true;
        }
        leave(peer);
        return false;
    }

    private void leave(URI peer) {
        waiting.computeIfPresent(peer, (_, requests) -> requests == 1 ? null : requests - 1);
    }

    private static boolean isUnreached(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException || cause instanceof java.net.UnknownHostException) {
                return true;
            }
        }
        return false;
    }
}
