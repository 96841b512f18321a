/// The rules of ownership: pure, total, the same answer for ever. Knows the JDK and event-contract only.
///
/// Start reading at [baton.assignment.domain.Rules], which is the whole table of who may do what; what has changed since is in
/// [baton.assignment.domain.RulesVersion].
package baton.assignment.domain;
