package baton.benchmarks.axon;

import baton.benchmarks.rival.ConversationRow;
import baton.benchmarks.rival.NotificationRow;
import baton.benchmarks.rival.Rows;
import baton.contract.Event;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.messaging.annotation.MetaDataValue;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/// Keeps the inbox: rows, counters and notifications. A batch of events is one read and one write, in the transaction that moves the token, so
/// that each event counts once, whatever crashes.
@ProcessingGroup(InboxProjection.NAME)
final class InboxProjection {

    /// Of the processor and its token.
    static final String NAME = "inbox";

    private static final String READ = "SELECT " + ConversationRow.COLUMNS + " FROM conversations c WHERE c.id = ANY (?)";

    /// Parameters, all JSON: rows, notifications, counters.
    private static final String WRITE = "WITH shown AS (" + ConversationRow.UPSERT + """
            ), told AS (
              INSERT INTO notifications SELECT * FROM jsonb_populate_recordset(NULL::notifications, ?::jsonb)
            )
            INSERT INTO counters SELECT * FROM jsonb_populate_recordset(NULL::counters, ?::jsonb)
              ON CONFLICT (list) DO UPDATE SET conversations = counters.conversations + excluded.conversations
            """;

    private final ConnectionProvider connections;

    InboxProjection(ConnectionProvider connections) {
        this.connections = connections;
    }

    private record Happened(Event event, boolean reopened) {
    }

    private record Counted(String list, long conversations) {
    }

    @EventHandler
    void on(Event event, @MetaDataValue(Conversation.REOPENED) Boolean reopened, UnitOfWork<?> batch) {
        List<Happened> happened = batch.getOrComputeResource(NAME, _ -> {
            List<Happened> all = new ArrayList<>();
            batch.onPrepareCommit(_ -> show(all));
            return all;
        });
        happened.add(new Happened(event, reopened != null));
    }

    private void show(List<Happened> happened) {
        try (Connection connection = connections.getConnection()) {
            Map<String, ConversationRow> rows = read(connection, happened);
            List<NotificationRow> notifications = new ArrayList<>();
            Map<String, Long> counts = new HashMap<>();
            for (Happened one : happened) {
                ConversationRow before = rows.get(one.event().conversationId());
                ConversationRow after = ConversationRow.apply(before, one.event());
                rows.put(after.id(), after);
                notifications.addAll(NotificationRow.tell(one.reopened(), after, List.of(one.event())));
                if (before != null) {
                    counts.merge(before.list(), -1L, Long::sum);
                }
                counts.merge(after.list(), 1L, Long::sum);
            }
            try (PreparedStatement write = connection.prepareStatement(WRITE)) {
                write.setString(1, Rows.json(List.copyOf(rows.values())));
                write.setString(2, Rows.json(notifications));
                write.setString(3, Rows.json(counts.entrySet().stream().filter(count -> count.getValue() != 0)
                        .map(count -> new Counted(count.getKey(), count.getValue())).toList()));
                write.executeUpdate();
            }
        } catch (SQLException e) {
            throw new JdbcException("a batch could not be shown", e);
        }
    }

    private static Map<String, ConversationRow> read(Connection connection, List<Happened> happened) throws SQLException {
        Map<String, ConversationRow> rows = new HashMap<>();
        try (PreparedStatement read = connection.prepareStatement(READ)) {
            read.setArray(1, connection.createArrayOf("text", happened.stream().map(one -> one.event().conversationId()).distinct().toArray()));
            ResultSet row = read.executeQuery();
            while (row.next()) {
                ConversationRow found = ConversationRow.of(row);
                rows.put(found.id(), found);
            }
        }
        return rows;
    }
}
