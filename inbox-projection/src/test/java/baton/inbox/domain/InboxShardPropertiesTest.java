package baton.inbox.domain;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Event;
import baton.contract.Status;
import baton.inbox.Histories;
import baton.inbox.Histories.Past;
import baton.inbox.NaiveInbox;
import baton.inbox.NaiveInbox.Ticked;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/// The index of open conversations, over several shards, against [NaiveInbox], for any history.
@Domain(Histories.class)
@Domain(DomainContext.Global.class)
class InboxShardPropertiesTest {

    private static final int SHARDS = 3;

    @Property(tries = 500)
    void walkingAllPagesFindsEveryMatchingRowOnceAndInOrder(@ForAll Past past, @ForAll Ticked ticked, @ForAll Sort sort,
            @ForAll @IntRange(min = 1, max = 6) int limit) {
        NaiveInbox naive = new NaiveInbox(past.events());
        Ticked open = new Ticked(ticked.unassigned(), ticked.others(), ticked.owners(), ticked.open(), false);
        assertThat(walk(grown(past.events()), ticked.selection(), sort, limit)).isEqualTo(naive.list(open, sort));
    }

    @Property(tries = 300)
    void thereIsANextPageOnlyIfItHasARow(@ForAll Past past, @ForAll Ticked ticked, @ForAll Sort sort, @ForAll @IntRange(min = 1, max = 6) int limit) {
        List<InboxShard> shards = grown(past.events());
        List<InboxRow> all = walk(shards, ticked.selection(), sort, 100);
        Page first = page(shards, ticked.selection(), sort, null, limit);
        assertThat(first.rows()).hasSize(Math.min(limit, all.size()));
        assertThat(first.next() != null).isEqualTo(all.size() > limit);
    }

    @Property(tries = 300)
    void aCursorGoesOnBehindItsPlaceWhenItsRowIsGone(@ForAll Past past, @ForAll Ticked ticked, @ForAll Sort sort) {
        List<InboxShard> shards = grown(past.events());
        List<InboxRow> all = walk(shards, ticked.selection(), sort, 100);
        for (int i = 0; i < all.size(); i++) {
            InboxRow gone = all.get(i);
            List<InboxShard> without = grown(past.events());
            without.get(home(gone.conversationId())).replace(gone, completed(gone));
            assertThat(page(without, ticked.selection(), sort, new Cursor(sort, sort.place(gone)), 100).rows()).isEqualTo(all.subList(i + 1, all.size()));
        }
    }

    @Property(tries = 500)
    void countsEqualTheLists(@ForAll Past past) {
        NaiveInbox naive = new NaiveInbox(past.events());
        int unassigned = 0;
        long completed = 0;
        Map<String, Integer> byOwner = new HashMap<>();
        for (InboxShard shard : grown(past.events())) {
            unassigned += shard.unassigned();
            completed += shard.completed();
            shard.addCountsTo(byOwner);
        }
        assertThat(unassigned).isEqualTo(naive.open(null));
        assertThat(completed).isEqualTo(naive.completed());
        assertThat(byOwner.keySet()).isEqualTo(naive.owners());
        byOwner.forEach((owner, count) -> assertThat(count).isEqualTo(naive.open(owner)));
    }

    @Property(tries = 300)
    void aShardThatIsRestoredEqualsTheOneThatGrew(@ForAll Past past, @ForAll Ticked ticked, @ForAll @IntRange(min = 1, max = 6) int limit) {
        List<InboxShard> grown = grown(past.events());
        NaiveInbox naive = new NaiveInbox(past.events());
        List<InboxShard> restored = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            restored.add(new InboxShard(grown.get(i).completed()));
        }
        for (InboxRow row : naive.rows()) {
            assertThat(grown.get(home(row.conversationId())).row(row.conversationId())).isEqualTo(row.status() == Status.OPEN ? row : null);
            if (row.status() == Status.OPEN) {
                restored.get(home(row.conversationId())).restore(row);
            }
        }
        for (int i = 0; i < SHARDS; i++) {
            assertThat(restored.get(i).unassigned()).isEqualTo(grown.get(i).unassigned());
            assertThat(countByOwner(restored.get(i))).isEqualTo(countByOwner(grown.get(i)));
            for (InboxRow row : naive.rows()) {
                assertThat(restored.get(i).row(row.conversationId())).isEqualTo(grown.get(i).row(row.conversationId()));
            }
        }
        for (Sort sort : Sort.values()) {
            assertThat(walk(restored, ticked.selection(), sort, limit)).isEqualTo(walk(grown, ticked.selection(), sort, limit));
        }
    }

    private static Map<String, Integer> countByOwner(InboxShard shard) {
        Map<String, Integer> counts = new HashMap<>();
        shard.addCountsTo(counts);
        return counts;
    }

    private static List<InboxShard> grown(List<Event> events) {
        List<InboxShard> shards = new ArrayList<>();
        for (int i = 0; i < SHARDS; i++) {
            shards.add(new InboxShard(0));
        }
        Map<String, InboxRow> rows = new HashMap<>();
        for (Event event : events) {
            InboxRow before = rows.get(event.conversationId());
            InboxRow after = InboxFold.apply(before, event);
            rows.put(event.conversationId(), after);
            shards.get(home(event.conversationId())).replace(before, after);
        }
        return shards;
    }

    private static List<InboxRow> walk(List<InboxShard> shards, Selection selection, Sort sort, int limit) {
        List<InboxRow> rows = new ArrayList<>();
        Cursor cursor = null;
        do {
            Page page = page(shards, selection, sort, cursor, limit);
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
            rows.addAll(page.rows());
            assertThat(rows).hasSizeLessThan(1000);
            cursor = page.next();
        } while (cursor != null);
        return rows;
    }

    private static Page page(List<InboxShard> shards, Selection selection, Sort sort, Cursor cursor, int limit) {
        List<Iterator<InboxRow>> sources = new ArrayList<>();
        shards.forEach(shard -> sources.addAll(shard.sources(selection, sort, cursor)));
        return Page.merge(sources, sort, limit);
    }

    private static InboxRow completed(InboxRow row) {
        return new InboxRow(row.conversationId(), row.channel(), row.visitor(), Status.COMPLETED, null, row.lastMessage(), row.lastActivityAt(),
                row.waitingSince(), row.version() + 1);
    }

    private static int home(String conversationId) {
        return Math.floorMod(conversationId.hashCode(), SHARDS);
    }
}
