/// The inbox as a fold over events, and its ordered pages. Knows the JDK and event-contract only.
///
/// Start reading at [baton.inbox.domain.InboxFold], then [baton.inbox.domain.InboxShard].
package baton.inbox.domain;
