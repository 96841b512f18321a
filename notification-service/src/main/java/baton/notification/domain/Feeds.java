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
/// stays, and only further back than everyone's reach it stands alone. The same event for the same recipient is there once. One
/// thread takes in, any thread reads.
public final class Feeds {

    /// Notifications that are kept of those for one agent alone.
    public static final int OWN_ENTRIES_MAX = 500;
    /// Notifications that are kept of those for everyone: once, not for each agent.
    public static final int EVERYONES_ENTRIES_MAX = 2_000;

    private final int ownEntriesMax;
    private final int everyonesEntriesMax;
    private final Map<String, FeedList> lists = new ConcurrentHashMap<>();

    /// Empty ones.
    public Feeds() {
        this(OWN_ENTRIES_MAX, EVERYONES_ENTRIES_MAX);
    }

    Feeds(int ownEntriesMax, int everyonesEntriesMax) {
        this.ownEntriesMax = ownEntriesMax;
        this.everyonesEntriesMax = everyonesEntriesMax;
    }

    /// Takes in one record of the topic.
    public void take(String recipient, Notification notification) {
        lists.compute(recipient, (_, list) -> (list == null ? empty(recipient) : list).with(notification));
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
        return merge(list(agent.id()).newestFirst().stream(),
                list(Notification.EVERYONE).newestFirst().stream()
                        .filter(notification -> NotificationPolicy.sees(agent, Notification.EVERYONE, notification)));
    }

    private FeedList list(String recipient) {
        return lists.getOrDefault(recipient, empty(recipient));
    }

    private FeedList empty(String recipient) {
        return FeedList.empty(recipient.equals(Notification.EVERYONE) ? everyonesEntriesMax : ownEntriesMax);
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
