/// The inbox over HTTP. Start reading at [baton.inbox.http.InboxController].
package baton.inbox.http;
