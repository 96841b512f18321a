package baton.faults;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;

import baton.checker.Call;
import baton.checker.Checker;
import baton.checker.Ending;
import baton.checker.Evidence;
import baton.checker.Finding;
import baton.checker.LogRecord;
import baton.checker.Restored;
import baton.checker.Stream;
import baton.processes.Deployment;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/// A deployment under load to which faults happen, one after the other; after each of them all that has ever happened is judged.
final class Rehearsal implements AutoCloseable {

    private static final int PARTITIONS = 4;
    private static final int WARM_DECISIONS = 150;
    private static final Duration STREAMS_WITHIN = Duration.ofSeconds(30);

    private final Deployment deployment;
    private final Map<String, String> environment;
    private final History history = new History();
    private final Set<LogRecord.Place> planted = new HashSet<>();
    private final List<Restored> restored = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private Load load;
    private Logs logs;
    private Observer observer;
    private GroupWatch deciders;

    /// What a fault does, while there is load. Says what it did that shows that it was one, and fails where it was none.
    @FunctionalInterface
    interface Fault {
        String happen() throws Exception;
    }

    /// With three brokers. Instances are added and started by the caller, who then calls [#begin()].
    ///
    /// @param environment what every service is told besides
    static Rehearsal of(Map<String, String> environment) throws IOException {
        // Each commit of each instance costs three brokers a dozen writes: with the default of 100 ms two cores would do little else.
        Map<String, String> all = new TreeMap<>(Map.of("BATON_LIVE_PING_EVERY", "2s", "BATON_DECIDED_WITHIN", "4s", "BATON_COMMIT_INTERVAL", "500ms"));
        all.putAll(environment);
        return new Rehearsal(Deployment.start(3, Map.of(), all), all);
    }

    static {
        // Clients tell at length of the brokers and instances that a fault takes from them.
        ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.OFF);
    }

    private Rehearsal(Deployment deployment, Map<String, String> environment) {
        this.deployment = deployment;
        this.environment = environment;
    }

    /// When all instances are ready: signs in, opens conversations and streams.
    Rehearsal begin() {
        deployment.awaitReady();
        load = new Load(deployment, history, PARTITIONS);
        logs = new Logs(deployment.cluster().bootstrapServers());
        observer = new Observer(deployment, logs);
        deciders = new GroupWatch(deployment.cluster(), "assignment-service");
        ServiceProcess first = deployment.instances(ASSIGNMENT_SERVICE).getFirst();
        Load.AGENTS.forEach(agent -> Http.signIn(first.url(), agent));
        Http.signIn(first.url(), "webchat");
        load.openConversations(logs);
        observer.awaitRest();
        for (String agent : List.of("ana", "ben")) {
            listeners.add(new Listener(agent, load).open(logs));
        }
        observer.rememberHeaps();
        return this;
    }

    Deployment deployment() {
        return deployment;
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
            Path kept = Path.of("target", "faults", name.replaceAll("\\W+", "-"));
            deployment.keepOutput(kept);
            System.out.println(name + ", seed " + seed + ", failed; what the processes have said is in " + kept);
            throw e;
        }
    }

    private List<Finding> judge() {
        Ending resting = observer.awaitRest();
        Ending ending = new Ending(resting.lag(), resting.hangingTransactions(), resting.notReady(), resting.dropped(), resting.openIterators(),
                observer.heapsGrown());
        List<Stream> streams = listeners.stream().map(listener -> heardAll(listener)).toList();
        return Checker.check(new Evidence(logs.read("conversation-commands"), logs.read("conversation-events"), logs.read("conversation-replies"),
                logs.read("notifications"), logs.read("channel-messages"), logs.read("dead-letters"), planted, Set.copyOf(Load.AGENTS),
                history.calls(), history.posts(), history.reads(), observer.views(load.conversations(), "ana"), observer.feeds(Load.AGENTS), streams,
                restored, ending));
    }

    /// A stream is given time to say the last of what it has to.
    private Stream heardAll(Listener listener) {
        Stream first = listener.heardSoFar();
        long due = logs.read("conversation-events").stream()
                .filter(event -> event.offset() >= first.eventsFrom().getOrDefault(event.partition(), 0L)).count();
        try {
            Waiting.until("the end of a stream", STREAMS_WITHIN, () -> listener.resyncs() > 0 || listener.heardSoFar().changed().size() >= due);
        } catch (AssertionError _) {
            // what is missing the checker names
        }
        // Notifications come from another topic: as many as are due, or time is over.
        long told = logs.read("notifications").stream().filter(record -> record.offset() >= first.notificationsFrom().getOrDefault(record.partition(), 0L))
                .filter(record -> record.key().equals(first.agent()) || record.key().equals("*")
                        && !first.agent().equals(record.json().path("except").asText(null))).count();
        try {
            Waiting.until("the end of a stream", STREAMS_WITHIN, () -> listener.resyncs() > 0 || listener.heardSoFar().notified().size() >= told);
        } catch (AssertionError _) {
            // the same
        }
        return listener.heardSoFar();
    }

    /// What instances are told besides.
    Map<String, String> environment() {
        return environment;
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
