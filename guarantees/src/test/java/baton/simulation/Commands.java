package baton.simulation;

import baton.contract.Topic;
import baton.runtime.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// The writing end of `conversation-commands`. The log gives each record its time, by the clock of the broker that leads the partition.
final class Commands {

    private final World world;
    private int ids;

    Commands(World world) {
        this.world = world;
    }

    /// Appends a command.
    ///
    /// @param callId who waits for it, or null
    void append(int partition, byte[] key, byte[] value, String callId) {
        long offset = write(partition, key, value, callId, null);
        world.auditor().appended(partition, offset, value, callId, world.logTime(partition));
    }

    /// What assignment-service does for each partition when it starts: it asks to reopen a conversation that there is not.
    void appendProbe(int partition) {
        append(partition, "~probe-", 1, "{\"type\":\"reopen-conversation\"}");
    }

    /// From there on, the partition is decided by another version of the rules.
    void appendSwitch(int partition, int version) {
        append(partition, "~rules-", version, "{\"type\":\"switch-rules\",\"version\":" + version + "}");
    }

    private void append(int partition, String prefix, int rulesVersion, String body) {
        String id;
        byte[] key;
        do {
            id = prefix + ids++;
            key = KafkaClients.key(id);
        } while (KafkaClients.partition(key, world.topics().partitions()) != partition);
        append(partition, key, ("{\"rulesVersion\":" + rulesVersion + ",\"commandId\":\"" + id + "\",\"conversationId\":\"" + id
                + "\",\"actor\":{\"type\":\"system\",\"id\":\"baton\"},\"supervisor\":false,\"ownership\":\"owner\",\"ifMatch\":null,"
                + "\"body\":" + body + "}").getBytes(StandardCharsets.US_ASCII), (String) null);
    }

    /// Appends what is no command.
    void appendPoison(int partition, byte[] key, byte[] value) {
        long offset = write(partition, key, value, null, null);
        world.auditor().appendedPoison(partition, offset);
    }

    /// Appends a command in a transaction, which must never be done (C3).
    void append(int partition, byte[] key, byte[] value, Transaction transaction) {
        long offset = write(partition, key, value, null, transaction);
        world.auditor().appended(partition, offset, value, null, world.logTime(partition));
    }

    private long write(int partition, byte[] key, byte[] value, String callId, Transaction transaction) {
        RecordHeaders headers = new RecordHeaders();
        if (callId != null) {
            headers.add(Instance.WAITING, callId.getBytes(StandardCharsets.US_ASCII));
        }
        LogPartition log = world.topics().of(Topic.CONVERSATION_COMMANDS).get(partition);
        long offset = log.end();
        Instant time = world.logTime(partition);
        if (transaction == null) {
            log.append(new LogPartition.Entry(key, value, headers, time.toEpochMilli(), null, false));
        } else {
            transaction.append(log, key, value, headers, time.toEpochMilli());
        }
        return offset;
    }
}
