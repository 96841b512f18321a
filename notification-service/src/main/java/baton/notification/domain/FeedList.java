package baton.notification.domain;

import baton.contract.Notification;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// The newest notifications of one recipient, newest first, each once. Immutable.
///
/// @param newestFirst at most `entriesMax`; older ones are left out
record FeedList(List<Notification> newestFirst, int entriesMax) {

    private static final Comparator<Notification> NEWEST_FIRST = Comparator.comparing(FeedPlace::of).reversed();

    static FeedList empty(int entriesMax) {
        return new FeedList(List.of(), entriesMax);
    }

    /// The list with one more, or the same list if it is in already or older than what is kept.
    FeedList with(Notification notification) {
        int found = Collections.binarySearch(newestFirst, notification, NEWEST_FIRST);
        int at = -found - 1;
        if (found >= 0 || at == entriesMax) {
            return this;
        }
        List<Notification> more = new ArrayList<>(newestFirst.size() + 1);
        more.addAll(newestFirst.subList(0, at));
        more.add(notification);
        more.addAll(newestFirst.subList(at, Math.min(newestFirst.size(), entriesMax - 1)));
        return new FeedList(Collections.unmodifiableList(more), entriesMax);
    }

    /// The newest of the list, and no more than this from now on.
    FeedList atMost(int fewerEntriesMax) {
        return new FeedList(List.copyOf(newestFirst.subList(0, Math.min(newestFirst.size(), fewerEntriesMax))), fewerEntriesMax);
    }
}
