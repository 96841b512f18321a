/// What goes over the wire: commands, events, decisions, agents, groups, notifications, topics and their JSON.
///
/// Depends on the JDK and Jackson only, so that a channel or an analytics job can use it without the rest.
/// Start reading at [baton.contract.Event]: the public log is what everything else is made from.
package baton.contract;
