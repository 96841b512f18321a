package baton.notification.domain;

import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Notification;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in the one total order of notifications: time, then conversation, then version. As a text
/// (`<milliseconds>-<version>-<conversationId>`) it is the id of a feed's item, fit for a URL.
public record FeedPlace(long atMillis, String conversationId, long version) implements Comparable<FeedPlace> {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,15})-([0-9]{1,18})-(" + Ids.PATTERN + ")");
    private static final Comparator<FeedPlace> ORDER = Comparator.comparingLong(FeedPlace::atMillis)
            .thenComparing(FeedPlace::conversationId)
            .thenComparingLong(FeedPlace::version);

    /// Where a notification stands.
    public static FeedPlace of(Notification notification) {
        return new FeedPlace(notification.at().toEpochMilli(), notification.conversationId(), notification.version());
    }

    /// The place with this text; [InvalidField] names `field` if it is none.
    public static FeedPlace parse(String text, String field) {
        if (text == null) {
            throw new InvalidField(field, "is missing");
        }
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidField(field, "must be the id of a notification");
        }
        return new FeedPlace(Long.parseLong(matcher.group(1)), matcher.group(3), Long.parseLong(matcher.group(2)));
    }

    /// The text.
    public String text() {
        return atMillis + "-" + version + "-" + conversationId;
    }

    @Override
    public int compareTo(FeedPlace other) {
        return ORDER.compare(this, other);
    }
}
