package baton.inbox.domain;

import baton.contract.Status;
import baton.inbox.domain.Sort.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// The open conversations of one partition, in order, by owner: what pages and counts are made from. Rebuilt from the rows at start.
///
/// Completed conversations are counted here and kept elsewhere: they only ever become more. Not thread-safe: whoever
/// holds a shard guards it with a lock, so that a page and its counts are of one moment.
///
/// About 800 bytes a conversation, 1 000 where the last message is long: the row, and an entry in each of two orders, twice (by owner and
/// over all).
public final class InboxShard {

    /// A list's rows in both orders.
    private static final class Ordered {

        private final NavigableMap<Place, InboxRow> byActivity = new TreeMap<>();
        private final NavigableMap<Place, InboxRow> byWaiting = new TreeMap<>();

        void add(InboxRow row) {
            byActivity.put(Sort.NEWEST.place(row), row);
            byWaiting.put(Sort.WAITING.place(row), row);
        }

        void remove(InboxRow row) {
            byActivity.remove(Sort.NEWEST.place(row));
            byWaiting.remove(Sort.WAITING.place(row));
        }

        int size() {
            return byActivity.size();
        }

        Iterator<InboxRow> from(Sort sort, Cursor cursor) {
            NavigableMap<Place, InboxRow> rows = switch (sort) {
                case NEWEST -> byActivity.descendingMap();
                case OLDEST -> byActivity;
                case WAITING -> byWaiting;
            };
            return (cursor == null ? rows : rows.tailMap(cursor.after(), false)).values().iterator();
        }
    }

    private final Map<String, InboxRow> rows = new HashMap<>();
    private final Map<String, Ordered> byOwner = new HashMap<>();
    private final Ordered unassigned = new Ordered();
    private final Ordered all = new Ordered();
    private long completed;

    /// With this many completed conversations.
    public InboxShard(long completed) {
        this.completed = completed;
    }

    /// The row of an open conversation, or null.
    public InboxRow row(String conversationId) {
        return rows.get(conversationId);
    }

    /// How many conversations are completed.
    public long completed() {
        return completed;
    }

    /// Takes a row at start, when it counts as completed already or is open.
    public void restore(InboxRow row) {
        rows.put(row.conversationId(), row);
        add(row);
    }

    /// Replaces a conversation's row; `before` is null for a new one.
    public void replace(InboxRow before, InboxRow after) {
        if (before != null && before.status() == Status.OPEN) {
            remove(rows.remove(before.conversationId()));
        } else if (before != null) {
            completed--;
        }
        if (after.status() == Status.OPEN) {
            rows.put(after.conversationId(), after);
            add(after);
        } else {
            completed++;
        }
    }

    /// The open rows of a selection behind a cursor, as sources in the order of `sort`.
    public List<Iterator<InboxRow>> sources(Selection selection, Sort sort, Cursor cursor) {
        if (!selection.open()) {
            return List.of();
        }
        if (selection.everyOwner()) {
            return List.of(all.from(sort, cursor));
        }
        List<Iterator<InboxRow>> sources = new ArrayList<>();
        if (selection.unassigned()) {
            sources.add(unassigned.from(sort, cursor));
        }
        if (selection.owners() == null) {
            byOwner.forEach((owner, list) -> {
                if (selection.shows(owner)) {
                    sources.add(list.from(sort, cursor));
                }
            });
        } else {
            for (String owner : selection.owners()) {
                Ordered list = byOwner.get(owner);
                if (list != null) {
                    sources.add(list.from(sort, cursor));
                }
            }
        }
        return sources;
    }

    /// How many open conversations are nobody's.
    public int unassigned() {
        return unassigned.size();
    }

    /// Adds the open conversations of each owner to `counts`; an owner without any is left out.
    public void addCountsTo(Map<String, Integer> counts) {
        byOwner.forEach((owner, list) -> counts.merge(owner, list.size(), Integer::sum));
    }

    private void add(InboxRow row) {
        all.add(row);
        (row.assignee() == null ? unassigned : byOwner.computeIfAbsent(row.assignee(), _ -> new Ordered())).add(row);
    }

    private void remove(InboxRow row) {
        all.remove(row);
        if (row.assignee() == null) {
            unassigned.remove(row);
        } else {
            Ordered list = byOwner.get(row.assignee());
            list.remove(row);
            if (list.size() == 0) {
                byOwner.remove(row.assignee());
            }
        }
    }
}
