/// The other side: Baton's HTTP contract and rules as a plain service on PostgreSQL, as a team would write it who knows that database.
///
/// One row per conversation is state and inbox row in one; a command is one transaction: the row, its events, the outbox, the idempotency
/// key, the counters' moves, the notifications. A claim is one statement and one round trip; other commands are a lock, one statement that
/// writes everything, and a commit. A publisher puts the outbox on Kafka, in the order of each conversation's versions, and deletes what it has
/// published.
///
/// It has the words, limits and JSON of [baton.contract] and the HTTP stack of [baton.runtime] in common with Baton, so that what is
/// compared is the rest; nothing of Baton's services is on its class path. It has no live stream, and agents and groups are changed by
/// whoever may write their tables.
///
/// What it promises less: with `synchronous_commit` off, a crash of the database loses the last of what callers were told, and may have published it.
///
/// Start reading at [baton.benchmarks.postgres.Commands].
package baton.benchmarks.postgres;
