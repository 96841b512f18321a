package baton.assignment.stream;

import baton.assignment.domain.Memory;
import baton.assignment.domain.RulesVersion;
import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Topic;
import baton.directory.Topics;
import baton.runtime.KafkaClients;
import baton.runtime.Peers;
import baton.runtime.Problem;
import baton.runtime.Service;
import baton.runtime.StartRefused;
import baton.runtime.StreamsRunner;
import baton.runtime.TopicKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/// assignment-service as a whole: the deciding application, the bridge from channels, and the producers. It is ready when a command has
/// been decided on each of its partitions since it started.
@Singleton
public final class AssignmentService implements Service {

    private static final Actor BATON = new Actor(Actor.Type.SYSTEM, "baton");
    private static final Duration PROBED_WITHIN = Duration.ofSeconds(30);
    private static final int BLOCKED_MILLIS_MAX = 2_000;
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofSeconds(3);
    private static final long PROBED_EVERY_MILLIS = 10;

    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final AssignmentSettings settings;
    private final CommandLog commands;
    private final PendingDecisions pending;
    private final Peers peers;
    private final MeterRegistry registry;
    private volatile StreamsRunner runner;
    private volatile ChannelBridge bridge;
    private volatile Producer<byte[], byte[]> producer;
    private volatile Admin admin;
    private volatile boolean probed;
    private volatile boolean closed;

    AssignmentService(KafkaClients clients, TopicKeeper topics, AssignmentSettings settings, CommandLog commands,
            PendingDecisions pending, Peers peers, MeterRegistry registry) {
        this.clients = clients;
        this.topics = topics;
        this.settings = settings;
        this.commands = commands;
        this.pending = pending;
        this.peers = peers;
        pending.giveUpWhere(partition -> peers.elsewhere(partition).isPresent());
        this.registry = registry;
        registry.gauge("baton.commands.waiting", pending, PendingDecisions::waiting);
        registry.gauge("baton.messages.waiting", this, AssignmentService::messagesWaiting);
        registry.gauge("baton.rules.version", this, AssignmentService::lowestRulesInForce);
    }

    @Override
    public String name() {
        return AssignmentTopology.APPLICATION;
    }

