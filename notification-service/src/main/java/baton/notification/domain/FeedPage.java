package baton.notification.domain;

import java.util.List;

/// A part of a feed, newest first.
///
/// @param unread     how many of the whole feed are newer than what was read
/// @param nextBefore the id to ask for older ones with, or null if there are none
public record FeedPage(List<FeedItem> items, int unread, String nextBefore) {

    /// Freezes the list.
    public FeedPage {
        items = List.copyOf(items);
    }
}
