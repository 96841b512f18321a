package baton.benchmarks.axon;

import baton.benchmarks.rival.Database;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import org.axonframework.common.jdbc.ConnectionProvider;
import org.axonframework.common.jdbc.ConnectionWrapperFactory;
import org.axonframework.common.jdbc.JdbcException;
import org.axonframework.common.transaction.Transaction;
import org.axonframework.common.transaction.TransactionManager;

/// One transaction of the database per unit of work, on the thread that it runs on: what Spring's transaction manager is elsewhere.
///
/// A connection is taken when it is first used, not when the unit of work begins: a command that waits for its conversation, or whose
/// conversation is in memory, holds none until it appends. Axon's own alternative without a transaction manager
/// (`UnitOfWorkAwareConnectionProviderWrapper`) knows units of work only, and would leave what is written outside of one uncommitted.
@Singleton
final class Transactions implements ConnectionProvider, TransactionManager {

    /// Whoever has begun the transaction ends it.
    private static final Transaction JOINED = new Transaction() {
        @Override
        public void commit() {
            // not its own
        }

        @Override
        public void rollback() {
            // not its own
        }
    };

    private final Database database;
    private final ThreadLocal<Begun> current = new ThreadLocal<>();

    Transactions(Database database) {
        this.database = database;
    }

    @Override
    public Transaction startTransaction() {
        if (current.get() != null) {
            return JOINED;
        }
        Begun begun = new Begun();
        current.set(begun);
        return begun;
    }

    /// The transaction's, which whoever has it may close without effect; outside of one, a connection that commits each statement.
    @Override
    public Connection getConnection() throws SQLException {
        Begun begun = current.get();
        return begun == null ? database.pooled() : begun.connection();
    }

    private final class Begun implements Transaction {
        private Connection connection;
        private Connection lent;

        Connection connection() throws SQLException {
            if (connection == null) {
                connection = database.pooled();
                connection.setAutoCommit(false);
                lent = ConnectionWrapperFactory.wrap(connection, new ConnectionWrapperFactory.NoOpCloseHandler());
            }
            return lent;
        }

        @Override
        public void commit() {
            end(Connection::commit, "committed");
        }

        @Override
        public void rollback() {
            end(Connection::rollback, "rolled back");
        }

        private void end(Ending ending, String what) {
            current.remove();
            if (connection == null) {
                return;
            }
            try (Connection ended = connection) {
                connection = null;
                ending.of(ended);
            } catch (SQLException e) {
                throw new JdbcException("a transaction could not be " + what, e);
            }
        }
    }

    private interface Ending {
        void of(Connection connection) throws SQLException;
    }
}
