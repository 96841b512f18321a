/// The visitor's side: her session, what she writes, what she is answered, live. And the page that uses it, which is in the resources.
///
/// Depends on stream and domain. Start reading at [baton.webchat.http.VisitorController].
package baton.webchat.http;
