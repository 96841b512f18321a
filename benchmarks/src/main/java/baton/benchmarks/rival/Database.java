package baton.benchmarks.rival;

import baton.runtime.Problem;
import baton.runtime.Service;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The pool of connections, and what is there at a first start: the tables and the demo's team.
@Singleton
public final class Database implements Service {

    /// SQLSTATE: somebody else has written that key. Source: PostgreSQL 15, appendix A.
    public static final String UNIQUE_VIOLATION = "23505";

    private static final Duration CONNECTION_WITHIN = Duration.ofSeconds(5);
    private static final long SCHEMA_LOCK = 0xBA70_0001L;
    private static final String CONNECTION_EXCEPTIONS = "08";
    private static final String TEAM = """
            INSERT INTO agents SELECT id, initcap(id), id = 'sam', true, tstzmultirange(tstzrange(now(), NULL))
            FROM unnest('{ana,ben,chloe,sam}'::text[]) AS team(id) WHERE NOT EXISTS (SELECT FROM agents);
            INSERT INTO groups SELECT * FROM (VALUES ('sales', 'Sales', '{ana,ben}'::text[]), ('support', 'Support', '{chloe}'::text[])) AS team(id, name, members)
            WHERE NOT EXISTS (SELECT FROM groups);
            """;

    private final String url;
    private final int connections;
    private final List<String> tables;
    private volatile HikariDataSource pool;

    Database(@Value("${baton.database.url}") String url, @Value("${baton.database.connections}") int connections,
            @Value("${baton.database.tables}") List<String> tables) {
        this.url = url;
        this.connections = connections;
        this.tables = List.copyOf(tables);
    }

    /// What a request does with a connection.
    public interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public void start() throws SQLException, IOException {
        try (Connection connection = open(); var statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(" + SCHEMA_LOCK + ")");
            for (String name : tables) {
                statement.execute(sql(name));
            }
            statement.execute(TEAM);
        }
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(CONNECTION_WITHIN.toMillis());
        pool = new HikariDataSource(config);
    }

    private static String sql(String tables) throws IOException {
        try (InputStream sql = Database.class.getResourceAsStream("/sql/" + tables + ".sql")) {
            return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// A connection of one's own, for what listens or locks.
    public Connection open() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /// Does something on a connection of the pool that commits each statement.
    public <T> T run(Work<T> work) throws SQLException {
        try (Connection connection = pooled()) {
            return work.with(connection);
        } catch (SQLException e) {
            throw orOutcomeUnknown(e);
        }
    }

    /// The failure; or, where it was the connection's, throws what its caller has to know.
    public static SQLException orOutcomeUnknown(SQLException failure) {
        if (failure.getSQLState() != null && failure.getSQLState().startsWith(CONNECTION_EXCEPTIONS)) {
            throw Problem.outcomeUnknown("The database did not answer. Send it again with the same Idempotency-Key.").asException();
        }
        return failure;
    }

    /// A connection of the pool that commits each statement; closing it gives it back.
    public Connection pooled() throws SQLException {
        HikariDataSource open = pool;
        if (open == null) {
            throw Problem.unavailable("The database is not known yet.").asException();
        }
        try {
            return open.getConnection();
        } catch (SQLTransientConnectionException _) {
            throw Problem.overloaded("All connections are busy. Nothing was done.").asException();
        }
    }

    /// Does something in one transaction, which is rolled back by whatever is thrown.
    public <T> T inTransaction(Work<T> work) throws SQLException {
        return run(connection -> {
            connection.setAutoCommit(false);
            try {
                T result = work.with(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    @Override
    public Optional<String> notReadyBecause() {
        return pool == null ? Optional.of("the tables are not there yet") : Optional.empty();
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }
}
