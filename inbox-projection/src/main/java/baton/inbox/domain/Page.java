package baton.inbox.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/// One page of a list, merged from ordered sources. Its cost grows with the page and, by the logarithm, with the number of
/// sources; not with the length of the list.
///
/// @param next where the next page begins, or null if this was the last
public record Page(List<InboxRow> rows, Cursor next) {

    /// Freezes the list.
    public Page {
        rows = List.copyOf(rows);
    }

    /// One page out of several that begin at the same place and have the same limit, each of other conversations.
    public static Page join(List<Page> parts, Sort sort, int limit) {
        Page joined = merge(parts.stream().map(part -> part.rows().iterator()).toList(), sort, limit);
        boolean more = joined.next() != null || parts.stream().anyMatch(part -> part.next() != null);
        return more ? new Page(joined.rows(), new Cursor(sort, sort.place(joined.rows().getLast()))) : joined;
    }

    /// Whether this can be a page of that limit behind a cursor, or the first one: in order, each row once, and whole where it is not the last.
    public boolean follows(Cursor cursor, Sort sort, int limit) {
        InboxRow before = null;
        for (InboxRow row : rows) {
            boolean behindCursor = cursor == null || before != null || (sort.descending()
                    ? sort.place(row).compareTo(cursor.after()) < 0
                    : sort.place(row).compareTo(cursor.after()) > 0);
            if (!behindCursor || before != null && sort.order().compare(before, row) >= 0) {
                return false;
            }
            before = row;
        }
        return next == null ? rows.size() <= limit : rows.size() == limit;
    }

    /// The first `limit` rows of all sources, each of which is in the order of `sort`.
    public static Page merge(List<Iterator<InboxRow>> sources, Sort sort, int limit) {
        record Head(InboxRow row, Iterator<InboxRow> rest) {
        }
        PriorityQueue<Head> heads = new PriorityQueue<>(Math.max(1, sources.size()), Comparator.comparing(Head::row, sort.order()));
        for (Iterator<InboxRow> source : sources) {
            if (source.hasNext()) {
                heads.add(new Head(source.next(), source));
            }
        }
        List<InboxRow> rows = new ArrayList<>(limit);
        while (rows.size() < limit && !heads.isEmpty()) {
            Head head = heads.poll();
            rows.add(head.row());
            if (head.rest().hasNext()) {
                heads.add(new Head(head.rest().next(), head.rest()));
            }
        }
        return new Page(rows, heads.isEmpty() ? null : new Cursor(sort, sort.place(rows.getLast())));
    }
}
