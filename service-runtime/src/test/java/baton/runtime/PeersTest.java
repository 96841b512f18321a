package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.ProxyHttpClient;
import io.micronaut.http.filter.HttpServerFilter;
import io.micronaut.http.filter.ServerFilterChain;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;

/// What goes to another instance, and what a caller is told when that one does not answer.
class PeersTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Problem SILENCE = Problem.outcomeUnknown("silence");
    private static final URI HERE = URI.create("http://here:8080");

    private final ConcurrentLinkedQueue<Map<String, List<String>>> headers = new ConcurrentLinkedQueue<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private static ApplicationContext instance;
    private static Peers peers;
    private HttpServer server;
    private URI peer;
    private volatile boolean waits;

    /// An endpoint whose requests another instance answers.
    @Filter("/things/**")
    @Requires(property = "peers-test")
    static final class PassedOn implements HttpServerFilter {

        private final Peers peers;
        private URI to;
        private Duration within;

        PassedOn(Peers peers) {
            this.peers = peers;
        }

        @Override
        public Publisher<MutableHttpResponse<?>> doFilter(io.micronaut.http.HttpRequest<?> request, ServerFilterChain chain) {
            return peers.pass(request, 7, to, within, SILENCE);
        }
    }

    /// What is behind it here.
    @Controller("/things")
    @Requires(property = "peers-test")
    static class Things {
        @Put("/{id}")
        String put(@PathVariable String id, @Body String body) {
            throw new AssertionError("answered here");
        }

        @Get("/{id}")
        String get(@PathVariable String id) {
            throw new AssertionError("answered here");
        }
    }

    @BeforeAll
    static void startInstance() {
        instance = Launch.start(Map.of("micronaut.server.port", -1, "baton.advertised-url", HERE.toString(),
                "baton.jwt-secret", "0123456789abcdef0123456789abcdef", "peers-test", true), new String[0]);
        peers = instance.getBean(PassedOn.class).peers;
    }

    @AfterAll
    static void stopInstance() {
        instance.close();
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Peers.WAITING_MAX);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
        peer = URI.create("http://localhost:" + server.getAddress().getPort());
    }

    private void serve(HttpExchange exchange) throws IOException {
        headers.add(Map.copyOf(exchange.getRequestHeaders()));
        try (exchange) {
            if (waits) {
                go.await();
            }
            byte[] answer = (exchange.getRequestURI() + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/none") ? 404 : 200, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        go.countDown();
        server.stop(0);
    }

    @Test
    void knowsWhoHasWhat() {
        Map<Integer, URI> places = Map.of(0, HERE, 1, peer, 3, peer);
        peers.follow(partition -> Optional.ofNullable(places.get(partition)));
        assertThat(peers.elsewhere(0)).isEmpty();
        assertThat(peers.elsewhere(1)).contains(peer);
        assertThat(peers.elsewhere(2)).isEmpty();
        assertThat(peers.nobody(2)).isTrue();
        assertThat(peers.nobody(0)).isFalse();
        assertThat(peers.elsewhere(List.of(0, 1, 2, 3))).containsOnlyKeys(peer).hasEntrySatisfying(peer, share -> assertThat(share).containsExactly(1, 3));
    }

    @Test
    void whoHasNoPeersAsksNobodyWhereAnythingIs() {
        var alone = new Peers(null, _ -> Optional.empty(), ProxyHttpClient.create(null), HttpClient.create(null));
        alone.follow(_ -> Optional.of(peer));
        assertThat(alone.elsewhere(0)).isEmpty();
        assertThat(alone.nobody(0)).isFalse();
    }

    @Test
    void passesARequestOnWholeWithTheCallersOwnToken() throws Exception {
        HttpResponse<String> response = pass(LONG, request("/things/a%7Eb?x=1").PUT(BodyPublishers.ofString("{\"some\":\"body\"}"))
                .header("Authorization", "Bearer own").header("If-Match", "\"3\""));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("/things/a%7Eb?x=1 {\"some\":\"body\"}");
        assertThat(headers.poll()).containsEntry("Authorization", List.of("Bearer own")).containsEntry("If-match", List.of("\"3\""))
                .containsEntry("Baton-forwarded", List.of("7"));
    }

    @Test
    void aSessionGoesOnAsItsToken() throws Exception {
        pass(LONG, request("/things/a").header("Cookie", "baton-session=token"));
        assertThat(headers.poll()).containsEntry("Authorization", List.of("Bearer token")).doesNotContainKey("Cookie");
    }

    @Test
    void whatWasPassedOnIsNotPassedOnAgain() throws Exception {
        assertThat(pass(LONG, request("/things/a").header("Baton-Forwarded", "7"))).satisfies(is(503, "unavailable"));
        assertThat(headers).isEmpty();
    }

    @Test
    void nothingWasDoneWhereNobodyCouldBeReached() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            peer = URI.create("http://localhost:" + taken.getLocalPort());
        }
        assertThat(pass(LONG, request("/things/a"))).satisfies(is(503, "unavailable"));
    }

    @Test
    void nobodyKnowsWhatWasDoneWhereNoAnswerCame() throws Exception {
        waits = true;
        assertThat(pass(SHORT, request("/things/a"))).satisfies(is(503, "outcome-unknown"));
        assertThat(headers).hasSize(1);
    }

    @Test
    void asksTheCallersQuestionForTheseSharesOnly() throws Exception {
        var request = io.micronaut.http.HttpRequest.GET("/api/list?after=a%7Eb%402&limit=5").header("Authorization", "Bearer own").header("X-Other", "1");
        assertThat(peers.ask(request, peer, List.of(0, 12), LONG).get(20, TimeUnit.SECONDS)).asString().isEqualTo("/api/list?after=a%7Eb%402&limit=5 ");
        assertThat(headers.poll()).containsEntry("Authorization", List.of("Bearer own")).containsEntry("Baton-forwarded", List.of("0,12"))
                .doesNotContainKey("X-other");
    }

    @Test
    void putsWhatTheCallerWantsPutForTheseSharesOnly() throws Exception {
        var request = io.micronaut.http.HttpRequest.PUT("/api/thing?x=1", "{}").header("Authorization", "Bearer own");
        byte[] body = "{\"some\":\"body\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(peers.put(request, body, peer, List.of(3, 4), LONG).get(20, TimeUnit.SECONDS)).asString()
                .isEqualTo("/api/thing?x=1 {\"some\":\"body\"}");
        assertThat(headers.poll()).containsEntry("Authorization", List.of("Bearer own")).containsEntry("Baton-forwarded", List.of("3,4"))
                .containsEntry("Content-type", List.of("application/json"));
        assertThat(peers.put(io.micronaut.http.HttpRequest.PUT("/none", "{}").header("Authorization", "Bearer own"), body, peer, List.of(0), LONG)).as("refused").failsWithin(LONG);
    }

    @Test
    void anAnswerThatIsNoSuccessIsNone() {
        assertThat(peers.ask(question("/none"), peer, List.of(0), LONG)).failsWithin(LONG);
    }

    @Test
    void aBoundedNumberOfQuestionsWaitsForOnePeer() throws Exception {
        waits = true;
        List<CompletableFuture<byte[]>> asked = new ArrayList<>();
        for (int i = 0; i < Peers.WAITING_MAX; i++) {
            asked.add(peers.ask(question("/"), peer, List.of(0), SHORT));
        }
        assertThat(peers.ask(question("/"), peer, List.of(0), LONG)).as("one more").isCompletedExceptionally();
        assertThat(pass(LONG, request("/things/a"))).satisfies(is(429, "overloaded"));
        assertThat(asked).allSatisfy(question -> assertThat(question).failsWithin(LONG).withThrowableThat().withCauseInstanceOf(TimeoutException.class));
        assertThat(peers.ask(question("/"), peer, List.of(0), LONG)).as("given up by who asked, not by the peer").isCompletedExceptionally();
        go.countDown();
        long deadline = System.nanoTime() + LONG.toNanos();
        while (peers.ask(question("/"), peer, List.of(0), LONG).isCompletedExceptionally()) {
            assertThat(System.nanoTime()).as("no room was made").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1,", "1,,2", "-1", "1000", "1 ,2"})
    void refusesSharesThatAreNone(String share) {
        assertThatThrownBy(() -> Peers.share(io.micronaut.http.HttpRequest.GET("/").header("Baton-Forwarded", share)))
                .isInstanceOfSatisfying(ProblemException.class, refused -> assertThat(refused.problem().status()).isEqualTo(400));
    }

    @Test
    void readsShares() {
        assertThat(Peers.share(io.micronaut.http.HttpRequest.GET("/"))).isEmpty();
        assertThat(Peers.share(io.micronaut.http.HttpRequest.GET("/").header("Baton-Forwarded", "12,0,3"))).hasValueSatisfying(share ->
                assertThat(share).containsExactly(0, 3, 12));
    }

    private static io.micronaut.http.HttpRequest<?> question(String path) {
        return io.micronaut.http.HttpRequest.GET(path).header("Authorization", "Bearer own");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(instance.getBean(EmbeddedServer.class).getURI() + path));
    }

    private HttpResponse<String> pass(Duration within, HttpRequest.Builder request) throws Exception {
        PassedOn endpoint = instance.getBean(PassedOn.class);
        endpoint.to = peer;
        endpoint.within = within;
        try (java.net.http.HttpClient caller = java.net.http.HttpClient.newHttpClient()) {
            return caller.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static Consumer<HttpResponse<String>> is(int status, String problem) {
        return response -> {
            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(response.body()).contains(Problem.TYPE_PREFIX + problem);
        };
    }
}
