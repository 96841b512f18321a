package baton.checker;

/// One sending of a visitor's message, over HTTP or straight to the topic.
///
/// @param acknowledged whether the sender was told that the log has it
public record Post(String conversationId, String messageId, String text, long beganNanos, long endedNanos, boolean acknowledged) {
}
