package baton.benchmarks.postgres;

import baton.benchmarks.rival.Commands;
import baton.benchmarks.rival.ConversationRow;
import baton.benchmarks.rival.Database;
import baton.benchmarks.rival.EventRow;
import baton.benchmarks.rival.NotificationRow;
import baton.benchmarks.rival.Rows;
import baton.benchmarks.rival.Rules;
import baton.benchmarks.rival.Rules.Asked;
import baton.benchmarks.rival.Rules.Ruling;
import baton.contract.Command;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Reason;
import baton.contract.Refusal;
import baton.contract.Status;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Takes commands: each in one transaction, answered when it is committed.
///
/// A claim or a change of owner that the rules allow is one statement that commits by itself ([#ASSIGN]): it locks the row, checks the rules,
/// writes everything, in one round trip. Whatever it does not allow, and every other command, takes the long way: lock and read, decide
/// in Java, write everything in one statement, commit. So a refusal is explained, and a repeated key answered, by one piece of code.
@Singleton
final class PostgresCommands implements Commands {

    private static final int ATTEMPTS_MAX = 5;

    /// Parameters: id, agent, caller, mayTake, ifMatch, key, fingerprint, commandId.
    ///
    /// `was` locks the newest version of the row, whatever the snapshot of the statement is; PostgreSQL follows the row to that version in
    /// `done` too (READ COMMITTED, "EvalPlanQual"). The same key at the same time is found by its primary key: the loser takes the long way. (Not `NOT EXISTS` for the key: an
    /// anti-join may be planned as a scan of all keys; a scalar is looked up.)
    private static final String ASSIGN = """
            WITH asked AS MATERIALIZED (
              SELECT ?::text AS id, ?::text AS agent, ?::text AS caller, ?::boolean AS may_take, ?::bigint AS if_match, ?::text AS key,
                     ?::text AS fingerprint, ?::text AS command_id
            ), was AS MATERIALIZED (
              SELECT c.id, c.owner, c.version, greatest(c.at, date_trunc('milliseconds', clock_timestamp())) AS now, c.channel, c.visitor_id, c.visitor_name
              FROM conversations c, asked
              WHERE c.id = asked.id AND NOT c.completed AND c.owner <> asked.agent
                AND (asked.may_take OR c.owner IN ('', asked.caller))
                AND (asked.if_match IS NULL OR c.version = asked.if_match)
                AND (SELECT k.version FROM commands k WHERE k.conversation_id = c.id AND k.command_id = asked.key) IS NULL
              FOR NO KEY UPDATE OF c
            ), done AS (
              UPDATE conversations c SET owner = asked.agent, since = was.now, at = was.now, version = was.version + 1
              FROM was, asked WHERE c.id = was.id
              RETURNING c.version
            ), told_log AS (
              INSERT INTO events (conversation_id, version, at, type, actor_type, actor_id, command_id, assignee, previous_assignee, reason)
              SELECT was.id, was.version + 1, was.now, 'conversation.assigned', 'agent', caller, command_id, agent, nullif(was.owner, ''), 'manual'
              FROM was, asked
            ), told_outbox AS (
              INSERT INTO outbox (conversation_id, version) SELECT was.id, was.version + 1 FROM was
            ), told_counters AS (
              INSERT INTO moves SELECT was.owner, agent FROM was, asked
            ), told_agent AS (
              INSERT INTO notifications (recipient, at, conversation_id, version, type, by, assignee, channel, visitor_id, visitor_name)
              SELECT agent, was.now, was.id, was.version + 1, 'conversation.assigned', caller, agent, was.channel, was.visitor_id, was.visitor_name
              FROM was, asked WHERE agent <> caller
            ), remembered AS (
              INSERT INTO commands (conversation_id, command_id, fingerprint, at, version, events, completed, owner)
              SELECT was.id, key, fingerprint, was.now, was.version + 1, 1, false, agent FROM was, asked WHERE key IS NOT NULL
            )
            SELECT done.version, was.now, was.owner FROM was, done
            """;

    /// Parameters: key, fingerprint's owner of which is asked for by the same key, id.
    private static final String LOCK = "SELECT " + ConversationRow.COLUMNS + """
            , date_trunc('milliseconds', clock_timestamp()), k.fingerprint, k.version, k.events, k.completed, k.owner, k.since, k.refusal
            FROM conversations c LEFT JOIN commands k ON k.conversation_id = c.id AND k.command_id = ?
            WHERE c.id = ? FOR NO KEY UPDATE OF c
            """;
    private static final int AFTER_CONVERSATION = 15;

    private static final String HAS_MESSAGE = "SELECT date_trunc('milliseconds', clock_timestamp()), "
            + "EXISTS (SELECT FROM messages WHERE conversation_id = ? AND message_id = ?)";

