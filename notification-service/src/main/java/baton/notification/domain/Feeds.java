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
/// For each recipient, and once for everyone, the newest [#FEED_ENTRIES_MAX] are kept. An agent's feed is her own and
/// everyone's, in one order, as far back as both reach: so nothing is missing between two items. The same event for the same
/// recipient is there once. One thread takes in, any thread reads.
public final class Feeds {

    /// Notifications that are kept for a recipient.
    public static final int FEED_ENTRIES_MAX = 500;

    private final int entriesMax;
    private final Map<String, FeedList> lists = new ConcurrentHashMap<>();

    /// Empty ones.
    public Feeds() {
        this(FEED_ENTRIES_MAX);
    }

    Feeds(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /// Takes in one record of the topic.
    public void take(String recipient, Notification notification) {
        lists.merge(recipient, FeedList.empty(entriesMax).with(notification), (list, _) -> list.with(notification));
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
        FeedList own = lists.getOrDefault(agent.id(), FeedList.empty(entriesMax));
        FeedList everyones = lists.getOrDefault(Notification.EVERYONE, FeedList.empty(entriesMax));
        return merge(
                own.newestFirst().stream().filter(notification -> everyones.reaches(FeedPlace.of(notification))),
                everyones.newestFirst().stream()
                        .filter(notification -> own.reaches(FeedPlace.of(notification)))
                        .filter(notification -> NotificationPolicy.sees(agent, Notification.EVERYONE, notification)));
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
