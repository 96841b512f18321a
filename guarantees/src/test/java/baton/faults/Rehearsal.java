package baton.faults;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.INBOX_PROJECTION;
import static baton.processes.ServiceKind.NOTIFICATION_SERVICE;

import baton.checker.Call;
import baton.checker.Checker;
import baton.checker.Ending;
import baton.checker.Evidence;
import baton.checker.Finding;
import baton.checker.LogRecord;
import baton.checker.Restored;
import baton.checker.Stream;
import baton.checker.View;
import baton.processes.Broker;
import baton.processes.Cluster;
import baton.processes.Deployment;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import baton.processes.Wire;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.LoggerFactory;

/// A deployment under load to which faults happen, one after the other; after each of them all that has ever happened is judged.
final class Rehearsal implements AutoCloseable {

    private static final int PARTITIONS = 4;
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final int WARM_DECISIONS = 80;
    /// All values are looked through often while something is waited for, and reading them as JSON takes long.
    private static final Pattern COMMAND_ID = Pattern.compile("\"commandId\":\"([^\"]+)\"");
    private static final Duration STREAMS_WITHIN = Duration.ofSeconds(30);

    private final Deployment deployment;
    private final Cluster cluster;
    private final History history = new History();
    private final Set<LogRecord.Place> planted = new HashSet<>();
    private final List<Restored> restored = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private ServiceProcess first;
    private ServiceProcess wired;
    private Load load;
    private Logs logs;
    private Observer observer;
    private GroupWatch deciders;

    /// What a broker may be beside a follower.
    enum Role {
        CONTROLLER, LEADER_OF_COMMANDS, COORDINATOR_OF_THE_GROUP, COORDINATOR_OF_TRANSACTIONS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /// What a fault does, while there is load. Says what it did that shows that it was one, and fails where it was none.
    @FunctionalInterface
    interface Fault {
        String happen() throws Exception;
    }

    /// Three brokers and no service yet.
    static Rehearsal withBrokers() throws IOException {
        // Each commit of each instance costs three brokers a dozen writes: with the default of 100 ms two cores would do little else.
        return new Rehearsal(Deployment.start(3, Map.of(), Map.of("BATON_LIVE_PING_EVERY", "2s", "BATON_DECIDED_WITHIN", "4s",
                "BATON_COMMIT_INTERVAL", "500ms")));
    }

    static {
        // Clients tell at length of the brokers and instances that a fault takes from them.
        ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.OFF);
    }

    private Rehearsal(Deployment deployment) {
        this.deployment = deployment;
        this.cluster = deployment.cluster();
    }

    /// Starts two instances that decide, of which the second reaches the brokers over wires that can be held, one inbox and one that tells; then
    /// signs in, opens conversations and streams.
    void begin() {
        first = deployment.add(ASSIGNMENT_SERVICE).start();
        wired = deployment.add(ASSIGNMENT_SERVICE, Map.of("BATON_BOOTSTRAP_SERVERS", cluster.wiredBootstrapServers(),
                "BATON_DECIDED_WITHIN", "30s")).start(); // it shall answer those who wait when it comes back from the dead
        deployment.add(INBOX_PROJECTION).start();
        deployment.add(NOTIFICATION_SERVICE, Map.of("BATON_COMMIT_INTERVAL", "2s")).start(); // so that a kill finds what is not committed
        deployment.awaitReady();
        load = new Load(deployment, history, PARTITIONS);
        logs = new Logs(deployment.cluster().bootstrapServers());
        observer = new Observer(deployment, logs);
        deciders = new GroupWatch(deployment.cluster(), "assignment-service");
        Load.AGENTS.forEach(agent -> Http.signIn(first.url(), agent));
        Http.signIn(first.url(), "webchat");
        load.openConversations(logs);
        observer.awaitRest();
        for (String agent : List.of("ana", "ben")) {
            listeners.add(new Listener(agent, load).open(logs));
        }
        observer.rememberHeaps();
    }

    /// Mends all wires, and waits until every broker is there and both of the two decide.
    void awaitEverything() {
        cluster.wires(Wire::mend);
        cluster.awaitBrokers();
        for (ServiceProcess service : List.of(first, wired)) {
            if (!service.alive()) {
                service.start();
            }
        }
        first.awaitReady();
        wired.awaitReady();
        awaitDeciders(2);
    }

