package baton.inbox.domain;

import java.util.Comparator;

/// The orders of a list. Each is total: where the times are equal, the id decides.
public enum Sort {
    /// Last activity first.
    NEWEST(true),
    /// Longest without activity first.
    OLDEST(false),
    /// Waiting longest for a reply first; those that do not wait come last.
    WAITING(false);

    private final boolean descending;
    private final Comparator<InboxRow> order;

    Sort(boolean descending) {
        this.descending = descending;
        Comparator<InboxRow> ascending = Comparator.comparingLong(this::millis).thenComparing(InboxRow::conversationId);
        this.order = descending ? ascending.reversed() : ascending;
    }

    /// A place in a list: the time that the order goes by, in milliseconds, and the id.
    public record Place(long millis, String conversationId) implements Comparable<Place> {

        private static final Comparator<Place> ASCENDING =
                Comparator.comparingLong(Place::millis).thenComparing(Place::conversationId);

        @Override
        public int compareTo(Place other) {
            return ASCENDING.compare(this, other);
        }
    }

    /// The place of a row in this order.
    public Place place(InboxRow row) {
        return new Place(millis(row), row.conversationId());
    }

    private long millis(InboxRow row) {
        return switch (this) {
            case NEWEST, OLDEST -> row.lastActivityAt().toEpochMilli();
            case WAITING -> row.waitingSince() == null ? Long.MAX_VALUE : row.waitingSince().toEpochMilli();
        };
    }

    /// Whether the list runs from the greatest place to the least.
    public boolean descending() {
        return descending;
    }

    /// The order of rows in a list: that of their places, without making them.
    public Comparator<InboxRow> order() {
        return order;
    }
}
