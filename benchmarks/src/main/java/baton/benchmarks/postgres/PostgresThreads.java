package baton.benchmarks.postgres;

import baton.benchmarks.rival.Database;
import baton.benchmarks.rival.EventRow;
import baton.benchmarks.rival.Threads;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Reads threads: one run of the primary key of `events`.
@Singleton
final class PostgresThreads implements Threads {

    private final Database database;

    PostgresThreads(Database database) {
        this.database = database;
    }

    @Override
    public List<EventRow> newest(String conversationId, long before, int limit) throws SQLException {
        return database.run(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT " + EventRow.COLUMNS + " FROM events e WHERE e.conversation_id = ? "
                    + "AND e.version < ? AND e.type <> 'conversation.opened' ORDER BY e.version DESC LIMIT ?")) {
                select.setString(1, conversationId);
                select.setLong(2, before);
                select.setInt(3, limit);
                List<EventRow> rows = new ArrayList<>();
                ResultSet row = select.executeQuery();
                while (row.next()) {
                    rows.add(EventRow.of(row));
                }
                return rows.reversed();
            }
        });
    }
}
