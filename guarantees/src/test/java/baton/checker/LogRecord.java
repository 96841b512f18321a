package baton.checker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Map;

/// A record as anybody with a Kafka client sees it, in words.
public record LogRecord(String topic, int partition, long offset, Instant time, String key, String value, Map<String, String> headers) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Where it stands.
    public record Place(String topic, int partition, long offset) {
        @Override
        public String toString() {
            return topic + "-" + partition + " at " + offset;
        }
    }

    public Place place() {
        return new Place(topic, partition, offset);
    }

    /// Its value; throws where that is no JSON.
    public JsonNode json() {
        return parse(value);
    }

    static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
