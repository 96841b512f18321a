package baton.runtime;

import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Creates the topics that are missing and verifies those that are there (C1 and C2 of docs/ARCHITECTURE.md). A topic that is
/// not what it must be is never changed: the start is refused with what to do.
@Singleton
public final class TopicKeeper {

    private static final int REPLICAS = 3;
    private static final int ASK_WITHIN_SECONDS = 15;

    private final KafkaClients clients;

    TopicKeeper(KafkaClients clients) {
        this.clients = clients;
    }

    /// Returns when every topic is there and as it must be; throws [StartRefused] if one is not.
    public void ensure(Collection<TopicSpec> specs) throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = clients.admin()) {
            int brokers = get(admin.describeCluster().nodes()).size();
            Map<String, TopicDescription> present = describe(admin, specs);
            List<TopicSpec> missing = specs.stream().filter(spec -> !present.containsKey(spec.name())).toList();
            if (!missing.isEmpty()) {
                create(admin, missing, brokers);
                present.putAll(describe(admin, missing));
            }
            verify(admin, specs, present, brokers);
        }
    }

    private void create(Admin admin, List<TopicSpec> missing, int brokers)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (brokers == 2) {
            throw new IllegalStateException("two brokers answer: topics are created on one broker or on three and more");
        }
        short replicas = (short) Math.min(REPLICAS, brokers);
        List<NewTopic> topics = missing.stream().map(spec -> {
            Map<String, String> config = new HashMap<>(spec.config());
            config.put("min.insync.replicas", replicas == REPLICAS ? "2" : "1");
            config.put("unclean.leader.election.enable", "false");
            return new NewTopic(spec.name(), spec.partitions(), replicas).configs(config);
        }).toList();
        for (KafkaFuture<Void> created : admin.createTopics(topics).values().values()) {
            try {
                get(created);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) { // another service was quicker
                    throw e;
                }
            }
        }
        // A topic that was just created is not known to every broker at once.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ASK_WITHIN_SECONDS);
        while (describe(admin, missing).size() < missing.size()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("topics were created but did not appear within " + ASK_WITHIN_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private Map<String, TopicDescription> describe(Admin admin, Collection<TopicSpec> specs)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, TopicDescription> found = new HashMap<>();
        var answers = admin.describeTopics(specs.stream().map(TopicSpec::name).toList()).topicNameValues();
        for (var answer : answers.entrySet()) {
            try {
                found.put(answer.getKey(), get(answer.getValue()));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return found;
    }

    private void verify(Admin admin, Collection<TopicSpec> specs, Map<String, TopicDescription> present, int brokers)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<ConfigResource> resources =
                specs.stream().map(spec -> new ConfigResource(ConfigResource.Type.TOPIC, spec.name())).toList();
        Map<ConfigResource, Config> configs = get(admin.describeConfigs(resources).all());
        List<String> wrong = new ArrayList<>();
        for (TopicSpec spec : specs) {
            TopicDescription topic = present.get(spec.name());
            Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, spec.name()));
            if (topic.partitions().size() != spec.partitions()) {
                wrong.add(spec.name() + " has " + topic.partitions().size() + " partitions, this deployment is set to "
                        + spec.partitions() + " (baton.partitions); the number must never change");
            }
            if (brokers > 1) {
                int replicas = topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
                if (replicas < REPLICAS) {
                    wrong.add(spec.name() + " has " + replicas + " replicas, it needs " + REPLICAS);
                }
                expect(wrong, spec.name(), config, "min.insync.replicas", "2");
            }
            expect(wrong, spec.name(), config, "unclean.leader.election.enable", "false");
            spec.config().forEach((key, value) -> expect(wrong, spec.name(), config, key, value));
        }
        if (!wrong.isEmpty()) {
            throw new StartRefused("topics are not as they must be: " + String.join("; ", wrong));
        }
    }

    private static void expect(List<String> wrong, String topic, Config config, String key, String value) {
        String actual = config.get(key) == null ? "not set" : config.get(key).value();
        // How long a topic with a limit is kept is an operator's choice; that one without a limit has none is not.
        boolean free = key.equals("retention.ms") && !value.equals("-1");
        if (!free && !value.equals(actual)) {
            wrong.add(topic + " has " + key + "=" + actual + ", it needs " + value);
        }
    }

    private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(ASK_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
}
