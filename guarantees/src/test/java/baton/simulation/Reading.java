package baton.simulation;

import baton.contract.Topic;
import java.util.ArrayList;
import java.util.List;

/// Reads a topic as anybody may who reads committed records: each once, in order.
final class Reading {

    /// Takes one record.
    interface Reader {

        void read(int partition, long offset, LogPartition.Entry entry);
    }

    private final Topics topics;
    private final Topic topic;
    private final List<Long> positions = new ArrayList<>();

    Reading(Topics topics, Topic topic) {
        this.topics = topics;
        this.topic = topic;
    }

    /// Reads what has come since.
    void read(Reader reader) {
        List<LogPartition> partitions = topics.of(topic);
        for (int partition = 0; partition < partitions.size(); partition++) {
            if (positions.size() == partition) {
                positions.add(0L);
            }
            LogPartition log = partitions.get(partition);
            long position = log.next(positions.get(partition));
            for (; position < log.stableEnd(); position = log.next(position + 1)) {
                reader.read(partition, position, log.at(position));
            }
            positions.set(partition, position);
        }
    }
}