    /// Parameters, all JSON: the row, events, notifications, commands, messages, moves.
    private static final String WRITE = "WITH state AS (" + ConversationRow.UPSERT + """
            ), log AS (
              INSERT INTO events SELECT * FROM jsonb_populate_recordset(NULL::events, ?::jsonb)
              RETURNING conversation_id, version
            ), unpublished AS (
              INSERT INTO outbox (conversation_id, version) SELECT conversation_id, version FROM log ORDER BY version
            ), told AS (
              INSERT INTO notifications SELECT * FROM jsonb_populate_recordset(NULL::notifications, ?::jsonb)
            ), remembered AS (
              INSERT INTO commands SELECT * FROM jsonb_populate_recordset(NULL::commands, ?::jsonb)
            ), received AS (
              INSERT INTO messages SELECT * FROM jsonb_populate_recordset(NULL::messages, ?::jsonb)
            )
            INSERT INTO moves SELECT * FROM jsonb_populate_recordset(NULL::moves, ?::jsonb)
            """;

    private final Database database;
    private final Bell bell;

    PostgresCommands(Database database, Bell bell) {
        this.database = database;
        this.bell = bell;
    }

    private record CommandRow(String conversationId, String commandId, String fingerprint, Instant at, long version, int events, boolean completed,
            String owner, Instant since, String refusal) {
    }

    private record MessageRow(String conversationId, String messageId) {
    }

    private record Move(String fromList, String toList) {
    }

    private record Locked(ConversationRow conversation, Instant now, Decision first) {
    }

    @Override
    public Decision take(Asked asked) throws SQLException {
        Decision decision = null;
        if (asked.body() instanceof Command.AssignAgent assign) {
            decision = assign(asked, assign.agentId());
        }
        if (decision == null) {
            decision = retrying(connection -> decide(connection, asked));
        }
        if (decision instanceof Decision.Accepted accepted && !accepted.events().isEmpty() && !accepted.duplicate()) {
            bell.ring();
        }
        return decision;
    }

    @Override
    public void receive(Asked asked) throws SQLException {
        if (retrying(connection -> receive(connection, asked))) {
            bell.ring();
        }
    }

    @Override
    public boolean remembers(String conversationId, String key) throws SQLException {
        return database.run(connection -> {
            try (PreparedStatement select = connection.prepareStatement("SELECT FROM commands WHERE conversation_id = ? AND command_id = ?")) {
                select.setString(1, conversationId);
                select.setString(2, key);
                return select.executeQuery().next();
            }
        });
    }

    /// The short way; null where it changes nothing, for whatever reason.
    private Decision assign(Asked asked, String agentId) throws SQLException {
        try {
            return database.run(connection -> {
                try (PreparedStatement assign = connection.prepareStatement(ASSIGN)) {
                    assign.setString(1, asked.conversationId());
                    assign.setString(2, agentId);
                    assign.setString(3, asked.actor().id());
                    assign.setBoolean(4, asked.mayTakeFromAnybody());
                    assign.setObject(5, asked.ifMatch(), Types.BIGINT);
                    assign.setString(6, asked.key());
                    assign.setString(7, asked.fingerprint());
                    assign.setString(8, asked.commandId());
                    ResultSet done = assign.executeQuery();
                    if (!done.next()) {
                        return null;
                    }
                    String before = done.getString(3);
                    var event = new Decision.Caused(EventType.CONVERSATION_ASSIGNED, done.getLong(1), ConversationRow.instant(done, 2), agentId,
                            before.equals(ConversationRow.NOBODY) ? null : before, Reason.MANUAL);
                    return new Decision.Accepted(asked.conversationId(), event.version(), Status.OPEN, agentId, List.of(event), false);
                }
            });
        } catch (SQLException e) {
            if (Database.UNIQUE_VIOLATION.equals(e.getSQLState())) {
                return null;
            }
            throw e;
        }
    }

