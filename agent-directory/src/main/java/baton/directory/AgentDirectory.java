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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;

/// The agents and groups as the topics `agents` and `groups` have them at this moment, in memory. Asked at every request, so that
/// a deactivated agent is out with her next one.
@Singleton
public final class AgentDirectory implements Service {

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(5);

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

    /// Writes an agent; completes when this instance sees her so. For assignment-service, which alone writes the topic.
    public CompletableFuture<Void> put(Producer<byte[], byte[]> producer, Agent agent) {
        return agents.put(producer, agent.id(), Json.write(agent), SEEN_WITHIN);
    }

    /// Writes a group; completes when this instance sees it so. For assignment-service, which alone writes the topic.
    public CompletableFuture<Void> put(Producer<byte[], byte[]> producer, Group group) {
        return groups.put(producer, group.id(), Json.write(group), SEEN_WITHIN);
    }

    /// Removes a group; completes when this instance no longer sees it. For assignment-service, which alone writes the topic.
    public CompletableFuture<Void> removeGroup(Producer<byte[], byte[]> producer, String id) {
        return groups.put(producer, id, null, SEEN_WITHIN);
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
