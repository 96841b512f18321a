/// Baton as it is run in earnest: brokers and services as processes of their own, which can be killed, halted and cut off from each other.
///
/// Start reading at [baton.processes.Deployment].
package baton.processes;
