package baton.benchmarks.rival;

import baton.runtime.Service;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agents and groups, in memory; read again whenever the database tells that they have changed, and every few seconds anyway.
@Singleton
final class Agents implements Service {

    private static final Logger LOG = LoggerFactory.getLogger(Agents.class);
    private static final int READ_EVERY_MILLIS = 5_000;
    private static final long RETRY_SECONDS = 1;

    private final Database database;
    private volatile Directory directory;
    private volatile Thread thread;
    private volatile Connection listening;
    private volatile boolean closed;

    /// @param activePeriods as PostgreSQL writes them: a tstzmultirange
    record Agent(String id, String name, boolean supervisor, boolean active, String activePeriods) {
    }

    record Directory(Map<String, Agent> agents, Map<String, List<String>> groups) {
    }

    Agents(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "agents";
    }

    @Override
    public void start() {
        if (database.notReadyBecause().isPresent()) {
            throw new IllegalStateException("the tables are not there yet");
        }
        thread = Thread.ofVirtual().name("agents").start(this::work);
    }

    private void work() {
        while (!closed) {
            try (Connection connection = database.open(); Statement statement = connection.createStatement()) {
                listening = connection;
                statement.execute("LISTEN directory");
                while (!closed) {
                    directory = read(statement);
                    connection.unwrap(PGConnection.class).getNotifications(READ_EVERY_MILLIS);
                }
            } catch (SQLException e) {
                if (closed) {
                    return;
                }
                LOG.warn("agents cannot be read and are what they were", e);
                try {
                    TimeUnit.SECONDS.sleep(RETRY_SECONDS);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    private static Directory read(Statement statement) throws SQLException {
        Map<String, Agent> agents = new TreeMap<>();
        ResultSet row = statement.executeQuery("SELECT id, name, supervisor, active, active_periods::text FROM agents");
        while (row.next()) {
            agents.put(row.getString(1), new Agent(row.getString(1), row.getString(2), row.getBoolean(3), row.getBoolean(4), row.getString(5)));
        }
        Map<String, List<String>> groups = new TreeMap<>();
        row = statement.executeQuery("SELECT id, members FROM groups");
        while (row.next()) {
            groups.put(row.getString(1), List.copyOf(Arrays.asList((String[]) row.getArray(2).getArray())));
        }
        return new Directory(agents, groups);
    }

    /// All agents by id, active or not.
    Map<String, Agent> all() {
        return directory.agents();
    }

    /// The members of the groups.
    Map<String, List<String>> groups() {
        return directory.groups();
    }

    Optional<Agent> agent(String id) {
        return Optional.ofNullable(directory.agents().get(id));
    }

    /// Her name, or her id if nobody knows her.
    String nameOf(String id) {
        return agent(id).map(Agent::name).orElse(id);
    }

    @Override
    public Optional<String> notReadyBecause() {
        return directory == null ? Optional.of("the agents are not known yet") : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (listening != null) {
                listening.close();
            }
        } catch (SQLException e) {
            LOG.debug("a connection did not close", e);
        }
        if (thread != null) {
            thread.interrupt();
        }
    }
}
