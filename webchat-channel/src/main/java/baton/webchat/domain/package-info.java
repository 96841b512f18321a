/// What the channel remembers of replies, how often a visitor may come, and who she is. Pure: no clock, no Kafka, no HTTP.
///
/// Knows the JDK and event-contract only.
package baton.webchat.domain;
