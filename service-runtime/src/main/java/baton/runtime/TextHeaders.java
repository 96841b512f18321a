package baton.runtime;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Headers of records whose values are texts, as all of Baton's are.
public final class TextHeaders {

    private TextHeaders() {
    }

    /// Headers with these names and texts, in the order of the map.
    public static Headers of(Map<String, String> texts) {
        RecordHeaders headers = new RecordHeaders();
        texts.forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    /// The text of the last header with this name; null if there is none, or it has no value.
    public static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : KafkaClients.keyText(header.value());
    }
}
