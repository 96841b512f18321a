package baton.scaleout;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.INBOX_PROJECTION;
import static baton.processes.ServiceKind.NOTIFICATION_SERVICE;
import static org.assertj.core.api.Assertions.assertThat;

import baton.processes.Deployment;
import baton.processes.ServiceKind;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import baton.scaleout.Caller.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Views of two instances each are rebuilt: all of them take part, also one that hears of it late, because it was paused or had ended.
@Tag("slow")
class RebuildScaleOutIT {

    private static final Duration DONE_WITHIN = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final List<String> CONVERSATIONS = IntStream.range(0, 30).mapToObj(i -> "c-" + i).toList();
    private static final List<String> AGENTS = List.of("ana", "ben", "chloe", "sam");

    private final Map<String, Caller> agents = new TreeMap<>();
    private Deployment deployment;
    private ServiceProcess decider;

    @Test
    void everyInstanceTakesPartWhenItHearsOfIt() throws Exception {
        try (Deployment started = Deployment.start(1)) {
            deployment = started;
            decider = deployment.add(ASSIGNMENT_SERVICE).start();
            for (ServiceKind kind : List.of(INBOX_PROJECTION, NOTIFICATION_SERVICE)) {
                deployment.add(kind).start();
                deployment.add(kind).start();
            }
            deployment.awaitReady();
            new Instances(deployment, INBOX_PROJECTION).awaitBalance();
            new Instances(deployment, NOTIFICATION_SERVICE).awaitBalance();
            fill();
            awaitTold(told());
            List<String> before = told();
            assertThat(news()).isEqualTo(before);
            Live live = new Live(agents.get("chloe"), deployment.instances(NOTIFICATION_SERVICE).getFirst());

            // Two that do not hear of it, while they have partitions and stores.
            List<ServiceProcess> paused = List.of(second(INBOX_PROJECTION), second(NOTIFICATION_SERVICE));
            paused.forEach(ServiceProcess::pause);
            rebuild(1);
            claim("c-1", "chloe");
            awaitRebuilt(1);
            paused.forEach(ServiceProcess::resume);
            deployment.awaitReady();
            check(before, "c-1");
            assertThat(news()).as("told before says so, the rest does not").isEqualTo(only("c-1", told()));
            live.awaitRebuilt(1);
            live.check("c-1");

            // Two that had ended, and have stores of before.
            List<String> between = told();
            Map<String, JsonNode> still = shown();
            paused.forEach(ServiceProcess::kill);
            rebuild(2);
            awaitRebuilt(2);
            paused.forEach(instance -> instance.start());
            deployment.awaitReady();
            new Instances(deployment, INBOX_PROJECTION).awaitBalance();
            new Instances(deployment, NOTIFICATION_SERVICE).awaitBalance();
            assertThat(told()).containsExactlyElementsOf(between);
            assertThat(news()).as("all was told before").isEmpty();
            live.awaitRebuilt(2);
            live.check("c-1");
            assertThat(shown()).isEqualTo(still);

            // What the late ones have is what the others have: they are alone now.
            List.of(deployment.instances(INBOX_PROJECTION).getFirst(), deployment.instances(NOTIFICATION_SERVICE).getFirst())
                    .forEach(instance -> instance.stop());
            new Instances(deployment, INBOX_PROJECTION).awaitBalance();
            paused.forEach(ServiceProcess::awaitReady);
            assertThat(shownBy(second(INBOX_PROJECTION), second(NOTIFICATION_SERVICE))).isEqualTo(withoutInstance(still));
            claim("c-2", "chloe");
            check(between, "c-2");
            assertThat(news()).isEqualTo(only("c-2", told()));
        }
    }

    private ServiceProcess second(ServiceKind kind) {
        return deployment.instances(kind).get(1);
    }

    private void fill() {
        for (String name : AGENTS) {
            agents.put(name, Caller.signIn(decider, name));
        }
        Caller webchat = Caller.signIn(decider, "webchat");
        for (String id : CONVERSATIONS) {
            assertThat(webchat.message(decider, id, "m-1", "hello").status()).isEqualTo(202);
        }
        for (int i = 0; i < CONVERSATIONS.size(); i++) {
            if (i % 3 > 0) {
                claim(CONVERSATIONS.get(i), i % 2 == 0 ? "ana" : "ben");
            }
        }
    }

    /// Sam gives a conversation to somebody, who is told.
    private void claim(String id, String agent) {
        Waiting.until(id + " for " + agent, SOON, () -> agents.get("sam").assign(decider, id, agent, "Idempotency-Key", agent + "-" + id),
                decided -> decided.status() == 200);
    }

    private void rebuild(int number) {
        for (String path : List.of("/api/inbox/rebuild", "/api/notifications/rebuild")) {
            Answer begun = agents.get("sam").send(at(path), "POST", path, null);
            assertThat(begun.status()).as(begun.toString()).isEqualTo(202);
            assertThat(begun.body().path("number").asInt()).isEqualTo(number);
        }
    }

    private void awaitRebuilt(int number) {
        for (String path : List.of("/api/inbox/rebuild", "/api/notifications/rebuild")) {
            Waiting.until(path + " " + number, DONE_WITHIN, () -> agents.get("sam").get(at(path), path),
                    status -> status.body().path("number").asInt() == number && status.body().path("stage").asText().equals("done"));
        }
    }

    private ServiceProcess at(String path) {
        return deployment.instances(path.contains("inbox") ? INBOX_PROJECTION : NOTIFICATION_SERVICE).getFirst();
    }

