package baton.inbox.http;

import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Page;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.stream.InboxService;
import baton.inbox.stream.InboxShards;
import baton.runtime.Peers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The inbox of all instances, as each of them shows it: what is here, and what the peers [answer][Gathering]. A list is one list, with one
/// cursor, however many instances it comes from; what nobody answers for is named.
///
/// A request of a peer is answered from here alone. Blocks for as long as a version is waited for and peers may take: for virtual threads.
@Singleton
final class WholeInbox {

    /// How long a read waits for the version that it asks for, before it says `stale`.
    static final Duration SEEN_WITHIN = Duration.ofSeconds(3);

    /// Where the buckets of the reads' times begin.
    private static final Duration READ_MIN = Duration.ofNanos(100);

    private final InboxShards shards;
    private final Peers peers;
    private final Timer pages;
    private final Timer counts;

    @Inject
    WholeInbox(InboxService service, MeterRegistry registry) {
        this(service.shards(), service.peers(), registry);
    }

    /// For an instance with these shards and peers.
    WholeInbox(InboxShards shards, Peers peers, MeterRegistry registry) {
        this.shards = shards;
        this.peers = peers;
        this.pages = timer(registry, "page");
        this.counts = timer(registry, "counts");
    }

    private static Timer timer(MeterRegistry registry, String read) {
        return Timer.builder("baton.inbox.reads").description("Reads of the inbox, without HTTP and JSON, with what they wait for: peers, and versions")
                .tag("read", read).publishPercentileHistogram().minimumExpectedValue(READ_MIN).maximumExpectedValue(SEEN_WITHIN.multipliedBy(2)).register(registry);
    }

    /// Counts.
    ///
    /// @param stale whether a version that was waited for is not in them
    record Counted(InboxShards.Counts counts, boolean stale) {
    }

    /// One page of a list, which waits for these versions of conversations.
    InboxPage page(HttpRequest<?> request, Selection selection, Sort sort, Cursor cursor, int limit, Map<String, Long> versions) {
        return pages.record(() -> gatherPage(request, selection, sort, cursor, limit, versions));
    }

    private InboxPage gatherPage(HttpRequest<?> request, Selection selection, Sort sort, Cursor cursor, int limit, Map<String, Long> versions) {
        Gathering gathering = begin(request, shards.all(), versions);
        boolean seen = seenHere(gathering, versions);
        InboxShards.Listing listing = shards.page(gathering.here(), selection, sort, cursor, limit);
        Function<InboxPage, Page> read = page ->
                new Page(page.items(), page.nextCursor() == null ? null : Cursor.parse(page.nextCursor(), sort));
        List<InboxPage> others = gathering.answers(InboxPage.class, (page, partitions) ->
                read.apply(page).follows(cursor, sort, limit) && page.items().stream().allMatch(row -> isIn(partitions, row)));
        Page page = others.isEmpty()
                ? listing.page()
                : Page.join(Stream.concat(Stream.of(listing.page()), others.stream().map(read)).toList(), sort, limit);
        List<Integer> missing = missing(gathering, listing.missing());
        return new InboxPage(page.rows(), page.next() == null ? null : page.next().text(), missing,
                isStale(seen, others, versions, missing));
    }

    /// How many conversations the lists hold, once they include these versions of conversations.
    Counted counts(HttpRequest<?> request, Map<String, Long> versions) {
        return counts.record(() -> gatherCounts(request, versions));
    }

    private Counted gatherCounts(HttpRequest<?> request, Map<String, Long> versions) {
        Gathering gathering = begin(request, shards.all(), versions);
        boolean seen = seenHere(gathering, versions);
        InboxShards.Counts here = shards.counts(gathering.here());
        List<InboxCounts> others = gathering.answers(InboxCounts.class, (counts, _) -> counts.unassigned() >= 0 && counts.completed() >= 0
                && counts.byAgent().values().stream().allMatch(count -> count >= 0));
        InboxShards.Counts all = others.stream().map(InboxCounts::counts).reduce(here, InboxShards.Counts::plus);
        List<Integer> missing = missing(gathering, here.missing());
        return new Counted(new InboxShards.Counts(all.unassigned(), all.completed(), all.byOwner(), missing),
                isStale(seen, others, versions, missing));
    }

    /// Several conversations, once each has reached its version; 0 waits for nothing.
    ConversationsView conversations(HttpRequest<?> request, Map<String, Long> versions) {
        SortedSet<Integer> about = versions.keySet().stream().map(shards::partition).collect(Collectors.toCollection(TreeSet::new));
        Gathering gathering = begin(request, about, versions);
        boolean seen = seenHere(gathering, versions);
        InboxShards.Found here = shards.rows(in(gathering.here(), versions.keySet()));
        List<ConversationsView> others = gathering.answers(ConversationsView.class, (view, partitions) -> {
            List<String> told = Stream.concat(view.items().stream().map(InboxRow::conversationId), view.missing().stream()).toList();
            Set<String> asked = new HashSet<>(in(partitions, versions.keySet()));
            return told.size() == asked.size() && asked.equals(new HashSet<>(told));
        });
        List<InboxRow> rows = new ArrayList<>(here.rows());
        List<String> unknown = new ArrayList<>(here.unknown());
        others.forEach(view -> {
            rows.addAll(view.items());
            unknown.addAll(view.missing());
        });
        Map<String, Integer> order = new HashMap<>();
        versions.keySet().forEach(id -> order.put(id, order.size()));
        rows.sort(Comparator.comparing(row -> order.get(row.conversationId())));
        unknown.sort(Comparator.comparing(order::get));
        List<Integer> missing = missing(gathering, here.missing());
        return new ConversationsView(rows, unknown, missing, isStale(seen, others, versions, missing));
    }

    private Gathering begin(HttpRequest<?> request, Set<Integer> about, Map<String, Long> versions) {
        return Gathering.begin(request, shards, peers, about, waitedFor(versions), SEEN_WITHIN);
    }

    /// Waits on the caller's virtual thread, so that the read that follows runs there too, and not where deadlines are kept. All
    /// are waited for at once: the bound is that of one.
    private boolean seenHere(Gathering gathering, Map<String, Long> versions) {
        List<CompletableFuture<Boolean>> reached = in(gathering.here(), versions.keySet()).stream().filter(id -> versions.get(id) > 0)
                .map(id -> shards.reached(id, versions.get(id), SEEN_WITHIN)).toList();
        return reached.stream().map(CompletableFuture::join).reduce(true, Boolean::logicalAnd);
    }

    private boolean isStale(boolean seenHere, List<? extends Gathering.Part> others, Map<String, Long> versions, List<Integer> missing) {
        return !seenHere || others.stream().anyMatch(Gathering.Part::stale) || !Collections.disjoint(missing, waitedFor(versions));
    }

    private Set<Integer> waitedFor(Map<String, Long> versions) {
        return versions.entrySet().stream().filter(version -> version.getValue() > 0)
                .map(version -> shards.partition(version.getKey())).collect(Collectors.toSet());
    }

    private static List<Integer> missing(Gathering gathering, List<Integer> missingHere) {
        SortedSet<Integer> missing = new TreeSet<>(gathering.missing());
        missing.addAll(missingHere);
        return List.copyOf(missing);
    }

    private List<String> in(Set<Integer> partitions, Set<String> ids) {
        return ids.stream().filter(id -> partitions.contains(shards.partition(id))).toList();
    }

    private boolean isIn(Set<Integer> partitions, InboxRow row) {
        return partitions.contains(shards.partition(row.conversationId()));
    }
}