    @Override
    public void start() throws Exception {
        closeParts();
        topics.ensure(Topics.specs(clients.settings(), Topic.CHANNEL_MESSAGES, Topic.CONVERSATION_COMMANDS,
                Topic.CONVERSATION_EVENTS, Topic.CONVERSATION_REPLIES, Topic.DEAD_LETTERS));
        int partitions = clients.settings().partitions();
        Topology topology = AssignmentTopology.build(clients.settings().topicPrefix(), partitions, pending);
        topics.verifyChangelogs(clients.prefixed(name()), topology);
        List<Integer> empty = new CommandOffsets(clients).prepare();
        unlessClosed(commands::open);
        commands.meet(partitions);
        beginAtNewestRules(empty);
        unlessClosed(() -> {
            admin = clients.admin();
            producer = clients.producer("assignment-writes", Duration.ofSeconds(8),
                    java.util.Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCKED_MILLIS_MAX));
            runner = new StreamsRunner(name(), topology,
                    clients.streams(AssignmentTopology.APPLICATION, "none", clients.settings().commitInterval()), registry);
            commands.refuseWhile(runner::haltedBecause);
            String log = Topic.CONVERSATION_COMMANDS.name(clients.settings().topicPrefix());
            StreamsRunner started = runner;
            peers.follow(partition -> started.instanceOf(new TopicPartition(log, partition)));
            runner.start();
        });
        awaitRunning(runner);
        probe(partitions);
        unlessClosed(() -> {
            bridge = new ChannelBridge(clients, commands, settings, admin);
            bridge.start();
        });
    }

    /// What is opened after [#close()] would stay open for ever.
    private synchronized void unlessClosed(Runnable open) {
        if (closed) {
            throw new IllegalStateException("closed while it started");
        }
        open.run();
    }

    /// What begins, begins by the newest rules; what has begun waits for somebody to switch it. The switch is the first record of a log, so a
    /// start that was interrupted goes on with what is still empty, and of two that begin at once one has switched to what is in force.
    private void beginAtNewestRules(List<Integer> emptyPartitions) throws Exception {
        var written = emptyPartitions.stream().map(partition -> commands.append(RulesInForce.switchTo(RulesVersion.NEWEST, partition,
                clients.settings().partitions(), BATON, settings.ownership()))).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(written).get(PROBED_WITHIN.toSeconds(), TimeUnit.SECONDS);
    }

    /// A restore takes as long as the state is large. Without a deadline, because to give up and begin again would only make it longer.
    private void awaitRunning(StreamsRunner starting) throws InterruptedException {
        while (starting != null && starting.streams().state() != KafkaStreams.State.RUNNING) {
            if (starting.haltedBecause().isPresent()) {
                throw new StartRefused(starting.haltedBecause().get()); // nothing but a new process may restart it
            }
            if (closed || notRunning(starting)) {
                throw new IllegalStateException(starting.notReadyBecause().orElse("closed while it started"));
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /// Has one command decided on each partition, one after the other. It asks to reopen a conversation that does not exist, which
    /// is refused and leaves no trace but its record. Without it the first callers would pay for connections and cold code, and
    /// an idempotent producer that writes for the first time to a new topic has been seen to get stuck.
    private void probe(int partitions) throws Exception {
        long deadline = System.nanoTime() + PROBED_WITHIN.toNanos();
        boolean[] decided = new boolean[partitions];
        for (int left = partitions; left > 0; ) {
            String id = "~probe-" + UUID.randomUUID();
            int partition = KafkaClients.partition(KafkaClients.key(id), partitions);
            if (decided[partition]) {
                continue;
            }
            var probe = new CommandEnvelope(CommandEnvelope.RULES_VERSION, id, id, BATON, false,
                    settings.ownership(), null, new Command.ReopenConversation());
            try {
                if (peers.elsewhere(partition).isEmpty()) {
                    commands.decide(probe).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                } else {
                    commands.append(probe).get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                }
            } catch (java.util.concurrent.ExecutionException e) {
                StreamsRunner running = runner;
                if (running != null && running.haltedBecause().isPresent()) {
                    throw new StartRefused(running.haltedBecause().get());
                }
                if (System.nanoTime() > deadline || running == null || notRunning(running)) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(PROBED_EVERY_MILLIS); // where the producer has no metadata it says so at once
                continue;
            }
            decided[partition] = true;
            left--;
        }
        probed = true;
    }

    private static boolean notRunning(StreamsRunner running) {
        KafkaStreams.State state = running.streams().state();
        return state == KafkaStreams.State.ERROR || state == KafkaStreams.State.PENDING_ERROR || state.hasCompletedShutdown();
    }

    @Override
    public Optional<String> notReadyBecause() {
        StreamsRunner running = runner;
        ChannelBridge carrying = bridge;
        if (running == null || carrying == null || !probed) {
            return Optional.of("no command has been decided yet");
        }
        return running.notReadyBecause().or(carrying::notReadyBecause);
    }

    /// For what is written besides commands: agents, groups, messages that come over HTTP.
    public Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            throw Problem.unavailable("assignment-service is starting.").asException();
        }
        return open;
    }

    /// The other instances. A service that has not started, or does not run any more, knows of none.
    public Peers peers() {
        return peers;
    }

    /// The partition that a conversation's commands are in.
    public int partition(String conversationId) {
        return KafkaClients.partition(KafkaClients.key(conversationId), clients.settings().partitions());
    }

    /// The decision of a command that was appended before this call; empty if there is none, or it is remembered no more. Waits until
    /// everything that is on the log has been decided; blocks, up to a few seconds.
    public Optional<Decision> decided(String conversationId, String commandId) {
        try {
            awaitDecidedSoFar(conversationId);
            ReadOnlyKeyValueStore<String, byte[]> store = runner.streams().store(StoreQueryParameters.fromNameAndType(
                    AssignmentTopology.CONVERSATIONS, QueryableStoreTypes.<String, byte[]>keyValueStore()).withPartition(partition(conversationId)));
            return Ledgers.command(store, conversationId, commandId).map(Memory.Remembered::decision);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("This instance stops.").asException();
        } catch (InvalidStateStoreException | java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException
                | NullPointerException e) {
            throw Problem.unavailable("The decisions cannot be read at this moment.").asException();
        }
    }

    /// The version of the rules that is in force on a partition, by number; empty where this instance does not decide for it at this moment.
    /// It never goes back, and what is appended from now on is decided by it or a later one.
    public OptionalInt rulesInForce(int partition) {
        StreamsRunner running = runner;
        if (running == null) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of((int) RulesInForce.number(running.streams().store(StoreQueryParameters.fromNameAndType(
                    AssignmentTopology.APPLIED, QueryableStoreTypes.<String, Long>keyValueStore()).withPartition(partition))));
        } catch (InvalidStateStoreException | IllegalStateException e) {
            return OptionalInt.empty();
        }
    }

    /// As [#rulesInForce(int)], on the partition of a conversation.
    public OptionalInt rulesInForce(String conversationId) {
        return rulesInForce(partition(conversationId));
    }

    /// Switches a partition that this instance decides for. Switching to what is in force changes nothing, and back is refused.
    public CompletableFuture<Decision> switchRules(int partition, RulesVersion wanted, Actor actor) {
        return commands.decide(RulesInForce.switchTo(wanted, partition, clients.settings().partitions(), actor, settings.ownership()));
    }

    /// How many partitions there are.
    public int partitions() {
        return clients.settings().partitions();
    }

    /// On the partitions of `channel-messages` that this instance carries; not a number while it carries none.
    private double messagesWaiting() {
        ChannelBridge carrying = bridge;
        return carrying == null ? Double.NaN : carrying.waiting();
    }

    /// Of the partitions that this instance decides for; not a number if there is none.
    private double lowestRulesInForce() {
        return IntStream.range(0, partitions()).mapToObj(this::rulesInForce).flatMapToInt(OptionalInt::stream)
                .asDoubleStream().min().orElse(Double.NaN);
    }

    private void awaitDecidedSoFar(String conversationId)
            throws InterruptedException, java.util.concurrent.ExecutionException, java.util.concurrent.TimeoutException {
        int partition = partition(conversationId);
        var log = new TopicPartition(Topic.CONVERSATION_COMMANDS.name(clients.settings().topicPrefix()), partition);
        long end = admin.listOffsets(java.util.Map.of(log, OffsetSpec.latest())).partitionResult(log)
                .get(CAUGHT_UP_WITHIN.toMillis(), TimeUnit.MILLISECONDS).offset();
        ReadOnlyKeyValueStore<String, Long> applied = runner.streams().store(StoreQueryParameters.fromNameAndType(
                AssignmentTopology.APPLIED, QueryableStoreTypes.<String, Long>keyValueStore()).withPartition(partition));
        long deadline = System.nanoTime() + CAUGHT_UP_WITHIN.toNanos();
        while (end > 0 && Optional.ofNullable(applied.get(OffsetGuard.KEY)).orElse(-1L) < end - 1) {
            if (System.nanoTime() > deadline) {
                throw Problem.unavailable("Commands before this question are still being decided.").asException();
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeParts();
    }

    private void closeParts() {
        probed = false;
        List<AutoCloseable> open = new ArrayList<>();
        java.util.Collections.addAll(open, bridge, runner, commands, producer, admin);
        bridge = null;
        runner = null;
        producer = null;
        admin = null;
        for (AutoCloseable part : open) {
            try {
                if (part != null) {
                    part.close();
                }
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(AssignmentService.class).warn("{} did not close cleanly", part, e);
            }
        }
        pending.giveUp();
    }
}
