package baton.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/// Reads a stream of server-sent events. Source of the format: WHATWG HTML, section 9.2.
final class EventReader {

    private final BufferedReader lines;
    private String id = "";

    /// An event.
    ///
    /// @param id where to resume behind it; empty if none was said so far
    record Event(String id, String type, String data) {
    }

    EventReader(InputStream bytes) {
        this.lines = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
    }

    /// The next event, or null when the stream has ended; an event that was not finished is none.
    Event next() throws IOException {
        StringJoiner data = new StringJoiner("\n");
        data.setEmptyValue("");
        boolean dispatch = false;
        String type = "message";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (dispatch) {
                    return new Event(id, type, data.toString());
                }
                type = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1 + (line.startsWith(" ", colon + 1) ? 1 : 0));
            switch (field) {
                case "data" -> {
                    data.add(value);
                    dispatch = true;
                }
                case "event" -> type = value.isEmpty() ? "message" : value;
                case "id" -> id = value.indexOf('\0') < 0 ? value : id;
                default -> {
                    // what begins with a colon is a comment, and other fields are nobody's
                }
            }
        }
        return null;
    }
}