    /// Waits until so many instances share all partitions.
    void awaitDeciders(int count) {
        Waiting.until("partitions with " + count + " instances", WITHIN, deciders::owners,
                owners -> owners.size() == PARTITIONS && Set.copyOf(owners.values()).size() == count);
    }

    Deployment deployment() {
        return deployment;
    }

    Cluster cluster() {
        return cluster;
    }

    /// An instance that decides.
    ServiceProcess first() {
        return first;
    }

    /// The other one, which reaches the brokers over wires.
    ServiceProcess wired() {
        return wired;
    }

    /// What this instance decides for.
    List<Integer> partitionsOf(ServiceProcess decider) {
        return deciders.owners().entrySet().stream().filter(owner -> owner.getValue().startsWith(decider.name())).map(Map.Entry::getKey).toList();
    }

    /// The ids of all commands on a topic that anybody can read.
    Set<String> commandIds(String topic) {
        return logs.read(topic).stream().filter(record -> !isPlanted(record.place())).map(LogRecord::value).map(COMMAND_ID::matcher)
                .filter(Matcher::find).map(found -> found.group(1)).collect(Collectors.toSet());
    }

    /// Events in aborted transactions, and on the log all the same, of commands that had been answered by then: they were decided twice.
    ///
    /// @param from        where the partitions ended before that, for those who read what is committed
    /// @param beforeNanos when what decided them was gone
    long decidedTwice(Map<Integer, Long> from, long beforeNanos) {
        Set<String> told = history.calls().stream().filter(call -> call.status() == 200 && call.endedNanos() < beforeNanos)
                .map(call -> call.conversationId() + " " + call.commandId()).collect(Collectors.toSet());
        Set<String> there = logs.read("conversation-events").stream().map(Rehearsal::eventId).collect(Collectors.toSet());
        return logs.aborted("conversation-events").stream().filter(event -> event.offset() >= from.getOrDefault(event.partition(), 0L))
                .filter(event -> told.contains(event.key() + " " + event.json().path("commandId").asText()))
                .filter(event -> there.contains(eventId(event))).count();
    }

    private static String eventId(LogRecord event) {
        return event.headers().get("ce_id");
    }

    /// What a broker is at this moment: leader, controller, coordinator.
    Set<Role> roles(Broker broker) throws Exception {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Admin admin = cluster.admin();
        if (admin.describeMetadataQuorum().quorumInfo().get(10, TimeUnit.SECONDS).leaderId() == broker.id()) {
            roles.add(Role.CONTROLLER);
        }
        if (admin.describeConsumerGroups(List.of("assignment-service")).describedGroups().get("assignment-service").get(10, TimeUnit.SECONDS)
                .coordinator().id() == broker.id()) {
            roles.add(Role.COORDINATOR_OF_THE_GROUP);
        }
        if (!cluster.led("conversation-commands", broker).isEmpty()) {
            roles.add(Role.LEADER_OF_COMMANDS);
        }
        if (!cluster.led("__transaction_state", broker).isEmpty()) {
            roles.add(Role.COORDINATOR_OF_TRANSACTIONS);
        }
        return roles;
    }

    Load load() {
        return load;
    }

    Logs logs() {
        return logs;
    }

    History history() {
        return history;
    }

    GroupWatch deciders() {
        return deciders;
    }

    List<Listener> listeners() {
        return listeners;
    }

    /// Writes what nobody can read.
    synchronized void plant(Supplier<LogRecord.Place> written) {
        planted.add(written.get());
    }

    /// Whether nobody can read what stands there, on purpose.
    synchronized boolean isPlanted(LogRecord.Place place) {
        return planted.contains(place);
    }

    /// What a store holds again that was wiped.
    void restored(Restored store) {
        restored.add(store);
    }

    /// What the inbox shows of everything, once nothing is asked any more.
    List<View> shownAtRest() {
        observer.awaitRest();
        return observer.views(load.conversations(), "ana");
    }

    /// The instance that decides for a partition.
    ServiceProcess decider(int partition) {
        String name = Waiting.until("an owner of partition " + partition, Duration.ofSeconds(30), () -> deciders.owners().get(partition),
                owner -> owner != null);
        return deployment.instances(ASSIGNMENT_SERVICE).stream().filter(service -> name.startsWith(service.name())).findFirst()
                .orElseThrow(() -> new AssertionError("no such instance: " + name));
    }

