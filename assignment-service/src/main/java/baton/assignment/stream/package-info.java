/// The deciding application: commands in, events out, exactly once, and the answer as soon as a command is decided.
///
/// The rules are in `domain`; here is what keeps them true on Kafka. The conditions C1 to C8 under which an answer may leave before
/// its transaction commits are in docs/ARCHITECTURE.md. Start reading at [baton.assignment.stream.DecideCommands].
package baton.assignment.stream;
