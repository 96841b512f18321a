package baton.inbox.stream;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Event;
import baton.contract.Json;
import baton.contract.Status;
import baton.inbox.Histories;
import baton.inbox.Histories.Past;
import baton.inbox.History;
import baton.inbox.NaiveInbox;
import baton.inbox.NaiveInbox.Ticked;
import baton.inbox.Samples;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxFold;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.domain.ThreadEntry;
import baton.runtime.KafkaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several partitions together, completed conversations and threads included, against [NaiveInbox], for any history.
@Domain(Histories.class)
@Domain(DomainContext.Global.class)
class LiveShardPropertiesTest {

    private static final int PARTITIONS = 3;

    @Property(tries = 300)
    void walkingAllPagesFindsEveryMatchingRowOnceAndInOrder(@ForAll Past past, @ForAll Ticked ticked, @ForAll Sort sort,
            @ForAll @IntRange(min = 1, max = 6) int limit) {
        try (Inbox inbox = Inbox.onHeap()) {
            inbox.apply(past.events());
            assertThat(walk(inbox.shards, ticked.selection(), sort, limit)).isEqualTo(new NaiveInbox(past.events()).list(ticked, sort));
        }
    }

    @Property(tries = 200)
    void countsAndRowsAreThoseOfTheLists(@ForAll Past past) {
        try (Inbox inbox = Inbox.onHeap()) {
            inbox.apply(past.events());
            inbox.assertIs(new NaiveInbox(past.events()));
        }
    }

    @Property(tries = 200)
    void everyIndexEntryHasItsRowAndEveryRowItsIndexEntries(@ForAll Past past) {
        try (Inbox inbox = Inbox.onHeap()) {
            inbox.apply(past.events());
            inbox.assertStoresAgree();
        }
    }

    @Property(tries = 200)
    void eventsThatAreRepeatedChangeNothing(@ForAll Past past, @ForAll @IntRange(min = 0, max = 100) int upTo) {
        try (Inbox inbox = Inbox.onHeap()) {
            inbox.apply(past.events());
            List<Map<String, String>> before = inbox.content();
            inbox.apply(past.events().subList(0, Math.min(upTo, past.events().size())));
            assertThat(inbox.content()).isEqualTo(before);
            inbox.assertIs(new NaiveInbox(past.events()));
        }
    }

    @Property(tries = 200)
    void anInboxThatIsRestoredInTheMiddleOfItsHistoryEqualsTheOneThatGrew(@ForAll Past past, @ForAll @IntRange(min = 0, max = 100) int restart,
            @ForAll Ticked ticked) {
        int middle = Math.min(restart, past.events().size());
        try (Inbox grown = Inbox.onHeap(); Inbox restored = Inbox.onHeap()) {
            grown.apply(past.events());
            restored.apply(past.events().subList(0, middle));
            restored.restart();
            restored.apply(past.events().subList(middle, past.events().size()));
            assertThat(restored.content()).isEqualTo(grown.content());
            restored.assertIs(new NaiveInbox(past.events()));
            for (Sort sort : Sort.values()) {
                assertThat(walk(restored.shards, ticked.selection(), sort, 5)).isEqualTo(walk(grown.shards, ticked.selection(), sort, 5));
            }
        }
    }

    @Property(tries = 200)
    void walkingAThreadBackFindsEveryEntryOnceAndInOrder(@ForAll Past past, @ForAll @IntRange(min = 1, max = 6) int limit) {
        try (Inbox inbox = Inbox.onHeap()) {
            inbox.apply(past.events());
            inbox.assertThreads(past.events(), limit);
        }
    }

    @Test
    void allOfThisHoldsOnDiskToo(@TempDir Path directory) throws IOException {
        List<Event> events = History.of(Samples.NOON, History.steps(20261122, 600, History.IDS));
        try (Inbox inbox = Inbox.onDisk(directory)) {
            inbox.apply(events);
            NaiveInbox naive = new NaiveInbox(events);
            assertThat(naive.completed()).isPositive();
            for (int round = 0; round < 2; round++) {
                inbox.assertIs(naive);
                inbox.assertStoresAgree();
                inbox.assertThreads(events, 7);
                for (Sort sort : Sort.values()) {
                    for (int limit = 1; limit < 7; limit++) {
                        Ticked everything = new Ticked(false, false, Set.of(), true, true);
                        assertThat(walk(inbox.shards, everything.selection(), sort, limit)).isEqualTo(naive.list(everything, sort));
                        Ticked completed = new Ticked(true, true, Set.of("me"), false, true);
                        assertThat(walk(inbox.shards, completed.selection(), sort, limit)).isEqualTo(naive.list(completed, sort));
                    }
                }
                assertThat(inbox.stores).allSatisfy(stores -> assertThat(stores.openIterators()).isZero());
                inbox.restart();
            }
        }
    }

