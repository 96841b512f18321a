package baton.simulation;

import baton.contract.Topic;
import baton.runtime.TextHeaders;
import java.util.LinkedHashMap;
import java.util.Map;

/// I12: nothing is skipped. What cannot be read is a dead letter of each of its readers, and nothing else is one. The decider writes it
/// once; readers without a guard of offsets may do so again where Kafka lets them read again.
final class LetterAudit {

    private static final String GUARDED = "assignment-service";

    private final Reading letters;
    /// Whether each has been found.
    private final Map<String, Boolean> expected = new LinkedHashMap<>();

    LetterAudit(Topics topics) {
        this.letters = new Reading(topics, Topic.DEAD_LETTERS);
    }

    void expects(String reader, Topic topic, int partition, long offset) {
        expected.putIfAbsent(name(reader, topic.name(""), String.valueOf(partition), String.valueOf(offset)), false);
    }

    private static String name(String reader, String topic, String partition, String offset) {
        return reader + " of " + topic + "-" + partition + " at " + offset;
    }

    void judge() {
        letters.read((_, _, entry) -> {
            String reader = TextHeaders.text(entry.headers(), "baton-read-by");
            String name = name(reader, TextHeaders.text(entry.headers(), "baton-origin-topic"),
                    TextHeaders.text(entry.headers(), "baton-origin-partition"), TextHeaders.text(entry.headers(), "baton-origin-offset"));
            Boolean before = expected.put(name, true);
            if (before == null) {
                throw new Breach("I12", "a dead letter of what can be read: " + name + ", " + TextHeaders.text(entry.headers(), "baton-reason"));
            }
            if (before && reader.equals(GUARDED)) {
                throw new Breach("I12", "a second dead letter: " + name);
            }
        });
    }

    void judgeEnd() {
        expected.forEach((name, found) -> {
            if (!found) {
                throw new Breach("I12", "a dead letter is missing: " + name);
            }
        });
    }
}
