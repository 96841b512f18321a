package baton.directory;

import baton.contract.Agent;
import baton.contract.Group;
import baton.contract.Json;
import baton.contract.Topic;
import baton.runtime.CompactedTable;
import baton.runtime.KafkaClients;
import baton.runtime.Service;
import baton.runtime.TopicKeeper;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/// The agents and groups as the topics `agents` and `groups` have them at this moment, in memory. Asked at every request, so that
/// a deactivated agent is out with her next one.
@Singleton
public final class AgentDirectory implements Service {

    /// How long a change may take to show here.
    static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final TopicKeeper topics;
    private final CompactedTable<Agent> agents;
    private final CompactedTable<Group> groups;
    private final CopyOnWriteArrayList<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

    AgentDirectory(KafkaClients clients, TopicKeeper topics) {
        this.clients = clients;
        this.topics = topics;
        String prefix = clients.settings().topicPrefix();
        this.agents = new CompactedTable<>(clients, Topic.AGENTS.name(prefix), bytes -> Json.read(bytes, Agent.class));
        this.groups = new CompactedTable<>(clients, Topic.GROUPS.name(prefix), bytes -> Json.read(bytes, Group.class));
        agents.onChange((id, _) -> listeners.forEach(listener -> listener.accept(id)));
    }

    @Override
    public String name() {
        return "agent-directory";
    }

    @Override
    public void start() throws Exception {
        topics.ensure(Topics.specs(clients.settings(), Topic.AGENTS, Topic.GROUPS));
        agents.start();
        groups.start();
    }

    @Override
    public Optional<String> notReadyBecause() {
        return agents.notReadyBecause().or(groups::notReadyBecause);
    }

    /// Whether everybody and every group has been read that was there at the start: before, somebody may still be what she was once.
    /// Stays so while brokers are away.
    public boolean complete() {
        return agents.complete() && groups.complete();
    }

    /// The agent with this id, active or not.
    public Optional<Agent> agent(String id) {
        return agents.get(id);
    }

    /// All agents, active or not, by id.
    public List<Agent> agents() {
        return sorted(agents.all().values(), Comparator.comparing(Agent::id));
    }

    /// What to call an agent: her name, or her id if nobody knows her any more.
    public String nameOf(String agentId) {
        return agents.get(agentId).map(Agent::name).orElse(agentId);
    }

    /// The group with this id.
    public Optional<Group> group(String id) {
        return groups.get(id);
    }

    /// All groups, by id.
    public List<Group> groups() {
        return sorted(groups.all().values(), Comparator.comparing(Group::id));
    }

    /// Calls `listener` with the id of every agent that changes.
    public void onAgentChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /// Completes when the topics have been read up to these offsets; fails if that takes longer than [#SEEN_WITHIN].
    CompletableFuture<Void> read(Map<TopicPartition, Long> upTo) {
        return CompletableFuture.allOf(Stream.of(agents, groups)
                .map(table -> table.read(upTo, SEEN_WITHIN)).toArray(CompletableFuture[]::new));
    }

    @Override
    public void close() {
        agents.close();
        groups.close();
    }

    private static <T> List<T> sorted(Collection<T> values, Comparator<T> order) {
        return values.stream().sorted(order).toList();
    }
}
