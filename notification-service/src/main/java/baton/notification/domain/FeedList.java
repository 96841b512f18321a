package baton.notification.domain;

import baton.contract.Notification;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/// The newest notifications of one recipient, each once. One thread adds, any thread reads.
///
/// They come almost in their order, so the next one goes behind the last, and only what is late is looked up: a start reads all there are,
/// so none of them may cost a copy of the list.
final class FeedList {

    private static final Comparator<Notification> OLDEST_FIRST = Comparator.comparing(FeedPlace::of);

    /// Guarded by this.
    private final List<Notification> oldestFirst = new ArrayList<>();
    private int entriesMax;

    /// @param entriesMax older ones than so many are left out
    FeedList(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /// Adds one, unless it is in already or older than what is kept.
    synchronized void add(Notification notification) {
        int size = oldestFirst.size();
        int at = size;
        if (size > 0 && OLDEST_FIRST.compare(oldestFirst.getLast(), notification) >= 0) {
            int found = Collections.binarySearch(oldestFirst, notification, OLDEST_FIRST);
            if (found >= 0) {
                return;
            }
            at = -found - 1;
        }
        if (at > 0 || size < entriesMax) {
            oldestFirst.add(at, notification);
            keep();
        }
    }

    /// Keeps the newest, and no more than this from now on.
    synchronized void atMost(int fewerEntriesMax) {
        entriesMax = fewerEntriesMax;
        keep();
    }

    private void keep() {
        if (oldestFirst.size() > entriesMax) {
            oldestFirst.subList(0, oldestFirst.size() - entriesMax).clear();
        }
    }

    /// As they are at this moment.
    synchronized List<Notification> newestFirst() {
        return new ArrayList<>(oldestFirst).reversed();
    }
}
