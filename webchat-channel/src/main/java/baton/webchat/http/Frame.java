package baton.webchat.http;

import baton.contract.Json;
import baton.webchat.domain.VisitorReply;
import java.nio.charset.StandardCharsets;

/// Bytes of a stream of server-sent events, one whole block. Source of the format: WHATWG HTML, section 9.2.
record Frame(byte[] bytes) {

    /// A comment, so that the headers leave at once, and later that everybody between knows that the stream lives.
    static Frame comment() {
        return new Frame(utf8(":\n\n"));
    }

    /// A reply, whose id is where to resume.
    static Frame of(VisitorReply reply) {
        return new Frame(utf8("id: " + reply.replyId() + "\nevent: reply\ndata: "
                + new String(Json.write(reply), StandardCharsets.UTF_8) + "\n\n"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
