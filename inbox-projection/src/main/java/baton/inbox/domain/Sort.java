package baton.inbox.domain;

import java.util.Comparator;

/// The orders of a list. Each is total: where the times are equal, the id decides.
public enum Sort {
    /// Last activity first.
    NEWEST,
    /// Longest without activity first.
    OLDEST,
    /// Waiting longest for a reply first; those that do not wait come last.
    WAITING;

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
        long millis = switch (this) {
            case NEWEST, OLDEST -> row.lastActivityAt().toEpochMilli();
            case WAITING -> row.waitingSince() == null ? Long.MAX_VALUE : row.waitingSince().toEpochMilli();
        };
        return new Place(millis, row.conversationId());
    }

    /// Whether the list runs from the greatest place to the least.
    public boolean descending() {
        return this == NEWEST;
    }

    /// The order of rows in a list.
    public Comparator<InboxRow> order() {
        Comparator<InboxRow> ascending = Comparator.comparing(this::place);
        return descending() ? ascending.reversed() : ascending;
    }
}
