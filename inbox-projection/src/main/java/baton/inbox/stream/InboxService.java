package baton.inbox.stream;

import baton.contract.Topic;
import baton.directory.Topics;
import baton.runtime.FoldedBefore;
import baton.runtime.KafkaClients;
import baton.runtime.Peers;
import baton.runtime.RebuildLog;
import baton.runtime.Service;
import baton.runtime.StreamsRunner;
import baton.runtime.TopicKeeper;
import baton.runtime.View;
import baton.runtime.ViewRunner;
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
public final class InboxService implements Service, View {

    /// Rarely: what is folded is seen at once, committed or not, and nobody reads what a commit would publish.
    private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final Peers peers;
    private final InboxShards shards;
    private final ViewRunner runner;
    private volatile Arrivals arrivals;

    InboxService(KafkaClients clients, TopicKeeper topics, Peers peers, RebuildLog rebuilds, MeterRegistry registry) {
        this.clients = clients;
        this.topics = topics;
        this.peers = peers;
        this.shards = new InboxShards(clients.settings().partitions(), false);
        this.runner = new ViewRunner(this, clients, topics, rebuilds, registry);
    }

    @Override
    public String name() {
        return InboxTopology.APPLICATION;
    }

    @Override
    public void start() throws Exception {
        topics.ensure(Topics.specs(clients.settings(), Topic.CONVERSATION_EVENTS, Topic.DEAD_LETTERS));
        runner.start();
    }

    @Override
    public String log() {
        return Topic.CONVERSATION_EVENTS.name(clients.settings().topicPrefix());
    }

    @Override
    public Optional<String> output() {
        return Optional.empty();
    }

    @Override
    public Duration commitInterval() {
        return COMMIT_INTERVAL;
    }

    @Override
    public Topology topology(FoldedBefore before) {
        return InboxTopology.build(clients.settings().topicPrefix(), shards, before);
    }

    @Override
    public void opened(StreamsRunner opened) {
        peers.follow(partition -> opened.instanceOf(new TopicPartition(log(), partition)));
        arrivals = new Arrivals(clients, clients.prefixed(name()), log(), shards);
        arrivals.start();
    }

    @Override
    public void closing() {
        if (arrivals != null) { // null where it could not be opened
            arrivals.close();
        }
    }

    /// What this instance has of the inbox.
    public InboxShards shards() {
        return shards;
    }

    /// The instances that have the rest.
    public Peers peers() {
        return peers;
    }

    /// Its life, for who wants it rebuilt.
    public ViewRunner runner() {
        return runner;
    }

    @Override
    public Optional<String> notReadyBecause() {
        return runner.notReadyBecause();
    }

    @Override
    public Optional<String> notReadableBecause() {
        return partitions(shards.arriving().keySet(), "are catching up with the log")
                .or(() -> partitions(clients.settings().here().isPresent() ? List.of() : shards.missing(), "are not there yet"));
    }

    private static Optional<String> partitions(Collection<Integer> which, String what) {
        return which.isEmpty() ? Optional.empty() : Optional.of("partitions " + which.stream().sorted().toList() + " " + what);
    }

    @Override
    public void close() {
        runner.close();
    }
}
