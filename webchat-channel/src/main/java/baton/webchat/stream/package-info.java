/// The two topics: what visitors write goes out on one, what agents reply comes in on the other.
///
/// Depends on the domain, event-contract and service-runtime. Start reading at [baton.webchat.stream.WebchatChannel].
package baton.webchat.stream;
