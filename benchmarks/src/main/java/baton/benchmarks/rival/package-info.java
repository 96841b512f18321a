/// What the services that Baton is compared with have in common: the HTTP contract, its rules, who there is, what is read, and what the
/// public reads on Kafka. How a command is made to last is what they differ in: [baton.benchmarks.postgres], [baton.benchmarks.axon].
///
/// Words, limits and JSON are those of [baton.contract] and the HTTP stack is [baton.runtime]'s, in common with Baton, so that what is compared is the
/// rest; nothing of Baton's services is on the class path. There is no live stream, and agents and groups are changed by whoever may write
/// their tables.
///
/// Start reading at [baton.benchmarks.rival.Commands] and [baton.benchmarks.rival.Rules].
package baton.benchmarks.rival;
