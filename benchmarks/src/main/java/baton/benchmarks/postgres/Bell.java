package baton.benchmarks.postgres;

import baton.benchmarks.rival.Database;
import baton.runtime.Service;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Tells the publisher, on whichever instance it is, that there is something in the outbox: `NOTIFY`, on a connection of its own, after
/// the commit, once for all commits since the last time.
///
/// Not inside the commands' transactions: a transaction that notifies holds a lock of the whole database until its commit is on disk, so that
/// commits go one after the other and none is shared. Source: PostgreSQL 15, `src/backend/commands/async.c`, `PreCommit_Notify`. Who crashes
/// between commit and `NOTIFY` delays an event by the publisher's fallback interval, and loses none.
@Singleton
final class Bell implements Service {

    /// The channel.
    static final String OUTBOX = "outbox";

    private static final long PAUSE_NANOS = 2_000_000;
    private static final long RETRY_SECONDS = 1;

    private final Database database;
    private final Semaphore rung = new Semaphore(0);
    private volatile Thread thread;
    private volatile boolean closed;

    Bell(Database database) {
        this.database = database;
    }

    /// There is something.
    void ring() {
        rung.release();
    }

    @Override
    public String name() {
        return "bell";
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("bell").start(this::work);
    }

    private void work() {
        while (!closed) {
            try (Connection connection = database.open(); Statement statement = connection.createStatement()) {
                statement.execute("SET synchronous_commit = off"); // there is nothing to be lost
                while (!closed) {
                    rung.acquire();
                    rung.drainPermits();
                    statement.execute("NOTIFY " + OUTBOX);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (InterruptedException _) {
                return;
            } catch (SQLException _) { // the fallback interval goes on working
                try {
                    TimeUnit.SECONDS.sleep(RETRY_SECONDS);
                } catch (InterruptedException _) {
                    return;
                }
            }
        }
    }

    @Override
    public Optional<String> notReadyBecause() {
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
