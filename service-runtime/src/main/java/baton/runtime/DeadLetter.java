package baton.runtime;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;

/// A record that could not be read, kept for operators: key and value are the original bytes; why and where from stand in the
/// headers.
public record DeadLetter(byte[] key, byte[] value, String reason, String topic, int partition, long offset, String readBy) {

    /// The headers.
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("baton-reason", reason);
        headers.put("baton-origin-topic", topic);
        headers.put("baton-origin-partition", String.valueOf(partition));
        headers.put("baton-origin-offset", String.valueOf(offset));
        headers.put("baton-read-by", readBy);
        return headers;
    }

    /// The record on the topic of dead letters.
    public ProducerRecord<byte[], byte[]> toRecord(String deadLetters) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>(deadLetters, key, value);
        headers().forEach((name, text) -> letter.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return letter;
    }
}