    private static List<InboxRow> walk(InboxShards shards, Selection selection, Sort sort, int limit) {
        List<InboxRow> rows = new ArrayList<>();
        Cursor cursor = null;
        do {
            InboxShards.Listing listing = shards.page(selection, sort, cursor, limit);
            assertThat(listing.missing()).isEmpty();
            assertThat(listing.page().rows()).hasSizeLessThanOrEqualTo(limit);
            rows.addAll(listing.page().rows());
            assertThat(rows).hasSizeLessThan(1000);
            cursor = listing.page().next() == null ? null : Cursor.parse(listing.page().next().text(), sort);
        } while (cursor != null);
        return rows;
    }

    /// All partitions, with their stores.
    private static final class Inbox implements AutoCloseable {

        private final List<ShardStores> stores = new ArrayList<>();
        private final List<LiveShard> live = new ArrayList<>();
        private InboxShards shards;

        static Inbox onHeap() {
            Inbox inbox = new Inbox();
            for (int i = 0; i < PARTITIONS; i++) {
                inbox.stores.add(ShardStores.onHeap(i));
            }
            inbox.restart();
            return inbox;
        }

        static Inbox onDisk(Path directory) throws IOException {
            Inbox inbox = new Inbox();
            for (int i = 0; i < PARTITIONS; i++) {
                inbox.stores.add(ShardStores.onDisk(i, Files.createDirectory(directory.resolve("0_" + i)).toFile()));
            }
            inbox.restart();
            return inbox;
        }

        void restart() {
            shards = new InboxShards(PARTITIONS);
            live.clear();
            for (int i = 0; i < PARTITIONS; i++) {
                live.add(stores.get(i).shard());
                shards.show(i, live.get(i));
            }
        }

        void apply(List<Event> events) {
            events.forEach(event -> live.get(home(event.conversationId())).apply(event));
        }

        List<Map<String, String>> content() {
            return stores.stream().map(ShardStores::content).toList();
        }

        void assertIs(NaiveInbox naive) {
            InboxShards.Counts counts = shards.counts();
            assertThat(counts.unassigned()).isEqualTo(naive.open(null));
            assertThat(counts.completed()).isEqualTo(naive.completed());
            assertThat(counts.byOwner().keySet()).isEqualTo(naive.owners());
            counts.byOwner().forEach((owner, count) -> assertThat(count).isEqualTo(naive.open(owner)));
            assertThat(counts.missing()).isEmpty();
            naive.rows().forEach(row -> assertThat(shards.row(row.conversationId())).contains(row));
            assertThat(shards.row("nobody")).isEmpty();
        }

        void assertStoresAgree() {
            for (ShardStores store : stores) {
                Map<String, String> content = store.content();
                List<String> expected = new ArrayList<>();
                for (String id : History.IDS) {
                    byte[] open = store.openRows.get(id);
                    byte[] completed = store.completedRows.get(id);
                    assertThat(open != null && completed != null).isFalse();
                    if (open != null) {
                        assertThat(Json.read(open, InboxRow.class)).extracting(InboxRow::status, InboxRow::conversationId).containsExactly(Status.OPEN, id);
                    }
                    if (completed != null) {
                        assertThat(Json.read(completed, InboxRow.class)).extracting(InboxRow::status, InboxRow::conversationId)
                                .containsExactly(Status.COMPLETED, id);
                        String text = content.get("completed/" + id);
                        expected.add(text);
                        expected.add(text);
                    }
                }
                assertThat(content.entrySet().stream().filter(entry -> entry.getKey().startsWith("order/")).map(Map.Entry::getValue))
                        .containsExactlyInAnyOrderElementsOf(expected);
                Long count = store.completedCount.get("completed");
                assertThat(count == null ? 0 : count).isEqualTo(expected.size() / 2);
            }
        }

        void assertThreads(List<Event> events, int limit) {
            Map<String, InboxRow> rows = new HashMap<>();
            Map<String, List<ThreadEntry>> expected = new HashMap<>();
            for (Event event : events) {
                InboxRow before = rows.get(event.conversationId());
                ThreadEntry.of(before, event).ifPresent(expected.computeIfAbsent(event.conversationId(), _ -> new ArrayList<>())::add);
                rows.put(event.conversationId(), InboxFold.apply(before, event));
            }
            for (String id : History.IDS) {
                List<ThreadEntry> entries = new ArrayList<>();
                long before = Long.MAX_VALUE;
                List<ThreadEntry> part = shards.thread(id, before, limit);
                while (!part.isEmpty()) {
                    assertThat(part).hasSizeLessThanOrEqualTo(limit);
                    entries.addAll(0, part);
                    before = part.getFirst().version();
                    part = shards.thread(id, before, limit);
                }
                assertThat(entries).isEqualTo(expected.getOrDefault(id, List.of()));
                assertThat(shards.thread(id, 1, limit)).isEmpty();
                assertThat(shards.thread(id, 0, limit)).isEmpty();
            }
        }

        @Override
        public void close() {
            stores.forEach(ShardStores::close);
        }
    }

    private static int home(String conversationId) {
        return KafkaClients.partition(KafkaClients.key(conversationId), PARTITIONS);
    }
}
