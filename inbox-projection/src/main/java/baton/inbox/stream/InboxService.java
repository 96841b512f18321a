package baton.inbox.stream;

import baton.contract.Topic;
import baton.directory.Topics;
import baton.runtime.KafkaClients;
import baton.runtime.Peers;
import baton.runtime.Service;
import baton.runtime.StreamsRunner;
import baton.runtime.TopicKeeper;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.Topology;

/// inbox-projection as a whole. It is ready when every partition that this instance has can be read.
@Singleton
public final class InboxService implements Service {

    /// Rarely: what is folded is seen at once, committed or not, and nobody reads what a commit would publish.
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final Peers peers;
    private final MeterRegistry registry;
    private final InboxShards shards;
    private volatile StreamsRunner runner;
    private Arrivals arrivals;
    private boolean closed;

    InboxService(KafkaClients clients, TopicKeeper topics, Peers peers, MeterRegistry registry) {
        this.clients = clients;
        this.topics = topics;
        this.peers = peers;
        this.registry = registry;
        this.shards = new InboxShards(clients.settings().partitions(), false);
    }

    @Override
    public String name() {
        return InboxTopology.APPLICATION;
    }

    @Override
    public void start() throws Exception {
        closeRunner();
        topics.ensure(Topics.specs(clients.settings(), Topic.CONVERSATION_EVENTS, Topic.DEAD_LETTERS));
        Topology topology = InboxTopology.build(clients.settings().topicPrefix(), shards);
        topics.verifyChangelogs(clients.prefixed(name()), topology);
        open(topology);
    }

    /// What is opened after [#close()] would stay open for ever.
    private synchronized void open(Topology topology) {
        if (closed) {
            throw new IllegalStateException("closed while it started");
        }
        // From the beginning: the log is kept for ever, and what was folded before is dropped by its version.
        runner = new StreamsRunner(name(), topology, clients.streams(InboxTopology.APPLICATION, "earliest", COMMIT_INTERVAL), registry);
        StreamsRunner opened = runner;
        String log = Topic.CONVERSATION_EVENTS.name(clients.settings().topicPrefix());
        peers.follow(partition -> opened.instanceOf(new TopicPartition(log, partition)));
        arrivals = new Arrivals(clients, clients.prefixed(name()), log, shards);
        arrivals.start();
        runner.start();
    }

    /// What this instance has of the inbox.
    public InboxShards shards() {
        return shards;
    }

    /// The instances that have the rest.
    public Peers peers() {
        return peers;
    }

    @Override
    public Optional<String> notReadyBecause() {
        StreamsRunner running = runner;
        if (running == null) {
            return Optional.of("not started");
        }
        return running.notReadyBecause()
                .or(() -> partitions(shards.arriving().keySet(), "are catching up with the log"))
                .or(() -> partitions(clients.settings().here().isPresent() ? List.of() : shards.missing(), "are not there yet"));
    }

    private static Optional<String> partitions(Collection<Integer> which, String what) {
        return which.isEmpty() ? Optional.empty() : Optional.of("partitions " + which.stream().sorted().toList() + " " + what);
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeRunner();
    }

    private void closeRunner() {
        if (arrivals != null) {
            arrivals.close();
        }
        StreamsRunner running = runner;
        runner = null;
        if (running != null) {
            running.close();
        }
    }
}
