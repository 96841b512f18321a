package baton.directory;

import baton.contract.Topic;
import baton.runtime.RuntimeSettings;
import baton.runtime.TopicSpec;
import java.util.Arrays;
import java.util.List;

/// The contract's topics, as this deployment has them.
public final class Topics {

    private Topics() {
    }

    /// What these topics must be like.
    public static List<TopicSpec> specs(RuntimeSettings settings, Topic... topics) {
        return Arrays.stream(topics)
                .map(topic -> new TopicSpec(topic.name(settings.topicPrefix()), topic.partitions(settings.partitions()), topic.config()))
                .toList();
    }
}
