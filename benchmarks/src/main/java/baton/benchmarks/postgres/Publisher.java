package baton.benchmarks.postgres;

import baton.benchmarks.rival.Database;
import baton.benchmarks.rival.EventRow;
import baton.benchmarks.rival.PublicLog;
import baton.contract.Event;
import baton.runtime.Service;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts the outbox on Kafka: takes rows out, sends their events, and commits when all are acknowledged. One instance at a time does it, the
/// one that has the lock. In order per conversation, because rows were numbered while their conversation was locked; at least once, because
/// a crash between the acknowledgement and the commit sends again, which readers recognise by the version.
///
/// The same worker adds up the counters' moves, and forgets old idempotency keys.
@Singleton
final class Publisher implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final long PUBLISHER_LOCK = 0xBA70_0002L;
    private static final int BATCH_MAX = 1_000;
    private static final int LOOK_EVERY_MILLIS = 250;
    private static final int LEAD_EVERY_SECONDS = 2;
    private static final Duration COUNTED_EVERY = Duration.ofMillis(100);
    private static final Duration FORGOTTEN_EVERY = Duration.ofMinutes(10);

    /// Exactly the rows that were seen: a row with a lower number may be committed a moment later. An array, because of a join the planner would think
    /// by the size that the table had once.
    private static final String TAKE = "WITH taken AS (DELETE FROM outbox WHERE seq = ANY (ARRAY(SELECT seq FROM outbox ORDER BY seq LIMIT " + BATCH_MAX
            + ")) RETURNING seq, conversation_id, version) SELECT " + EventRow.COLUMNS + """
            , c.channel, c.origin_visitor_id
            FROM taken t JOIN events e USING (conversation_id, version) JOIN conversations c ON c.id = e.conversation_id ORDER BY t.seq
            """;
    private static final int AFTER_EVENT = 17;

    private static final String COUNT = """
            WITH moved AS (
              DELETE FROM moves RETURNING from_list, to_list
            ), sums AS (
              SELECT list, sum(n) AS n FROM (SELECT from_list AS list, -1 AS n FROM moved WHERE from_list IS NOT NULL
                UNION ALL SELECT to_list, 1 FROM moved) AS ends GROUP BY list HAVING sum(n) <> 0
            )
            INSERT INTO counters SELECT list, n FROM sums ON CONFLICT (list) DO UPDATE SET conversations = counters.conversations + excluded.conversations
            """;

    private static final String FORGET = "DELETE FROM commands WHERE at < now() - interval '1 day'";

    private final Database database;
    private final PublicLog log;
    private volatile Connection working;
    private volatile Thread thread;
    private volatile boolean closed;
    private long countedAt;
    private long forgottenAt;

    Publisher(Database database, PublicLog log) {
        this.database = database;
        this.log = log;
    }

    @Override
    public String name() {
        return "publisher";
    }

    @Override
    public void start() throws Exception {
        if (database.notReadyBecause().isPresent()) {
            throw new IllegalStateException("the tables are not there yet");
        }
        log.open();
        thread = Thread.ofPlatform().name("publisher").start(this::work);
    }

    private void work() {
        while (!closed) {
            try (Connection connection = database.open()) {
                working = connection;
                lead(connection);
            } catch (InterruptedException _) {
                return;
            } catch (SQLException | ExecutionException | TimeoutException | RuntimeException e) {
                if (closed) {
                    return;
                }
                LOG.warn("the outbox could not be published and is tried again", e);
                try {
                    TimeUnit.SECONDS.sleep(1);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    /// Publishes for as long as this instance has the lock, which it has until its connection ends.
    private void lead(Connection connection) throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + Bell.OUTBOX);
            while (!closed && !locked(statement)) {
                TimeUnit.SECONDS.sleep(LEAD_EVERY_SECONDS);
            }
        }
        connection.setAutoCommit(false);
        try (PreparedStatement take = connection.prepareStatement(TAKE);
                PreparedStatement count = connection.prepareStatement(COUNT);
                PreparedStatement forget = connection.prepareStatement(FORGET)) {
            while (!closed) {
                int published = publish(connection, take);
                long now = System.nanoTime();
                if (now - countedAt > COUNTED_EVERY.toNanos()) {
                    countedAt = now;
                    count.executeUpdate();
                    connection.commit();
                }
                if (now - forgottenAt > FORGOTTEN_EVERY.toNanos()) {
                    forgottenAt = now;
                    forget.executeUpdate();
                    connection.commit();
                }
                if (published < BATCH_MAX) {
                    connection.unwrap(PGConnection.class).getNotifications(LOOK_EVERY_MILLIS);
                }
            }
        }
    }

    private static boolean locked(Statement statement) throws SQLException {
        ResultSet lock = statement.executeQuery("SELECT pg_try_advisory_lock(" + PUBLISHER_LOCK + ")");
        lock.next();
        return lock.getBoolean(1);
    }

    private int publish(Connection connection, PreparedStatement take) throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        int rows = 0;
        try (ResultSet row = take.executeQuery()) {
            for (; row.next(); rows++) {
                Event event = EventRow.of(row).event();
                sent.add(log.send(event));
                if (event instanceof Event.ReplySent reply) {
                    sent.add(log.send(reply, row.getString(AFTER_EVENT), row.getString(AFTER_EVENT + 1)));
                }
            }
        }
        PublicLog.await(sent);
        connection.commit();
        return rows;
    }

    @Override
    public Optional<String> notReadyBecause() {
        return thread == null ? Optional.of("the topics are not there yet") : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (working != null) {
                working.abort(Runnable::run);
            }
        } catch (SQLException e) {
            LOG.debug("a connection did not close", e);
        }
        if (thread != null) {
            thread.interrupt();
        }
        log.close();
    }
}
