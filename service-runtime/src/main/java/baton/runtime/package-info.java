/// What every service needs and none of them is about: the life of a Kafka Streams application, topics, tables and tails of
/// the log, settings, problems over HTTP, health.
///
/// Depends on Kafka and Micronaut, never on Baton's words: no conversation, no agent.
/// Start reading at [baton.runtime.Service], which is what a service is to its process.
package baton.runtime;
