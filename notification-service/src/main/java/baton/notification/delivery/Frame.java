package baton.notification.delivery;

import java.nio.charset.StandardCharsets;

/// Bytes of a stream of server-sent events, one or more whole blocks. Shared by all listeners: never changed.
/// Source of the format: WHATWG HTML, section 9.2.
public record Frame(byte[] bytes) {

    private static final Frame PING = new Frame(utf8(":\n\n"));

    /// A comment, so that proxies and clients know that the stream lives.
    static Frame ping() {
        return PING;
    }

    /// A comment, so that the headers leave at once, and the id to resume from if nothing else comes. Without data no event
    /// is dispatched.
    static Frame ready(String id) {
        return new Frame(utf8(": ready\nid: " + id + "\n\n"));
    }

    /// An event.
    static Frame event(String id, String name, byte[] data) {
        byte[] head = utf8("id: " + id + "\nevent: " + name + "\ndata: ");
        byte[] bytes = new byte[head.length + data.length + 2];
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(data, 0, bytes, head.length, data.length);
        bytes[bytes.length - 2] = '\n';
        bytes[bytes.length - 1] = '\n';
        return new Frame(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
