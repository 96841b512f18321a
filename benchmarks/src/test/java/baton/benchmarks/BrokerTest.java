package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BrokerTest {

    private static LogDirDescription folder(Map<TopicPartition, Long> bytes) {
        return new LogDirDescription(null, bytes.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, one -> new ReplicaInfo(one.getValue(), 0, false))));
    }

    @Test
    void addsUpPartitionsAndFoldersByTopicWithoutTheBrokersOwnLog() {
        assertThat(Broker.bytesByTopic(List.of(
                folder(Map.of(new TopicPartition("events", 0), 10L, new TopicPartition("events", 1), 5L, new TopicPartition("__cluster_metadata", 0), 99L)),
                folder(Map.of(new TopicPartition("events", 2), 1L, new TopicPartition("agents", 0), 7L)))))
                .containsExactly(entry("agents", 7L), entry("events", 16L));
    }

    @Test
    void growthIsOfThoseThatHaveGrown() {
        assertThat(Broker.growth(Map.of("events", 10L, "agents", 7L, "compacted", 9L), Map.of("events", 12L, "agents", 7L, "compacted", 3L, "new", 4L)))
                .containsExactly(entry("events", 2L), entry("new", 4L));
    }
}
