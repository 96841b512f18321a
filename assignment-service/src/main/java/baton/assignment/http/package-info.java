/// The edge: who asks, whether what they ask is well formed, and the answer. Everything that needs the conversation's state is decided
/// behind the log, not here.
///
/// Start reading at [baton.assignment.http.ConversationsController].
package baton.assignment.http;
