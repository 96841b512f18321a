package baton.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes of a stream of server-sent events, one or more whole blocks. May be shared by many listeners: never changed.
/// Source of the format: WHATWG HTML, section 9.2.
public record Frame(byte[] bytes) {

    private static final String READY = ": ready\n";
    private static final String ID = "id: ";
    private static final Frame COMMENT = new Frame(utf8(":\n\n"));

    /// A comment, so that proxies and clients know that the stream lives.
    public static Frame comment() {
        return COMMENT;
    }

    /// A comment, so that the headers leave at once, and the id to resume from if nothing else comes. Without data no event
    /// is dispatched.
    public static Frame ready(String id) {
        return new Frame(utf8(READY + ID + id + "\n\n"));
    }

    /// The comment and an event in one block, for an event whose id must not be known to a client that has not got it.
    public static Frame readyWith(Frame event) {
        return new Frame(joined(utf8(READY), event.bytes));
    }

    /// An event.
    public static Frame event(String id, String name, byte[] data) {
        return new Frame(joined(id(id), utf8("event: " + name + "\ndata: "), data, utf8("\n\n")));
    }

    /// This event with another id, for a client that came to it another way; not of what begins with a comment.
    public Frame withId(String id) {
        if (bytes[0] == ':') {
            throw new IllegalStateException("no event: " + new String(bytes, StandardCharsets.UTF_8));
        }
        int line = 0; // which is that of the id
        while (bytes[line] != '\n') {
            line++;
        }
        return new Frame(joined(id(id), Arrays.copyOfRange(bytes, line + 1, bytes.length)));
    }

    private static byte[] id(String id) {
        return utf8(ID + id + "\n");
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
