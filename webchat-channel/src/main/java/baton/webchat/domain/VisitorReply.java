package baton.webchat.domain;

import baton.contract.InvalidField;
import baton.contract.SentReply;
import java.time.Instant;

/// A reply as a visitor sees it.
///
/// @param replyId `<conversationId>:<version>`; equal ids are the same reply
public record VisitorReply(String replyId, String text, Instant at) {

    private static final int VERSION_DIGITS_MAX = 18;

    /// What an agent's reply is to its visitor; an [InvalidField] if its id is not one of its conversation.
    public static VisitorReply of(SentReply reply) {
        versionOf(reply.replyId(), reply.conversationId(), "replyId");
        return new VisitorReply(reply.replyId(), reply.text(), reply.at());
    }

    /// The version of the conversation that the reply made: later ones are greater, with gaps.
    long version() {
        return Long.parseLong(replyId.substring(replyId.lastIndexOf(':') + 1));
    }

    /// The version in the id of a reply of this conversation; 0 for null. An [InvalidField] if it is the id of anything else: a
    /// reader who resumes from another conversation's place would miss replies in silence.
    public static long versionOf(String replyId, String conversationId, String field) {
        if (replyId == null || replyId.isEmpty()) {
            return 0;
        }
        String begin = conversationId + ":";
        String digits = replyId.startsWith(begin) ? replyId.substring(begin.length()) : "";
        if (digits.isEmpty() || digits.length() > VERSION_DIGITS_MAX || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new InvalidField(field, "must be the replyId of a reply of this conversation");
        }
        return Long.parseLong(digits);
    }
}
