package baton.simulation;

import baton.contract.Topic;
import baton.runtime.KafkaClients;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// The log: all topics of a deployment with their partitions.
final class Topics {

    private final Map<Topic, List<LogPartition>> topics = new EnumMap<>(Topic.class);
    private int partitions;

    Topics(int partitions) {
        this.partitions = partitions;
        for (Topic topic : Topic.values()) {
            topics.put(topic, new ArrayList<>());
            IntStream.range(0, topic.partitions(partitions)).forEach(_ -> topics.get(topic).add(new LogPartition()));
        }
    }

    List<LogPartition> of(Topic topic) {
        return topics.get(topic);
    }

    static Topic named(String name) {
        for (Topic topic : Topic.values()) {
            if (topic.name("").equals(name)) {
                return topic;
            }
        }
        throw new IllegalArgumentException("no topic " + name);
    }

    /// Where a sink writes a record with this key.
    LogPartition home(Topic topic, byte[] key) {
        List<LogPartition> here = of(topic);
        return here.size() == 1 || key == null ? here.getFirst() : here.get(KafkaClients.partition(key, here.size()));
    }

    /// How many partitions conversations are spread over.
    int partitions() {
        return partitions;
    }

    /// What must never be done (C2): one more partition for the topics that conversations are spread over.
    void grow() {
        partitions++;
        for (Topic topic : Topic.values()) {
            while (topics.get(topic).size() < topic.partitions(partitions)) {
                topics.get(topic).add(new LogPartition());
            }
        }
    }
}
