/// A chat for visitors: a page, and a small channel behind it. It is a client of two topics, writes `channel-messages` and reads
/// `conversation-replies`, and knows nothing else of Baton: no agent, no owner, no status message.
///
/// It is meant to be read by whoever connects the next channel; `docs/CHANNELS.md` is the text to it. Start reading at
/// [baton.webchat.stream.MessageWriter] for the way in and at [baton.webchat.stream.ReplyTail] for the way out.
package baton.webchat;