    /// Load on, the fault, its end, rest, and judgement.
    void rehearse(String name, Fault fault) throws Exception {
        long seed = Long.getLong("baton.faults.seed", System.nanoTime() & 0xffff_ffffL);
        int callsBefore = history.calls().size();
        long began = System.nanoTime();
        String bit;
        try {
            load.start(seed);
            load.awaitDecided(WARM_DECISIONS);
            long faultAt = System.nanoTime();
            bit = fault.happen();
            load.awaitDecided(WARM_DECISIONS);
            load.stop();
            long atRest = System.nanoTime();
            List<Finding> findings = judge();
            long ended = System.nanoTime();
            List<Call> calls = history.calls().subList(callsBefore, history.calls().size());
            Stalls stalls = Stalls.of(calls, faultAt, load::partition);
            Table.add(new Table.Row(name, seed, Duration.ofNanos(ended - began), Duration.ofNanos(ended - atRest),
                    calls.stream().filter(call -> call.fate() == Call.Fate.DECIDED).count(),
                    calls.stream().filter(call -> call.fate() == Call.Fate.UNKNOWN).count(), bit, stalls + "; " + deciders.madeOf(faultAt),
                    findings.isEmpty() ? "every promise kept" : findings.size() + " findings"));
            if (!findings.isEmpty()) {
                throw new AssertionError(name + ", seed " + seed + ":\n" + findings.stream().limit(25).map(Finding::toString)
                        .collect(Collectors.joining("\n")));
            }
        } catch (AssertionError | Exception e) {
            load.giveUp();
            Path kept = Path.of("target", "faults", name.replaceAll("\\W+", "-"));
            deployment.keepOutput(kept);
            System.out.println(name + ", seed " + seed + ", failed; what the processes have said is in " + kept + ": " + e);
            throw e;
        }
    }

    private List<Finding> judge() {
        Ending ending = observer.awaitRest();
        List<Stream> streams = listeners.stream().flatMap(listener -> heardAll(listener).stream()).toList();
        return Checker.check(new Evidence(logs.read("conversation-commands"), logs.read("conversation-events"), logs.read("conversation-replies"),
                logs.read("notifications"), logs.read("channel-messages"), logs.read("dead-letters"), planted, Set.copyOf(Load.AGENTS),
                history.calls(), history.posts(), history.reads(), observer.views(load.conversations(), "ana"), observer.feeds(Load.AGENTS), streams,
                restored, ending));
    }

    /// A stream is given time to say the last of what it has to; what is missing then the checker names.
    private List<Stream> heardAll(Listener listener) {
        List<LogRecord> events = logs.read("conversation-events");
        List<LogRecord> notifications = logs.read("notifications");
        try {
            Waiting.until("the end of a stream", STREAMS_WITHIN, () -> {
                Stream heard = listener.heardSoFar();
                return heard.changed().size() >= events.stream().filter(heard::coversEvent).count()
                        && heard.notified().size() >= notifications.stream().filter(heard::coversNotification)
                                .filter(record -> record.key().equals(heard.agent()) || record.key().equals("*")
                                        && !heard.agent().equals(record.json().path("except").asText(null))).count();
            });
        } catch (AssertionError _) {
            // see above
        }
        return listener.heard();
    }

    /// Judges what takes long to see, and so is looked at once, when all faults are over: that all heaps are about as full as at first. Ends
    /// everything.
    void end() {
        try (this) {
            Ending ending = new Ending(Map.of(), List.of(), Map.of(), Map.of(), Map.of(), observer.heapsGrown());
            List<Finding> findings = Checker.rest(ending);
            // A reader who is always told that the view is late, or nothing, was promised nothing.
            if (history.reads().stream().noneMatch(read -> read.status() == 200 && !read.body().path("stale").asBoolean())) {
                throw new AssertionError("no reader has seen the version that she asked for");
            }
            if (!findings.isEmpty()) {
                throw new AssertionError(findings.toString());
            }
        }
    }

    @Override
    public void close() {
        listeners.forEach(Listener::close);
        if (deciders != null) {
            deciders.close();
        }
        if (load != null) {
            load.close();
        }
        if (logs != null) {
            logs.close();
        }
        deployment.close();
    }

    /// Seconds, for a table.
    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
