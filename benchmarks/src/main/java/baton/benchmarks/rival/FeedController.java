package baton.benchmarks.rival;

import baton.contract.EventType;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Notification;
import baton.contract.Visitor;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The caller's feed: her own notifications and everyone's, two runs of one index, merged.
@Controller("/api/notifications")
@ExecuteOn(TaskExecutors.BLOCKING)
class FeedController {

    private static final int UNREAD_MAX = 2_500;

    /// Everyone's are hers if she was active then and did not do it herself. Parameters: her id, the place before which, twice, limit, her id,
    /// her active periods, the place, limit, limit.
    private static final String FEED = feed("n.*", "(n.at, n.conversation_id, n.version) < (?, ?, ?)", "DESC");
    private static final String UNREAD = "SELECT count(*) FROM (" + feed("n.recipient, n.at, n.conversation_id, n.version",
            "(n.at, n.conversation_id, n.version) > (?, ?, ?)", "ASC") + ") AS unread";

    private final Database database;

    FeedController(Database database) {
        this.database = database;
    }

    /// A notification as its recipient sees it.
    @Introspected
    record FeedItem(String id, String eventId, String conversationId, long version, EventType type, Instant at, String by, boolean read,
            String assignee, String channel, Visitor visitor, String text) {
    }

    /// A part of a feed, newest first.
    @Introspected
    record FeedPage(List<FeedItem> items, int unread, String nextBefore) {
    }

    /// Up to where the caller has read.
    @Introspected
    record ReadUpTo(String upTo) {
    }

    /// How many are not read.
    @Introspected
    record Unread(int unread) {
    }

    /// A place in the one order of notifications.
    private record Place(Instant at, String conversationId, long version) implements Comparable<Place> {
        private static final Pattern TEXT = Pattern.compile("([0-9]{1,15})-([0-9]{1,18})-(" + Ids.PATTERN + ")");
        private static final Place FIRST = new Place(Instant.EPOCH, "", 0);
        private static final Place LAST = new Place(Instant.parse("9999-12-31T00:00:00Z"), "", 0);

        static Place parse(String text, String field) {
            Matcher place = TEXT.matcher(text == null ? "" : text);
            if (!place.matches()) {
                throw new InvalidField(field, "must be the id of a notification");
            }
            return new Place(Instant.ofEpochMilli(Long.parseLong(place.group(1))), place.group(3), Long.parseLong(place.group(2)));
        }

        String text() {
            return at.toEpochMilli() + "-" + version + "-" + conversationId;
        }

        int set(PreparedStatement statement, int from) throws SQLException {
            statement.setObject(from, at.atOffset(ZoneOffset.UTC));
            statement.setString(from + 1, conversationId);
            statement.setLong(from + 2, version);
            return from + 3;
        }

        @Override
        public int compareTo(Place other) {
            return java.util.Comparator.comparing(Place::at).thenComparing(Place::conversationId).thenComparingLong(Place::version).compare(this, other);
        }
    }

    private static String feed(String columns, String where, String direction) {
        String order = " ORDER BY n.at " + direction + ", n.conversation_id " + direction + ", n.version " + direction + " LIMIT ?";
        return "SELECT n.* FROM ((SELECT " + columns + " FROM notifications n WHERE n.recipient = ? AND " + where + order + ") UNION ALL (SELECT "
                + columns + " FROM notifications n WHERE n.recipient = '" + Notification.EVERYONE + "' AND n.except_agent IS DISTINCT FROM ? "
                + "AND n.at <@ ?::tstzmultirange AND " + where + order + ")) AS n" + order;
    }

    private static PreparedStatement feed(Connection connection, String sql, Agents.Agent agent, Place place, int limit) throws SQLException {
        PreparedStatement select = connection.prepareStatement(sql);
        select.setString(1, agent.id());
        int at = place.set(select, 2);
        select.setInt(at++, limit);
        select.setString(at++, agent.id());
        select.setString(at++, agent.activePeriods());
        at = place.set(select, at);
        select.setInt(at++, limit);
        select.setInt(at, limit);
        return select;
    }

    @Get
    FeedPage page(Caller caller, @QueryValue(defaultValue = "50") @Min(1) @Max(200) int limit, @QueryValue @Nullable String before) throws SQLException {
        Place place = before == null ? Place.LAST : Place.parse(before, "before");
        return database.run(connection -> {
            Place read = read(connection, caller.id());
            List<FeedItem> items = new ArrayList<>();
            try (PreparedStatement select = feed(connection, FEED, caller.agent(), place, limit + 1)) {
                ResultSet row = select.executeQuery();
                while (row.next()) {
                    items.add(item(row, read));
                }
            }
            boolean more = items.size() > limit;
            List<FeedItem> shown = more ? items.subList(0, limit) : items;
            return new FeedPage(shown, unread(connection, caller, read), more ? shown.getLast().id() : null);
        });
    }

    @Post("/read")
    Unread read(Caller caller, @Body ReadUpTo read) throws SQLException {
        Place upTo = Place.parse(read.upTo(), "upTo");
        return database.run(connection -> {
            try (PreparedStatement upsert = connection.prepareStatement("""
                    INSERT INTO notification_reads AS r VALUES (?, ?, ?, ?) ON CONFLICT (agent) DO UPDATE
                    SET at = excluded.at, conversation_id = excluded.conversation_id, version = excluded.version
                    WHERE (r.at, r.conversation_id, r.version) < (excluded.at, excluded.conversation_id, excluded.version)
                    """)) {
                upsert.setString(1, caller.id());
                upTo.set(upsert, 2);
                upsert.executeUpdate();
            }
            return new Unread(unread(connection, caller, read(connection, caller.id())));
        });
    }

    private static Place read(Connection connection, String agent) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT at, conversation_id, version FROM notification_reads WHERE agent = ?")) {
            select.setString(1, agent);
            ResultSet row = select.executeQuery();
            return row.next() ? new Place(ConversationRow.instant(row, 1), row.getString(2), row.getLong(3)) : Place.FIRST;
        }
    }

    /// Counted up to a bound: a feed holds no more on the other side either.
    private static int unread(Connection connection, Caller caller, Place read) throws SQLException {
        try (PreparedStatement select = feed(connection, UNREAD, caller.agent(), read, UNREAD_MAX)) {
            ResultSet row = select.executeQuery();
            row.next();
            return row.getInt(1);
        }
    }

    private static FeedItem item(ResultSet row, Place read) throws SQLException {
        Place place = new Place(ConversationRow.instant(row, 2), row.getString(3), row.getLong(4));
        return new FeedItem(place.text(), Ids.eventId(place.conversationId(), place.version()), place.conversationId(), place.version(),
                EventType.ofWireName(row.getString(5)).orElseThrow(), place.at(), row.getString(6), place.compareTo(read) <= 0, row.getString(7),
                row.getString(8), new Visitor(row.getString(9), row.getString(10)), row.getString(11));
    }
}
