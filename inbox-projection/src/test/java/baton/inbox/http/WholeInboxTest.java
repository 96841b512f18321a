package baton.inbox.http;

import static baton.inbox.Samples.NOON;
import static baton.inbox.Samples.assigned;
import static baton.inbox.Samples.completed;
import static baton.inbox.Samples.opened;
import static baton.inbox.Samples.received;
import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Event;
import baton.contract.Json;
import baton.contract.Reason;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.stream.HeapInbox;
import baton.inbox.stream.InboxShards;
import baton.runtime.PeerClient;
import baton.runtime.Peers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import io.micronaut.http.client.HttpClient;
import io.micronaut.http.client.ProxyHttpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Three instances with six partitions, which ask each other over HTTP, as they do; and peers that are gone, slow, or lie.
class WholeInboxTest {

    private static final int PARTITIONS = 6;
    private static final List<List<Integer>> PLACES = List.of(List.of(0, 3), List.of(1, 4), List.of(2, 5));
    private static final Selection OPEN = Selection.everything(true, false);
    private static final Selection ALL = Selection.everything(true, true);
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final HttpClient client = HttpClient.create(null, new PeerClient());
    private final ProxyHttpClient proxy = ProxyHttpClient.create(null, new PeerClient());
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<Integer, URI> places = new HashMap<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();

    /// One instance: what it has, how it asks, and how it is asked. What it answers can be made untrue.
    private final class Instance implements AutoCloseable {

        private final HeapInbox has;
        private final WholeInbox inbox;
        private final Peers peers;
        private final HttpServer server;
        private volatile Function<HttpExchange, byte[]> says = this::truth;

        Instance(List<Integer> partitions) {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", this::serve);
            server.start();
            URI here = URI.create("http://localhost:" + server.getAddress().getPort());
            partitions.forEach(partition -> places.put(partition, here));
            has = new HeapInbox(PARTITIONS, partitions);
            peers = new Peers(here, _ -> Optional.empty(), proxy, client);
            peers.follow(partition -> Optional.ofNullable(places.get(partition)));
            inbox = new WholeInbox(has.shards(), peers, new SimpleMeterRegistry());
        }

        private void serve(HttpExchange exchange) throws IOException {
            try (exchange) {
                byte[] answer = says.apply(exchange);
                exchange.sendResponseHeaders(answer == null ? 500 : 200, answer == null ? -1 : answer.length);
                if (answer != null) {
                    exchange.getResponseBody().write(answer);
                }
            }
        }

