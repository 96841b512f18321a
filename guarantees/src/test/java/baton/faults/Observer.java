package baton.faults;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.INBOX_PROJECTION;
import static baton.processes.ServiceKind.NOTIFICATION_SERVICE;

import baton.checker.Ending;
import baton.checker.Feed;
import baton.checker.LogRecord;
import baton.checker.View;
import baton.processes.Deployment;
import baton.processes.ServiceKind;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// Looks at all that instances show, and at how everything stands, once nothing is asked any more.
final class Observer {

    private static final Duration AT_REST_WITHIN = Duration.ofSeconds(60);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);
    private static final int IDS_MAX = 100;
    private static final int PAGE = 37;
    private static final Map<String, String> READS = Map.of("assignment-service", "conversation-commands", "channel-bridge", "channel-messages",
            "inbox-projection", "conversation-events", "notification-service", "conversation-events");

    private final Deployment deployment;
    private final Logs logs;
    private final Map<String, Double> heapAtFirst = new TreeMap<>();

    Observer(Deployment deployment, Logs logs) {
        this.deployment = deployment;
        this.logs = logs;
    }

    /// Waits until everything is at rest, or for as long as it may take; how it stands then.
    Ending awaitRest() {
        long deadline = System.nanoTime() + AT_REST_WITHIN.toNanos();
        while (true) {
            Ending ending = look();
            boolean atRest = ending.lag().values().stream().allMatch(lag -> lag == 0) && ending.hangingTransactions().isEmpty()
                    && ending.notReady().isEmpty() && ending.openIterators().values().stream().allMatch(open -> open == 0);
            if (atRest || System.nanoTime() > deadline) {
                return ending;
            }
        }
    }

    private Ending look() {
        Map<String, Long> lag = new TreeMap<>();
        READS.forEach((group, topic) -> lag.put(group, lag(group, topic)));
        Map<String, String> notReady = new TreeMap<>();
        Map<String, Double> dropped = new TreeMap<>();
        Map<String, Double> iterators = new TreeMap<>();
        for (ServiceProcess service : running()) {
            if (!service.ready()) {
                notReady.put(service.name(), service.health());
                continue;
            }
            String metrics = service.metrics();
            if (sum(metrics, "kafka_stream_alive_stream_threads") < 1) {
                notReady.put(service.name(), "no thread that reads is alive");
            }
            if (service.kind() == ASSIGNMENT_SERVICE) {
                dropped.put(service.name(), said(service, metrics, "baton_records_dropped"));
            }
            iterators.put(service.name(), said(service, metrics, "baton_iterators_open"));
        }
        return new Ending(lag, openTransactions(), notReady, dropped, iterators, Map.of());
    }

    private List<ServiceProcess> running() {
        return deployment.services().stream().filter(ServiceProcess::inRotation).toList();
    }

    /// Records that a group has not committed to have read. Offsets of markers are no records.
    private long lag(String group, String topic) {
        Map<TopicPartition, OffsetAndMetadata> committed = answered("the offsets of " + group, admin -> admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata());
        return logs.read(topic).stream().filter(record -> {
            OffsetAndMetadata next = committed.get(new TopicPartition(topic, record.partition()));
            return next == null || record.offset() >= next.offset();
        }).count();
    }

    private List<String> openTransactions() {
        return answered("all transactions", admin -> admin.listTransactions(new ListTransactionsOptions()).all()).stream()
                .filter(transaction -> transaction.state() != TransactionState.EMPTY && transaction.state() != TransactionState.COMPLETE_COMMIT
                        && transaction.state() != TransactionState.COMPLETE_ABORT)
                .map(TransactionListing::toString).toList();
    }

    /// What the cluster says, which it may not at once: Kafka's client, for one, fails where it still knows a broker that has just been killed.
    private <T> T answered(String what, Function<Admin, KafkaFuture<T>> ask) {
        return Waiting.until(what, ANSWERED_WITHIN, () -> {
            try {
                return ask.apply(deployment.cluster().admin()).get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException _) {
                return null;
            }
        }, answer -> answer != null);
    }

    /// The same as [#sum], of what a service must say.
    private static double said(ServiceProcess service, String metrics, String name) {
        if (!metrics.contains("\n" + name + "{") || Pattern.compile("(?m)^" + name + "\\{[^\\n]*} NaN$").matcher(metrics).find()) {
            throw new AssertionError(service.name() + " does not know " + name);
        }
        return sum(metrics, name);
    }

    /// All values of a metric, whatever their labels.
    static double sum(String metrics, String name) {
        Matcher values = Pattern.compile("(?m)^" + name + "(\\{[^\\n]*})? ([-0-9.eE+]+)$").matcher(metrics);
        double sum = 0;
        while (values.find()) {
            sum += Double.parseDouble(values.group(2));
        }
        return sum;
    }

    /// Remembers what the heaps hold now.
    void rememberHeaps() {
        running().forEach(service -> heapAtFirst.put(service.name(), heap(service)));
    }

    /// How many times as much they hold now.
    Map<String, Double> heapsGrown() {
        Map<String, Double> grown = new TreeMap<>();
        running().stream().filter(service -> heapAtFirst.containsKey(service.name()))
                .forEach(service -> grown.put(service.name(), heap(service) / heapAtFirst.get(service.name())));
        return grown;
    }

    /// In use after a collection.
    private static double heap(ServiceProcess service) {
        try {
            new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(service.pid()), "GC.run")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor(20, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return sum(service.metrics(), "jvm_memory_used_bytes\\{area=\"heap\"[^\\n]*}");
    }

    /// All that each instance of the inbox shows.
    List<View> views(List<String> conversations, String caller) {
        return instances(INBOX_PROJECTION).stream().map(service -> view(service, conversations, caller)).toList();
    }

    private List<ServiceProcess> instances(ServiceKind kind) {
        return running().stream().filter(service -> service.kind() == kind).toList();
    }

    private View view(ServiceProcess service, List<String> conversations, String caller) {
        Map<String, JsonNode> rows = new TreeMap<>();
        for (int from = 0; from < conversations.size(); from += IDS_MAX) {
            List<String> some = conversations.subList(from, Math.min(conversations.size(), from + IDS_MAX));
            whole(service, "/api/inbox/conversations?id=" + String.join("&id=", some), caller).path("items")
                    .forEach(row -> rows.put(row.path("conversationId").asText(), row));
        }
        List<View.Walk> walks = new ArrayList<>();
        for (String sort : List.of("newest", "oldest", "waiting")) {
            walks.add(walk(service, null, "all", sort, caller));
            walks.add(walk(service, "unassigned", "open", sort, caller));
        }
        walks.add(walk(service, null, "completed", "newest", caller));
        walks.add(walk(service, "me", "open", "waiting", caller));
        walks.add(walk(service, "others", "open", "oldest", caller));
        walks.add(walk(service, "agent:ben", "open", "newest", caller));
        return new View(service.name(), caller, rows, walks, whole(service, "/api/inbox/counts", caller));
    }

    private View.Walk walk(ServiceProcess service, String assignment, String status, String sort, String caller) {
        List<JsonNode> rows = new ArrayList<>();
        String cursor = null;
        do {
            JsonNode page = whole(service, "/api/inbox?limit=" + PAGE + "&status=" + status + "&sort=" + sort
                    + (assignment == null ? "" : "&assignment=" + URLEncoder.encode(assignment, StandardCharsets.UTF_8))
                    + (cursor == null ? "" : "&cursor=" + cursor), caller);
            page.path("items").forEach(rows::add);
            cursor = page.path("nextCursor").asText(null);
        } while (cursor != null && !cursor.equals("null"));
        return new View.Walk(assignment, status, sort, rows);
    }

    /// An answer in which no partition is missing.
    private static JsonNode whole(ServiceProcess service, String path, String caller) {
        return Waiting.until(path + " at " + service.name(), Duration.ofSeconds(20), () -> Http.get(service.url(), path, caller),
                answer -> answer.status() == 200 && answer.body().path("partitionsMissing").isEmpty()).body();
    }

    /// The feeds that each instance shows, as soon as it shows as many as were told.
    List<Feed> feeds(List<String> agents) {
        List<Feed> feeds = new ArrayList<>();
        for (ServiceProcess service : instances(NOTIFICATION_SERVICE)) {
            for (String agent : agents) {
                feeds.add(feed(service, agent));
            }
        }
        return feeds;
    }

    private static Feed feed(ServiceProcess service, String agent) {
        List<String> eventIds = new ArrayList<>();
        String before = null;
        do {
            JsonNode page = whole(service, "/api/notifications?limit=200" + (before == null ? "" : "&before=" + before), agent);
            page.path("items").forEach(item -> eventIds.add(item.path("eventId").asText()));
            before = page.path("nextBefore").asText(null);
        } while (before != null && !before.equals("null"));
        return new Feed(service.name(), agent, eventIds);
    }

    /// The records of a topic, in words, of a conversation: for a failure's message.
    List<LogRecord> of(String topic, String conversation) {
        return logs.read(topic).stream().filter(record -> conversation.equals(record.key())).toList();
    }
}
