package baton.benchmarks.rival;

import baton.contract.Ids;
import baton.contract.InvalidField;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads lists, counts and rows.
///
/// A page finds its keys first, in indexes alone: for each owner the next ones behind the cursor, one run of an index each; merges them; and reads
/// only the rows that it shows. Its cost grows with the page and the number of owners, not with the lists.
@Singleton
final class Inbox {

    private static final String WAITING_SINCE = "coalesce(c.waiting_since, 'infinity'::timestamptz)";

    private static final String COUNTS = """
            SELECT list, sum(n)::bigint FROM (
              SELECT list, conversations AS n FROM counters
              UNION ALL SELECT from_list, -1 FROM moves WHERE from_list IS NOT NULL
              UNION ALL SELECT to_list, 1 FROM moves) AS parts GROUP BY list
            """;

    private final Database database;

    Inbox(Database database) {
        this.database = database;
    }

    /// The orders of a list.
    enum Sort {
        NEWEST("c.last_activity_at", "DESC", "<"), OLDEST("c.last_activity_at", "ASC", ">"), WAITING(WAITING_SINCE, "ASC", ">");

        private final String column;
        private final String direction;
        private final String behind;

        Sort(String column, String direction, String behind) {
            this.column = column;
            this.direction = direction;
            this.behind = behind;
        }

        Instant time(ConversationRow row) {
            return this == WAITING ? row.waitingSince() : row.lastActivityAt();
        }

        private String order(String time, String id) {
            return " ORDER BY " + time + " " + direction + ", " + id + " " + direction;
        }
    }

    /// Which conversations a list shows.
    ///
    /// @param owners    whose open ones, [ConversationRow#NOBODY] for those that are nobody's
    /// @param completed whether those put away too
    record Selection(Set<String> owners, boolean completed) {
    }

    /// Where the next page begins: behind this place. `at` is null for those that do not wait.
    record Cursor(Sort sort, Instant at, String id) {
        private static final Pattern TEXT = Pattern.compile("(NEWEST|OLDEST|WAITING)/(-?\\d{1,19})/(" + Ids.PATTERN + ")");

        String text() {
            String plain = sort + "/" + (at == null ? Long.MAX_VALUE : at.toEpochMilli()) + "/" + id;
            return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
        }

        static Cursor parse(String text, Sort sort) {
            try {
                Matcher plain = TEXT.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
                if (plain.matches() && Sort.valueOf(plain.group(1)) == sort) {
                    long millis = Long.parseLong(plain.group(2));
                    return new Cursor(sort, millis == Long.MAX_VALUE ? null : Instant.ofEpochMilli(millis), plain.group(3));
                }
            } catch (IllegalArgumentException _) {
                // falls through: no base64, or a number too large
            }
            throw new InvalidField("cursor", "is not the nextCursor of a page of the same sort");
        }
    }

    /// A part of a list.
    record Page(List<ConversationRow> rows, Cursor next) {
    }

    Page page(Selection selection, Sort sort, Cursor cursor, int limit) throws SQLException {
        String sql = sql(sort, cursor != null, selection.completed());
        return database.run(connection -> {
            try (PreparedStatement select = connection.prepareStatement(sql)) {
                int at = 1;
                select.setArray(at++, connection.createArrayOf("text", selection.owners().toArray()));
                for (int part = 0; part < (selection.completed() ? 2 : 1); part++) {
                    if (cursor != null) {
                        select.setObject(at++, cursor.at() == null ? OffsetDateTime.MAX : cursor.at().atOffset(ZoneOffset.UTC));
                        select.setString(at++, cursor.id());
                    }
                    select.setInt(at++, limit + 1);
                }
                select.setInt(at, limit + 1);
                List<ConversationRow> rows = new ArrayList<>(limit + 1);
                ResultSet row = select.executeQuery();
                while (row.next()) {
                    rows.add(ConversationRow.of(row));
                }
                if (rows.size() <= limit) {
                    return new Page(rows, null);
                }
                List<ConversationRow> shown = rows.subList(0, limit);
                return new Page(shown, new Cursor(sort, sort.time(shown.getLast()), shown.getLast().id()));
            }
        });
    }

    private static String sql(Sort sort, boolean behind, boolean completed) {
        String rest = (behind ? " AND (" + sort.column + ", c.id) " + sort.behind + " (?, ?)" : "") + sort.order(sort.column, "c.id") + " LIMIT ?";
        String keys = "SELECT k.id, k.time FROM unnest(?::text[]) AS o(owner) CROSS JOIN LATERAL (SELECT c.id, " + sort.column
                + " AS time FROM conversations c WHERE c.owner = o.owner AND NOT c.completed" + rest + ") AS k";
        if (completed) {
            keys += " UNION ALL (SELECT c.id, " + sort.column + " AS time FROM conversations c WHERE c.completed" + rest + ")";
        }
        return "SELECT " + ConversationRow.COLUMNS + " FROM (SELECT id, time FROM (" + keys + ") AS runs" + sort.order("time", "id")
                + " LIMIT ?) AS page JOIN conversations c ON c.id = page.id" + sort.order("page.time", "page.id");
    }

    /// How many conversations each list holds.
    Map<String, Integer> counts() throws SQLException {
        return database.run(connection -> {
            try (PreparedStatement select = connection.prepareStatement(COUNTS)) {
                Map<String, Integer> counts = new HashMap<>();
                ResultSet row = select.executeQuery();
                while (row.next()) {
                    counts.put(row.getString(1), row.getInt(2));
                }
                return counts;
            }
        });
    }

    /// One conversation.
    Optional<ConversationRow> conversation(String id) throws SQLException {
        return database.run(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT " + ConversationRow.COLUMNS + " FROM conversations c WHERE c.id = ?")) {
                select.setString(1, id);
                ResultSet row = select.executeQuery();
                return row.next() ? Optional.of(ConversationRow.of(row)) : Optional.empty();
            }
        });
    }
}
