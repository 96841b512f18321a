package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.RocksMemory;
import baton.runtime.StartRefused;
import baton.standalone.Client.Answer;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// What replication promises (C1), on a cluster of three brokers of which some stop. The cluster's own default is Kafka's, one replica:
/// whatever has more has it because Baton asked for it.
class ReplicationIT {

    private static final List<String> CHANGELOGS = List.of("assignment-service-applied-offsets", "assignment-service-conversations",
            "inbox-projection-completed-count", "inbox-projection-completed-order", "inbox-projection-completed-rows",
            "inbox-projection-open-rows", "inbox-projection-threads", "notification-service-ownership");
    private static final List<String> TOPICS = List.of("agents", "channel-messages", "conversation-commands", "conversation-events",
            "conversation-replies", "dead-letters", "groups", "notification-reads", "notification-settings", "notifications", "view-rebuilds");

    /// Brokers tell at length of the others that this test takes from them.
    private static final List<Logger> BROKERS = List.of((Logger) LoggerFactory.getLogger("kafka"),
            (Logger) LoggerFactory.getLogger("org.apache.kafka.clients"));

    private static KafkaClusterTestKit cluster;
    private static Admin admin;

    @BeforeAll
    static void startTheCluster() throws Exception {
        BROKERS.forEach(logger -> logger.setLevel(Level.OFF));
        cluster = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder().setNumControllerNodes(1).setNumBrokerNodes(3).build())
                .setConfigProp("auto.create.topics.enable", "false")
                .setConfigProp("offsets.topic.replication.factor", "3")
                .setConfigProp("offsets.topic.num.partitions", "1")
                .setConfigProp("transaction.state.log.replication.factor", "3")
                .setConfigProp("transaction.state.log.min.isr", "2")
                .setConfigProp("transaction.state.log.num.partitions", "1")
                .setConfigProp("broker.session.timeout.ms", "2000") // how long a broker that comes back is refused
                .setConfigProp("broker.heartbeat.interval.ms", "300")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .setConfigProp("log.cleaner.dedupe.buffer.size", "8388608")
                .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
        admin = cluster.admin();
    }

    @AfterAll
    static void stopTheCluster() throws Exception {
        BROKERS.forEach(logger -> logger.setLevel(null));
        if (admin != null) { // null where the cluster did not start
            admin.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void createsNothingWithFewerReplicasAndAnswersOnlyWhatEnoughOfThemHave(@TempDir Path data) throws Exception {
        stop(2);
        try (Standalone baton = Standalone.start(options(data, "whole.").with("baton.decided-within", "3s"))) {
            await("a reason that names brokers and replicas", () -> baton.notReadyBecause().values(), reasons -> reasons.stream()
                    .filter(reason -> reason.endsWith("must be created with 3 replicas (baton.replicas), and the cluster has 2 brokers at this "
                            + "moment: start more, or accept fewer replicas with BATON_REPLICAS")).count() == 4);
            assertThat(topics("whole.")).isEmpty();

            start(2);
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            assertThat(Client.signIn(baton.url(), "webchat", baton.password()).message("c-1", "m-1", "hello").status()).isEqualTo(202);
            Journey.awaitConversation(ana, "c-1");
            assertThat(CHANGELOGS).as("what memory is divided by").hasSize(RocksMemory.STORES_OF_A_PARTITION);
            assertThat(topics("whole.")).isEqualTo(everything("whole.", "3 replicas, min.insync.replicas=2, unclean.leader.election.enable=false, message.timestamp.after.max.ms="
                    + Long.MAX_VALUE));

            stop(0); // two of three are enough
            assertThat(await("a claim", () -> ana.assign("c-1", "ana", "Idempotency-Key", "k-1"), answer -> answer.status() == 200).text("assignee"))
                    .isEqualTo("ana");
            assertThat(ana.conversation("c-1", 3).text("assignee")).isEqualTo("ana");

            // It has its place while there is a leader that says where the log ends: one that is alone, and may not advance its high
            // watermark, need not say so (KIP-207).
            try (Log.Later later = new Log(cluster.bootstrapServers()).later("whole.conversation-events")) {
                stop(1); // one is not, though it is the leader of everything and could write
                Answer unknown = ana.assign("c-1", "ben", "Idempotency-Key", "k-2");
                assertThat(unknown.status()).as(unknown.toString()).isEqualTo(503);
                assertThat(unknown.type()).isEqualTo("outcome-unknown");
                assertThat(later.next(1, Duration.ofSeconds(1))).as("nothing has come of it").isEmpty();

                start(1);
                assertThat(await("its outcome", () -> ana.assign("c-1", "ben", "Idempotency-Key", "k-2"), answer -> answer.status() == 200)
                        .text("assignee")).isEqualTo("ben");
                assertThat(later.next(1, Duration.ofSeconds(30))).extracting(Log.Entry::type).containsExactly("conversation.assigned");
            }
            assertThat(ana.conversation("c-1", 4).text("assignee")).isEqualTo("ben");
            start(0);
            assertThat(new Log(cluster.bootstrapServers()).read("whole.conversation-events")).extracting(Log.Entry::type)
                    .containsExactly("conversation.opened", "message.received", "conversation.assigned", "conversation.assigned");
        }
    }

    @Test
    void refusesWhatIsLessSafeThanPromisedUntilThatIsAcceptedOrMended(@TempDir Path data) throws Exception {
        create("poor.agents", 1, 2);
        create("poor.assignment-service-conversations-changelog", 1, 1);
        create("poor.inbox-projection-open-rows-changelog", 2, 2);
        create("poor.inbox-projection-threads-changelog", 3, 1);
        create("poor.notification-service-ownership-changelog", 3, 3); // more than promised
        try (Standalone baton = Standalone.start(options(data, "poor."))) {
            Map<String, String> reasons = await("three refusals", baton::notReadyBecause, all -> all.values().stream()
                    .filter(reason -> reason.startsWith("topics are not as they must be")).count() == 3);
            assertThat(reasons.get("agent-directory")).isEqualTo("topics are not as they must be: "
                    + "poor.agents has 1 replica and min.insync.replicas=2, baton.replicas=3 needs 3 and 2 "
                    + "(raise them with kafka-reassign-partitions.sh and kafka-configs.sh, or accept this with BATON_REPLICAS=1)");
            assertThat(reasons.get("assignment-service")).contains("poor.assignment-service-conversations-changelog has 1 replica and");
            assertThat(reasons.get("inbox-projection"))
                    .contains("poor.inbox-projection-open-rows-changelog has 2 replicas and min.insync.replicas=2, baton.replicas=3 needs 3 and 2")
                    .contains("poor.inbox-projection-threads-changelog has 3 replicas and min.insync.replicas=1, baton.replicas=3 needs 3 and 2")
                    .contains("accept this with BATON_REPLICAS=2");
            assertThatThrownBy(baton::awaitReady).isInstanceOf(StartRefused.class);
        }
        try (Standalone baton = Standalone.start(options(data, "poor.").with("baton.replicas", 1))) {
            baton.awaitReady();
        }
        raise("poor.");
        try (Standalone baton = Standalone.start(options(data, "poor."))) {
            baton.awaitReady();
        }
    }

    /// As docs/OPERATING.md says it is done.
    private static void raise(String prefix) throws Exception {
        Map<TopicPartition, Optional<NewPartitionReassignment>> everywhere = new HashMap<>();
        Map<ConfigResource, Collection<AlterConfigOp>> inSync = new HashMap<>();
        for (String topic : topics(prefix).keySet()) {
            everywhere.put(new TopicPartition(topic, 0), Optional.of(new NewPartitionReassignment(List.of(0, 1, 2))));
            inSync.put(new ConfigResource(ConfigResource.Type.TOPIC, topic),
                    List.of(new AlterConfigOp(new ConfigEntry("min.insync.replicas", "2"), AlterConfigOp.OpType.SET)));
        }
        admin.alterPartitionReassignments(everywhere).all().get(10, TimeUnit.SECONDS);
        await("the end of the reassignment", () -> admin.listPartitionReassignments().reassignments().get(10, TimeUnit.SECONDS), Map::isEmpty);
        admin.incrementalAlterConfigs(inSync).all().get(10, TimeUnit.SECONDS);
    }

    private static Standalone.Options options(Path data, String prefix) {
        return new Standalone.Options(data, "localhost", 0, 0, 1, true, cluster.bootstrapServers(), null, Map.of("baton.topic-prefix", prefix));
    }

    private static void create(String topic, int replicas, int inSyncMin) throws Exception {
        var config = Map.of("cleanup.policy", "compact", "min.insync.replicas", String.valueOf(inSyncMin));
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) replicas).configs(config))).all().get(10, TimeUnit.SECONDS);
    }

    /// The topics with this prefix, and how safe each of their partitions is.
    private static Map<String, String> topics(String prefix) throws Exception {
        List<String> names = admin.listTopics().names().get(10, TimeUnit.SECONDS).stream().filter(name -> name.startsWith(prefix)).toList();
        var configs = admin.describeConfigs(names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList())
                .all().get(10, TimeUnit.SECONDS);
        Map<String, String> found = new TreeMap<>();
        for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get(10, TimeUnit.SECONDS).values()) {
            var config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            found.put(topic.name(), topic.partitions().stream().mapToInt(partition -> partition.replicas().size()).min().orElseThrow()
                    + " replicas, min.insync.replicas=" + config.get("min.insync.replicas").value()
                    + ", unclean.leader.election.enable=" + config.get("unclean.leader.election.enable").value()
                    + ", message.timestamp.after.max.ms=" + config.get("message.timestamp.after.max.ms").value());
        }
        return found;
    }

    private static Map<String, String> everything(String prefix, String state) {
        Map<String, String> expected = new TreeMap<>();
        TOPICS.forEach(topic -> expected.put(prefix + topic, state));
        CHANGELOGS.forEach(store -> expected.put(prefix + store + "-changelog", state));
        return expected;
    }

    private static void stop(int broker) throws Exception {
        int others = brokers().size() - 1;
        cluster.brokers().get(broker).shutdown();
        await("the cluster without broker " + broker, ReplicationIT::brokers, brokers -> brokers.size() == others);
    }

    private static void start(int broker) throws Exception {
        int all = brokers().size() + 1;
        cluster.brokers().get(broker).startup();
        await("the cluster with broker " + broker, ReplicationIT::brokers, brokers -> brokers.size() == all);
    }

    private static Collection<?> brokers() throws Exception {
        return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS);
    }

    private static <T> T await(String what, Callable<T> asked, Predicate<T> wanted) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            T answer = asked.call();
            if (wanted.test(answer)) {
                return answer;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " did not come, but " + answer);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
