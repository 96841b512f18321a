package baton.notification.domain;

import baton.contract.Agent;
import baton.contract.Notification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The feeds of all agents: a fold over the topic `notifications`.
///
/// An agent's feed is her own notifications and everyone's, in one order. Of her own the newest [#OWN_ENTRIES_MAX] are kept, of
/// everyone's the newest [#EVERYONES_ENTRIES_MAX], each bound by itself: however many there are for everyone, what was for her alone
/// stays, and only further back than everyone's reach it stands alone. All agents' own together are bounded by [#ENTRIES_MAX]: where there
/// are so many agents that this would be passed, each has half as many, or a quarter, and so on, the newest. The same event for the same
/// recipient is there once. The same records give the same feeds, in whatever order. One thread takes in, any thread reads.
public final class Feeds {

    /// Notifications that are kept of those for one agent alone.
    public static final int OWN_ENTRIES_MAX = 500;
    /// Notifications that are kept of those for everyone: once, not for each agent.
    public static final int EVERYONES_ENTRIES_MAX = 2_000;

    /// Notifications that are kept of all agents' own together. One takes about 700 bytes.
    public static final int ENTRIES_MAX = 200_000;

    private final int everyonesEntriesMax;
    private final int entriesMax;
    private final Map<String, FeedList> lists = new ConcurrentHashMap<>();
    private int ownEntriesMax;

    /// Empty ones.
    public Feeds() {
        this(OWN_ENTRIES_MAX, EVERYONES_ENTRIES_MAX, ENTRIES_MAX);
    }

    Feeds(int ownEntriesMax, int everyonesEntriesMax, int entriesMax) {
        this.ownEntriesMax = ownEntriesMax;
        this.everyonesEntriesMax = everyonesEntriesMax;
        this.entriesMax = entriesMax;
    }

    /// Takes in one record of the topic.
    public void take(String recipient, Notification notification) {
        FeedList list = lists.get(recipient);
        if (list == null) {
            list = new FeedList(recipient.equals(Notification.EVERYONE) ? everyonesEntriesMax : ownEntriesMax);
            lists.put(recipient, list);
            makeRoom();
        }
        list.add(notification);
    }

    private void makeRoom() {
        int agents = lists.size() - (lists.containsKey(Notification.EVERYONE) ? 1 : 0);
        int max = ownEntriesMax;
        while (max > 1 && (long) agents * max > entriesMax) {
            max /= 2;
        }
        if (max < ownEntriesMax) {
            ownEntriesMax = max;
            lists.forEach((recipient, list) -> {
                if (!recipient.equals(Notification.EVERYONE)) {
                    list.atMost(ownEntriesMax);
                }
            });
        }
    }

    /// The items older than `before` (null: the newest), at most `limit`.
    ///
    /// @param readUpTo the last place that she has read, or null
    public FeedPage page(Agent agent, FeedPlace readUpTo, FeedPlace before, int limit) {
        List<Notification> feed = feed(agent);
        List<Notification> older = feed.stream()
                .filter(notification -> before == null || FeedPlace.of(notification).compareTo(before) < 0)
                .limit(limit + 1L)
                .toList();
        List<FeedItem> items = older.stream()
                .limit(limit)
                .map(notification -> FeedItem.of(notification, !unread(notification, readUpTo)))
                .toList();
        return new FeedPage(items, countUnread(feed, readUpTo), older.size() > limit ? items.getLast().id() : null);
    }

    /// How many of her feed are newer than what she has read.
    public int unread(Agent agent, FeedPlace readUpTo) {
        return countUnread(feed(agent), readUpTo);
    }

    private List<Notification> feed(Agent agent) {
        return merge(newestFirst(agent.id()).stream(),
                newestFirst(Notification.EVERYONE).stream()
                        .filter(notification -> NotificationPolicy.whoSees(Notification.EVERYONE, notification).test(agent)));
    }

    private List<Notification> newestFirst(String recipient) {
        FeedList list = lists.get(recipient);
        return list == null ? List.of() : list.newestFirst();
    }

    private static List<Notification> merge(Stream<Notification> own, Stream<Notification> everyones) {
        List<Notification> merged = new ArrayList<>(Stream.concat(own, everyones).toList());
        merged.sort(java.util.Comparator.comparing(FeedPlace::of).reversed()); // two sorted runs: the sort merges them
        return merged;
    }

    private static int countUnread(List<Notification> feed, FeedPlace readUpTo) {
        return (int) feed.stream().filter(notification -> unread(notification, readUpTo)).count();
    }

    private static boolean unread(Notification notification, FeedPlace readUpTo) {
        return readUpTo == null || FeedPlace.of(notification).compareTo(readUpTo) > 0;
    }
}
