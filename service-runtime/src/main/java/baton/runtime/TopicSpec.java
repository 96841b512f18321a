package baton.runtime;

import java.util.Map;

/// What a topic must be like.
public record TopicSpec(String name, int partitions, Map<String, String> config) {
    /// Freezes the configuration.
    public TopicSpec {
        config = Map.copyOf(config);
    }
}
