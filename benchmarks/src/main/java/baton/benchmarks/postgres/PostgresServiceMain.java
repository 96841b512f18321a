package baton.benchmarks.postgres;

import baton.runtime.Launch;

/// Starts the service on PostgreSQL as a process of its own.
public final class PostgresServiceMain {

    private PostgresServiceMain() {
    }

    public static void main(String[] args) {
        Launch.andStay("postgres-service", args);
    }
}
