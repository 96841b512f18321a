package baton.contract;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/// The topics, who may write them, and how long they are kept. A deployment may put a prefix before the names.
public enum Topic {
    /// Inbound messages of visitors; written by chat channels, read by assignment-service.
    CHANNEL_MESSAGES("channel-messages", Spread.BY_CONVERSATION, keptFor(7)),
    /// Everything that can change a conversation, in one order; written and read by assignment-service only, never in a
    /// transaction. The log's own time orders it.
    CONVERSATION_COMMANDS("conversation-commands", Spread.BY_CONVERSATION, forEver("LogAppendTime")),
    /// The public log; written by assignment-service.
    CONVERSATION_EVENTS("conversation-events", Spread.BY_CONVERSATION, forEver("CreateTime")),
    /// What agents wrote, safe for visitors; written by assignment-service, read by channels.
    CONVERSATION_REPLIES("conversation-replies", Spread.BY_CONVERSATION, keptFor(7)),
    /// Agents by id; written by assignment-service.
    AGENTS("agents", Spread.ONE_PARTITION, compacted()),
    /// Groups by id; written by assignment-service.
    GROUPS("groups", Spread.ONE_PARTITION, compacted()),
    /// One record per event and recipient; written by notification-service.
    NOTIFICATIONS("notifications", Spread.BY_CONVERSATION, keptFor(30)),
    /// Read up to, by agent id; written by notification-service.
    NOTIFICATION_READS("notification-reads", Spread.ONE_PARTITION, compacted()),
    /// Settings by agent id; written by notification-service.
    NOTIFICATION_SETTINGS("notification-settings", Spread.ONE_PARTITION, compacted()),
    /// What could not be read, for operators; written by all but webchat-channel.
    DEAD_LETTERS("dead-letters", Spread.ONE_PARTITION, keptFor(30));

    /// How many partitions a topic has.
    public enum Spread {
        /// The deployment's number, which never changes.
        BY_CONVERSATION,
        /// One: small, and in one order.
        ONE_PARTITION
    }

    private final String baseName;
    private final Spread spread;
    private final Map<String, String> config;

    Topic(String baseName, Spread spread, Map<String, String> config) {
        this.baseName = baseName;
        this.spread = spread;
        this.config = Map.copyOf(config);
    }

    /// The name in a deployment with this prefix, which may be empty.
    public String name(String prefix) {
        return prefix + baseName;
    }

    /// The number of partitions in a deployment that spreads conversations over `partitions`.
    public int partitions(int partitions) {
        return spread == Spread.ONE_PARTITION ? 1 : partitions;
    }

    /// What its configuration must be; verified at each start.
    public Map<String, String> config() {
        return new TreeMap<>(config);
    }

    private static Map<String, String> forEver(String timestampType) {
        return Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1",
                "message.timestamp.type", timestampType);
    }

    /// The policy is said because a cluster's default may be another: compaction would drop all but the last reply or
    /// notification of a key.
    private static Map<String, String> keptFor(int days) {
        return Map.of("cleanup.policy", "delete", "retention.ms", String.valueOf(Duration.ofDays(days).toMillis()));
    }

    private static Map<String, String> compacted() {
        return Map.of("cleanup.policy", "compact");
    }
}
