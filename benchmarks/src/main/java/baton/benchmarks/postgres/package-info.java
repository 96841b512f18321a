/// The other side: Baton's HTTP contract and rules as a plain service on PostgreSQL, as a team would write it who knows that database.
///
/// One row per conversation is state and inbox row in one; a command is one transaction: the row, its events, the outbox, the idempotency
/// key, the counters' moves, the notifications. A claim is one statement and one round trip; other commands are a lock, one statement that
/// writes everything, and a commit. A publisher puts the outbox on Kafka, in the order of each conversation's versions, and deletes what it has
/// published.
///
/// HTTP, rules and reads are [baton.benchmarks.rival]'s. The beans of this package are there where `baton.store` is `postgres`.
///
/// What it promises less: with `synchronous_commit` off, a crash of the database loses the last of what callers were told, and may have published it.
///
/// Start reading at [baton.benchmarks.postgres.PostgresCommands].
@Configuration
@Requires(property = "baton.store", value = "postgres")
package baton.benchmarks.postgres;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
