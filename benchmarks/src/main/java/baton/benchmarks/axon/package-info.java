/// A third side: the same contract on Axon Framework with its JDBC event store on PostgreSQL, as a team would set it up who knows that framework.
///
/// A conversation is an event-sourced aggregate that stays in memory; a command appends its events in one transaction. Two streaming event
/// processors follow the event store, each with a token that is committed together with what it has done: one puts events on Kafka, the
/// other keeps the inbox, its counters and the notifications.
///
/// HTTP, rules and reads are [baton.benchmarks.rival]'s. The beans of this package are there where `baton.store` is `axon`.
///
/// What it promises less: what [baton.benchmarks.postgres] does; a row shows a moment after its command is answered; and there is one instance.
///
/// Start reading at [baton.benchmarks.axon.Conversation], then [baton.benchmarks.axon.AxonApplication].
@Configuration
@Requires(property = "baton.store", value = "axon")
package baton.benchmarks.axon;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