        /// As the controller answers.
        byte[] truth(HttpExchange exchange) {
            MutableHttpRequest<?> request = HttpRequest.GET(exchange.getRequestURI());
            exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value -> request.header(name, value)));
            String path = exchange.getRequestURI().getPath();
            if (path.endsWith("/counts")) {
                InboxShards.Counts counts = inbox.counts(request, after(request)).counts();
                return Json.write(new InboxCounts(counts.unassigned(), 0, 0, counts.completed(), counts.byOwner(), Map.of(), counts.missing(), false));
            }
            return Json.write(path.endsWith("/conversations")
                    ? inbox.conversations(request, versions(request.getParameters().getAll("id")))
                    : inbox.page(request, request.getParameters().contains("completed") ? ALL : OPEN, sort(request), cursor(request),
                            Integer.parseInt(request.getParameters().get("limit")), after(request)));
        }

        @Override
        public void close() {
            server.stop(0);
            has.close();
        }
    }

    private static Sort sort(HttpRequest<?> request) {
        return Sort.valueOf(request.getParameters().get("sort"));
    }

    private static Cursor cursor(HttpRequest<?> request) {
        return Optional.ofNullable(request.getParameters().get("cursor")).map(text -> Cursor.parse(text, sort(request))).orElse(null);
    }

    private static Map<String, Long> after(HttpRequest<?> request) {
        return versions(request.getParameters().getAll("after"));
    }

    private static Map<String, Long> versions(List<String> texts) {
        Map<String, Long> versions = new LinkedHashMap<>();
        texts.forEach(text -> versions.put(text.split("@")[0], text.contains("@") ? Long.parseLong(text.split("@")[1]) : 0));
        return versions;
    }

    @BeforeEach
    void start() {
        PLACES.forEach(partitions -> instances.add(new Instance(partitions)));
        for (int i = 0; i < 60; i++) {
            String id = "c-" + i;
            take(opened(id, NOON.plusSeconds(i % 20)));
            take(received(id, 2, NOON.plusSeconds(i % 20), "hello"));
            if (i % 3 == 0) {
                take(assigned(id, 3, NOON.plusSeconds(60), "ana", i % 2 == 0 ? "ana" : "ben", null, Reason.MANUAL));
            }
            if (i % 5 == 0) {
                take(completed(id, i % 3 == 0 ? 4 : 3, NOON.plusSeconds(70), "ana"));
            }
        }
    }

    private void take(Event event) {
        events.add(event);
        instances.forEach(instance -> instance.has.apply(event));
    }

    @AfterEach
    void stop() {
        ended.countDown();
        instances.forEach(Instance::close);
    }

    @ParameterizedTest
    @EnumSource(Sort.class)
    void aCursorThatIsWalkedOverAllInstancesInTurnFindsEveryRowOnce(Sort sort) {
        List<InboxRow> rows = new ArrayList<>();
        String cursor = null;
        int pages = 0;
        do {
            InboxPage page = page(instances.get(pages % 3), sort, 7, cursor, ALL);
            assertThat(page.partitionsMissing()).isEmpty();
            assertThat(page.items()).hasSizeLessThanOrEqualTo(7);
            rows.addAll(page.items());
            cursor = page.nextCursor();
        } while (cursor != null && ++pages < 60);
        assertThat(rows).extracting(InboxRow::conversationId).doesNotHaveDuplicates().hasSize(60);
        assertThat(rows).isSortedAccordingTo(sort.order());
        assertThat(pages).isEqualTo(8);
    }

    @Test
    void everyInstanceGivesTheAnswerOfOneThatHasItAll() {
        try (HeapInbox one = new HeapInbox(PARTITIONS, List.of(0, 1, 2, 3, 4, 5))) {
            events.forEach(one::apply);
            InboxShards.Listing whole = one.shards().page(OPEN, Sort.WAITING, null, 10);
            for (Instance instance : instances) {
                InboxPage page = page(instance, Sort.WAITING, 10, null, OPEN);
                assertThat(page.items()).isEqualTo(whole.page().rows());
                assertThat(page.nextCursor()).isEqualTo(whole.page().next().text());
                assertThat(counts(instance)).isEqualTo(new WholeInbox.Counted(one.shards().counts(), false));
            }
        }
    }

    @Test
    void severalConversationsComeInTheOrderInWhichTheyWereAskedFor() {
        List<String> ids = List.of("c-7", "nobody", "c-1", "c-59", "c-2", "no-one", "c-30");
        for (Instance instance : instances) {
            ConversationsView view = conversations(instance, ids);
            assertThat(view.items()).extracting(InboxRow::conversationId).containsExactly("c-7", "c-1", "c-59", "c-2", "c-30");
            assertThat(view.missing()).containsExactly("nobody", "no-one");
            assertThat(view.partitionsMissing()).isEmpty();
            assertThat(view.stale()).isFalse();
        }
    }

    @Test
    void aVersionIsWaitedForWhereverItsConversationIs() {
        String id = in(PLACES.get(1));
        for (Instance instance : instances) {
            assertThat(ask(instance, "after=" + id + "@2").stale()).isFalse();
            assertThat(conversations(instance, List.of(id + "@2", in(PLACES.get(2)))).stale()).isFalse();
        }
        InboxPage stale = ask(instances.getFirst(), "after=" + id + "@9");
        assertThat(stale.stale()).isTrue();
        assertThat(stale.partitionsMissing()).isEmpty();
    }

    @Test
    void whoIsAskedByAPeerAsksNobodyElse() {
        HttpRequest<?> request = list("").header("Baton-Forwarded", "0,1,2");
        InboxPage page = instances.getFirst().inbox.page(request, OPEN, Sort.NEWEST, null, 50, Map.of());
        assertThat(page.partitionsMissing()).containsExactly(1, 2);
        assertThat(page.items()).isNotEmpty().allMatch(row -> partition(row.conversationId()) == 0);
    }

    /// What a peer can do wrong.
    enum Fault {
        GONE, SLOW, FAILS, NO_JSON, TOO_LONG, OTHERS_ROWS, ROWS_TWICE, ROWS_IN_DISORDER, FOREIGN_CURSOR, NOTHING_BUT_MORE, FOREIGN_PARTITIONS
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void thePartitionsOfAPeerThatDoesNotAnswerOrAnswersWhatCannotBeAreNamed(Fault fault) {
        Instance asking = instances.getFirst();
        Instance faulty = instances.get(1);
        breaks(faulty, fault);
        long began = System.nanoTime();
        InboxPage page = page(asking, Sort.NEWEST, 40, null, OPEN);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Gathering.ANSWERED_WITHIN.plus(SLACK));
        assertThat(page.partitionsMissing()).isEqualTo(PLACES.get(1));
        assertThat(page.items()).extracting(InboxRow::conversationId)
                .containsExactlyInAnyOrderElementsOf(open().stream().filter(id -> !PLACES.get(1).contains(partition(id))).toList());
    }

    @Test
    void countsWithoutAPeerAreThoseOfTheOthers() {
        breaks(instances.get(1), Fault.FAILS);
        WholeInbox.Counted counted = counts(instances.getFirst());
        assertThat(counted.counts().missing()).isEqualTo(PLACES.get(1));
        assertThat(counted.stale()).isFalse();
        try (HeapInbox others = new HeapInbox(PARTITIONS, List.of(0, 2, 3, 5))) {
            events.forEach(others::apply);
            assertThat(counted.counts()).isEqualTo(others.shards().counts());
        }
    }

    @Test
    void aVersionOnAPeerThatIsGoneIsNotClaimedToBeSeen() {
        breaks(instances.get(1), Fault.GONE);
        String id = in(PLACES.get(1));
        assertThat(ask(instances.getFirst(), "after=" + id + "@1").stale()).isTrue();
        ConversationsView view = conversations(instances.getFirst(), List.of(id, in(PLACES.get(0))));
        assertThat(view.partitionsMissing()).containsExactly(partition(id));
        assertThat(view.items()).hasSize(1);
        assertThat(view.missing()).isEmpty();
        assertThat(view.stale()).isFalse();
    }

    @Test
    void severalConversationsOfAPeerThatLeavesOneOutAreNotBelieved() {
        instances.get(1).says = _ -> Json.write(new ConversationsView(List.of(), List.of(), List.of(), false));
        String id = in(PLACES.get(1));
        assertThat(conversations(instances.getFirst(), List.of(id)).partitionsMissing()).containsExactly(partition(id));
    }

    @Test
    void aPartitionThatNobodyIsKnownToHaveIsNamed() {
        places.remove(4);
        assertThat(page(instances.getFirst(), Sort.NEWEST, 40, null, OPEN).partitionsMissing()).containsExactly(4);
        assertThat(counts(instances.getFirst()).counts().missing()).containsExactly(4);
    }

    private void breaks(Instance instance, Fault fault) {
        switch (fault) {
            case GONE -> instance.server.stop(0);
            case SLOW -> instance.says = exchange -> {
                try {
                    ended.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                return instance.truth(exchange);
            };
            case FAILS -> instance.says = _ -> null;
            case NO_JSON -> instance.says = _ -> "<html>".getBytes(StandardCharsets.UTF_8);
            case TOO_LONG -> instance.says = _ -> new byte[5 * 1024 * 1024];
            case OTHERS_ROWS -> lies(instance, page -> new InboxPage(page(instances.get(2), Sort.NEWEST, 40, null, OPEN).items(), null, List.of(), false));
            case ROWS_TWICE -> lies(instance, page -> new InboxPage(twice(page.items()), null, List.of(), false));
            case ROWS_IN_DISORDER -> lies(instance, page -> new InboxPage(page.items().reversed(), null, List.of(), false));
            case FOREIGN_CURSOR -> lies(instance, page -> new InboxPage(page.items(), "x", List.of(), false));
            case NOTHING_BUT_MORE -> lies(instance, page -> new InboxPage(List.of(),
                    new Cursor(Sort.NEWEST, Sort.NEWEST.place(page.items().getLast())).text(), List.of(), false));
            case FOREIGN_PARTITIONS -> lies(instance, page -> new InboxPage(page.items(), null, List.of(0), false));
        }
    }

    private void lies(Instance instance, Function<InboxPage, InboxPage> lie) {
        instance.says = exchange -> Json.write(lie.apply(Json.read(instance.truth(exchange), InboxPage.class)));
    }

    private static List<InboxRow> twice(List<InboxRow> rows) {
        List<InboxRow> twice = new ArrayList<>(rows);
        twice.addAll(rows);
        twice.sort(Comparator.comparing(row -> row, Sort.NEWEST.order()));
        return twice;
    }

    private static MutableHttpRequest<?> list(String more) {
        return HttpRequest.GET("/api/inbox?sort=NEWEST&limit=50&" + more).header("Authorization", "Bearer token");
    }

    private static InboxPage ask(Instance instance, String after) {
        HttpRequest<?> request = list(after);
        return instance.inbox.page(request, OPEN, Sort.NEWEST, null, 50, after(request));
    }

    private static InboxPage page(Instance instance, Sort sort, int limit, String cursor, Selection selection) {
        HttpRequest<?> request = HttpRequest.GET("/api/inbox?sort=" + sort + "&limit=" + limit + (cursor == null ? "" : "&cursor=" + cursor)
                + (selection.completed() ? "&completed" : ""));
        return instance.inbox.page(request, selection, sort, cursor == null ? null : Cursor.parse(cursor, sort), limit, Map.of());
    }

    private static WholeInbox.Counted counts(Instance instance) {
        return instance.inbox.counts(HttpRequest.GET("/api/inbox/counts"), Map.of());
    }

    private static ConversationsView conversations(Instance instance, List<String> ids) {
        return instance.inbox.conversations(HttpRequest.GET("/api/inbox/conversations?id=" + String.join("&id=", ids)), versions(ids));
    }

    private List<String> open() {
        return IntStream.range(0, 60).filter(i -> i % 5 != 0).mapToObj(i -> "c-" + i).toList();
    }

    private int partition(String id) {
        return instances.getFirst().has.shards().partition(id);
    }

    private String in(List<Integer> partitions) {
        return open().stream().filter(id -> partitions.contains(partition(id))).findFirst().orElseThrow();
    }
}
