package baton.notification.domain;

import baton.contract.Notification;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// The newest notifications of one recipient, newest first, each once. Immutable.
///
/// @param newestFirst at most `entriesMax`
/// @param truncated   whether older ones were left out; then nothing older than the last one here is known
record FeedList(List<Notification> newestFirst, int entriesMax, boolean truncated) {

    private static final Comparator<Notification> NEWEST_FIRST = Comparator.comparing(FeedPlace::of).reversed();

    static FeedList empty(int entriesMax) {
        return new FeedList(List.of(), entriesMax, false);
    }

    /// The list with one more, or the same list if it is in already or older than what is kept.
    FeedList with(Notification notification) {
        int found = Collections.binarySearch(newestFirst, notification, NEWEST_FIRST);
        int at = -found - 1;
        if (found >= 0 || truncated && at == newestFirst.size()) {
            return this;
        }
        List<Notification> more = new ArrayList<>(newestFirst.size() + 1);
        more.addAll(newestFirst.subList(0, at));
        more.add(notification);
        more.addAll(newestFirst.subList(at, newestFirst.size()));
        return more.size() <= entriesMax
                ? new FeedList(Collections.unmodifiableList(more), entriesMax, truncated)
                : new FeedList(Collections.unmodifiableList(more.subList(0, entriesMax)), entriesMax, true);
    }

    /// Whether a place lies where nothing was left out.
    boolean reaches(FeedPlace place) {
        return !truncated || place.compareTo(FeedPlace.of(newestFirst.getLast())) >= 0;
    }
}