    /// What was told is told as before, and once, with what somebody was told of this conversation meanwhile.
    private void check(List<String> before, String more) {
        Waiting.until("a notification of " + more, SOON, this::told, told -> told.size() > before.size());
        List<String> told = new ArrayList<>(told());
        assertThat(told).doesNotHaveDuplicates().containsAll(before);
        told.removeAll(before);
        assertThat(told).hasSize(1).allMatch(one -> one.startsWith("chloe " + more + ":"));
        String event = told.getFirst().replace("chloe ", "");
        for (ServiceProcess instance : deployment.instances(NOTIFICATION_SERVICE).stream().filter(ServiceProcess::alive).toList()) {
            Waiting.until(event + " in the feed", SOON, () -> agents.get("chloe").get(instance, "/api/notifications?limit=1"),
                    feed -> feed.body().path("items").path(0).path("eventId").asText().equals(event));
        }
        for (ServiceProcess instance : deployment.instances(INBOX_PROJECTION).stream().filter(ServiceProcess::alive).toList()) {
            Waiting.until(more + " in the inbox", SOON, () -> agents.get("ana").get(instance, "/api/inbox/conversations/" + more),
                    row -> row.body().path("assignee").asText().equals("chloe"));
        }
    }

    /// What one is told of by name of this conversation.
    private static List<String> only(String conversation, List<String> told) {
        return told.stream().filter(one -> one.startsWith("chloe " + conversation + ":")).toList();
    }

    /// An agent's page, at one instance, that is never closed.
    private static final class Live {

        private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

        Live(Caller agent, ServiceProcess instance) throws Exception {
            Stream<String> stream = agent.stream(instance);
            Thread.startVirtualThread(() -> {
                try (stream) {
                    stream.forEach(lines::add);
                } catch (UncheckedIOException _) {
                    // the instance was stopped
                }
            });
            Waiting.until("the first word of a stream", SOON, () -> !lines.isEmpty());
        }

        void awaitRebuilt(int times) {
            Waiting.until("the feeds were made again", SOON, () -> Collections.frequency(List.copyOf(lines), "event: resync"), resyncs -> resyncs >= 2 * times); // of either view
        }

        /// That it told of this conversation, and of nothing else.
        void check(String conversation) {
            Waiting.until("a notification of " + conversation, SOON, this::told, told -> !told.isEmpty());
            assertThat(told()).hasSize(1).allMatch(event -> event.startsWith(conversation + ":"));
        }

        private List<String> told() {
            return lines.stream().filter(line -> line.startsWith("data:") && line.contains("\"eventId\":\""))
                    .map(line -> line.replaceFirst(".*\"eventId\":\"([^\"]+)\".*", "$1")).toList();
        }
    }

    /// Recipient and event of each record on `notifications`, sorted.
    private List<String> told() {
        return read(_ -> true);
    }

    /// The same, of those that do not say that they were told before.
    private List<String> news() {
        return read(record -> record.headers().lastHeader("baton-rebuilt") == null);
    }

    private List<String> read(Predicate<ConsumerRecord<String, String>> which) {
        Map<String, Object> config = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, deployment.cluster().bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        List<String> told = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("notifications").stream().map(info -> new TopicPartition("notifications", info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    if (which.test(record)) {
                        told.add(record.key() + " " + record.value().replaceFirst(".*\"eventId\":\"([^\"]+)\".*", "$1"));
                    }
                }
            }
        }
        return told.stream().sorted().toList();
    }

    /// Thirty messages for everybody, and one assignment for each that was given away.
    private void awaitTold(List<String> atFirst) {
        int expected = CONVERSATIONS.size() + (int) IntStream.range(0, CONVERSATIONS.size()).filter(i -> i % 3 > 0).count();
        assertThat(atFirst.size()).isLessThanOrEqualTo(expected);
        Waiting.until(expected + " notifications", SOON, this::told, told -> told.size() == expected);
        for (ServiceProcess instance : deployment.instances(NOTIFICATION_SERVICE)) {
            Waiting.until("all in the feed", SOON, () -> agents.get("chloe").get(instance, "/api/notifications?limit=200"),
                    feed -> feed.body().path("items").size() == CONVERSATIONS.size());
        }
    }

    /// What every instance shows, by instance and question.
    private Map<String, JsonNode> shown() {
        Map<String, JsonNode> shown = new TreeMap<>();
        for (int i = 0; i < 2; i++) {
            int number = i;
            shownBy(deployment.instances(INBOX_PROJECTION).get(i), deployment.instances(NOTIFICATION_SERVICE).get(i))
                    .forEach((question, answer) -> shown.put(number + " " + question, answer));
        }
        return shown;
    }

    private Map<String, JsonNode> shownBy(ServiceProcess inbox, ServiceProcess notifier) {
        Map<String, JsonNode> shown = new TreeMap<>();
        for (String agent : AGENTS) {
            for (String path : List.of("/api/inbox?status=all&limit=200", "/api/inbox?assignment=me&limit=200&sort=waiting", "/api/inbox/counts")) {
                shown.put(agent + " " + path, Waiting.until(path, SOON, () -> agents.get(agent).get(inbox, path),
                        answer -> answer.status() == 200 && answer.body().path("partitionsMissing").isEmpty()).body());
            }
            shown.put(agent + " feed", Waiting.until("the feed", SOON, () -> agents.get(agent).get(notifier, "/api/notifications?limit=200"),
                    answer -> answer.status() == 200).body());
        }
        return shown;
    }

    private static Map<String, JsonNode> withoutInstance(Map<String, JsonNode> shown) {
        return shown.entrySet().stream().filter(entry -> entry.getKey().startsWith("1 "))
                .collect(Collectors.toMap(entry -> entry.getKey().substring(2), Map.Entry::getValue, (one, _) -> one, TreeMap::new));
    }
}
