package baton.benchmarks.rival;

import java.sql.SQLException;
import java.util.List;

/// Reads what has happened to a conversation.
public interface Threads {

    /// The newest events that a thread shows, oldest first.
    ///
    /// @param before only versions before this one
    List<EventRow> newest(String conversationId, long before, int limit) throws SQLException;
}
