package baton.runtime;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// A record that could not be read, kept for operators: key and value are the original bytes; why and where from stand in the
/// headers. Of a record that would not fit into a letter, only the headers are kept: they say where it stands.
public record DeadLetter(byte[] key, byte[] value, String reason, String topic, int partition, long offset, String readBy) {

    /// Bytes of key and value that a letter carries. Brokers and producers take 1 MiB by default, and a letter has headers besides;
    /// what a channel sent compressed may be larger than that.
    static final int BYTES_MAX = 1_000_000;

    /// Leaves out what no broker would take, because a letter that is refused would hold back every record behind it.
    public DeadLetter {
        long bytes = (key == null ? 0L : key.length) + (value == null ? 0L : value.length);
        if (bytes > BYTES_MAX) {
            key = null;
            value = null;
            reason = reason + "; its " + bytes + " bytes are too many for a letter, see its origin";
        }
    }

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
        return new ProducerRecord<>(deadLetters, null, key, value, TextHeaders.of(headers()));
    }

    /// The record that a processor forwards to the topic of dead letters, for one that it could not read.
    ///
    /// @param origin where the record stands that could not be read
    public static Record<byte[], byte[]> of(Record<byte[], byte[]> unread, RecordMetadata origin, String reason, String readBy) {
        var letter = new DeadLetter(unread.key(), unread.value(), reason, origin.topic(), origin.partition(), origin.offset(), readBy);
        return new Record<>(letter.key(), letter.value(), Math.max(0, unread.timestamp()), TextHeaders.of(letter.headers()));
    }
}