    /// A key, a message or a conversation that somebody wrote at the same time shows at the next attempt.
    private <T> T retrying(Database.Work<T> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.inTransaction(work);
            } catch (SQLException e) {
                if (!Database.UNIQUE_VIOLATION.equals(e.getSQLState()) || attempt == ATTEMPTS_MAX) {
                    throw e;
                }
            }
        }
    }

    private Decision decide(Connection connection, Asked asked) throws SQLException {
        Locked locked = lock(connection, asked);
        if (locked == null) {
            return Rules.refused(null, asked, Refusal.CONVERSATION_NOT_FOUND);
        }
        if (locked.first() != null) {
            return locked.first();
        }
        ConversationRow before = locked.conversation();
        Ruling ruling = Rules.decide(before, asked, locked.now());
        ConversationRow after = fold(before, ruling.events());
        Decision decision = ruling.refusal() == null
                ? Rules.accepted(after, ruling.events())
                : Rules.refused(before, asked, ruling.refusal());
        List<CommandRow> remembered = asked.key() == null ? List.of() : List.of(new CommandRow(asked.conversationId(), asked.key(),
                asked.fingerprint(), locked.now(), after.version(), ruling.events().size(), after.completed(), after.owner(),
                ruling.refusal() == null ? null : before.since(), ruling.refusal() == null ? null : ruling.refusal().name()));
        write(connection, before, after, ruling.events(), remembered, List.of());
        return decision;
    }

    private boolean receive(Connection connection, Asked asked) throws SQLException {
        Locked locked = lock(connection, asked);
        String messageId = ((Command.ReceiveMessage) asked.body()).messageId();
        Instant now;
        try (PreparedStatement select = connection.prepareStatement(HAS_MESSAGE)) {
            select.setString(1, asked.conversationId());
            select.setString(2, messageId);
            ResultSet row = select.executeQuery();
            row.next();
            if (row.getBoolean(2)) {
                return false;
            }
            now = ConversationRow.instant(row, 1);
        }
        ConversationRow before = locked == null ? null : locked.conversation();
        Ruling ruling = Rules.decide(before, asked, now);
        write(connection, before, fold(before, ruling.events()), ruling.events(), List.of(), List.of(new MessageRow(asked.conversationId(), messageId)));
        return true;
    }

    private static ConversationRow fold(ConversationRow before, List<Event> events) {
        ConversationRow after = before;
        for (Event event : events) {
            after = ConversationRow.apply(after, event);
        }
        return after;
    }

    /// The conversation, locked, with what its key led to before; null if there is none.
    private static Locked lock(Connection connection, Asked asked) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(LOCK)) {
            select.setString(1, asked.key());
            select.setString(2, asked.conversationId());
            ResultSet row = select.executeQuery();
            if (!row.next()) {
                return null;
            }
            ConversationRow conversation = ConversationRow.of(row);
            Instant now = ConversationRow.instant(row, AFTER_CONVERSATION);
            String fingerprint = row.getString(AFTER_CONVERSATION + 1);
            if (fingerprint == null) {
                return new Locked(conversation, now, null);
            }
            if (!fingerprint.equals(asked.fingerprint())) {
                return new Locked(conversation, now, Rules.refused(conversation, asked, Refusal.COMMAND_ID_REUSED));
            }
            return new Locked(conversation, now, first(connection, asked, row));
        }
    }

    private static Decision first(Connection connection, Asked asked, ResultSet row) throws SQLException {
        long version = row.getLong(AFTER_CONVERSATION + 2);
        int events = row.getInt(AFTER_CONVERSATION + 3);
        boolean completed = row.getBoolean(AFTER_CONVERSATION + 4);
        String owner = row.getString(AFTER_CONVERSATION + 5);
        String assignee = owner.equals(ConversationRow.NOBODY) ? null : owner;
        Instant since = ConversationRow.instant(row, AFTER_CONVERSATION + 6);
        String refusal = row.getString(AFTER_CONVERSATION + 7);
        if (refusal != null) {
            return new Decision.Refused(asked.conversationId(), version, Refusal.valueOf(refusal), assignee, since, true);
        }
        List<Decision.Caused> caused = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT " + EventRow.COLUMNS
                + " FROM events e WHERE e.conversation_id = ? AND e.version > ? AND e.version <= ? ORDER BY e.version")) {
            select.setString(1, asked.conversationId());
            select.setLong(2, version - events);
            select.setLong(3, version);
            ResultSet found = select.executeQuery();
            while (found.next()) {
                caused.add(Decision.Caused.of(EventRow.of(found).event()));
            }
        }
        return new Decision.Accepted(asked.conversationId(), version, completed ? Status.COMPLETED : Status.OPEN, assignee, caused, true);
    }

    private static void write(Connection connection, ConversationRow before, ConversationRow after, List<Event> events, List<CommandRow> remembered,
            List<MessageRow> received) throws SQLException {
        if (events.isEmpty() && remembered.isEmpty()) {
            return;
        }
        String from = before == null ? null : before.list();
        List<Move> moves = after.list().equals(from) ? List.of() : List.of(new Move(from, after.list()));
        try (PreparedStatement write = connection.prepareStatement(WRITE)) {
            write.setString(1, Rows.json(events.isEmpty() ? List.of() : List.of(after)));
            write.setString(2, Rows.json(events.stream().map(EventRow::of).toList()));
            write.setString(3, Rows.json(NotificationRow.tell(before != null && before.completed(), after, events)));
            write.setString(4, Rows.json(remembered));
            write.setString(5, Rows.json(received));
            write.setString(6, Rows.json(moves));
            write.executeUpdate();
        }
    }
}
