package baton.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Bytes of a stream of server-sent events, one or more whole blocks. May be shared by many listeners: never changed.
/// Source of the format: WHATWG HTML, section 9.2.
public record Frame(byte[] bytes) {

    private static final String READY = ": ready\n";
    private static final Frame COMMENT = new Frame(utf8(":\n\n"));

    /// A comment, so that proxies and clients know that the stream lives.
    public static Frame comment() {
        return COMMENT;
    }

    /// A comment, so that the headers leave at once, and the id to resume from if nothing else comes. Without data no event
    /// is dispatched.
    public static Frame ready(String id) {
        return new Frame(utf8(READY + "id: " + id + "\n\n"));
    }

    /// The comment and an event in one block, for an event whose id must not be known to a client that has not got it.
    public static Frame readyWith(Frame event) {
        return new Frame(joined(utf8(READY), event.bytes));
    }

    /// An event.
    public static Frame event(String id, String name, byte[] data) {
        return new Frame(joined(utf8("id: " + id + "\nevent: " + name + "\ndata: "), data, utf8("\n\n")));
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
