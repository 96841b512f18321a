package baton.directory;

import baton.contract.Agent;
import baton.contract.Group;
import baton.contract.Json;
import baton.contract.Topic;
import baton.runtime.KafkaClients;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/// Writes agents and groups, one change at a time in the whole deployment: what a change is decided from is what all changes before it
/// have made, whichever instance wrote them. So two supervisors who deactivate each other through two instances do not leave none.
///
/// All instances write in transactions of one transactional id. Who begins to write with it shuts out who wrote before, then reads
/// to the end of the log, and may from then on trust its own directory, until it is shut out itself; then it begins again. Only
/// assignment-service writes.
@Singleton
public final class DirectoryWriter {

    private static final String NAME = "agent-directory";
    private static final int BEGUN_MAX = 5;
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(5);
    private static final Duration SEEN_WITHIN = AgentDirectory.SEEN_WITHIN;

    private final KafkaClients clients;
    private final AgentDirectory directory;
    private final String agents;
    private final String groups;
    private Producer<byte[], byte[]> producer;

    DirectoryWriter(KafkaClients clients, AgentDirectory directory) {
        this.clients = clients;
        this.directory = directory;
        this.agents = Topic.AGENTS.name(clients.settings().topicPrefix());
        this.groups = Topic.GROUPS.name(clients.settings().topicPrefix());
    }

    /// What a change writes.
    public final class Changes {

        private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();

        /// Writes an agent.
        public void put(Agent agent) {
            records.add(new ProducerRecord<>(agents, 0, KafkaClients.key(agent.id()), Json.write(agent)));
        }

        /// Writes a group.
        public void put(Group group) {
            records.add(new ProducerRecord<>(groups, 0, KafkaClients.key(group.id()), Json.write(group)));
        }

        /// Removes a group.
        public void removeGroup(String id) {
            records.add(new ProducerRecord<>(groups, 0, KafkaClients.key(id), null));
        }
    }

    /// Makes a change; returns when this instance shows it. All of it is written or nothing.
    ///
    /// @param change looks into the directory and says what to write, or throws; does nothing else, because it is asked again where another
    ///               instance has written meanwhile
    public synchronized <T> T change(Function<Changes, T> change) {
        KafkaException notWritten = null;
        for (int begun = 0; begun < BEGUN_MAX; begun++) {
            try {
                begin();
                var changes = new Changes();
                T result = change.apply(changes);
                write(changes.records);
                return result;
            } catch (KafkaException e) {
                notWritten = e;
                close();
            }
        }
        throw Problem.unavailable("Agents and groups cannot be written at this moment: " + notWritten.getMessage()).asException();
    }

    /// Shuts out who wrote before and lets the directory catch up with it, unless nobody is known to have written since this was last done:
    /// who has, has shut out this instance, whose next transaction then fails.
    private void begin() {
        if (producer == null) {
            producer = clients.producer(NAME, WRITTEN_WITHIN, Map.of(
                    ProducerConfig.TRANSACTIONAL_ID_CONFIG, clients.prefixed(NAME),
                    ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 2 * (int) WRITTEN_WITHIN.toMillis(),
                    ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) WRITTEN_WITHIN.toMillis()));
            producer.initTransactions();
            Problem unread = Problem.unavailable("The agents and groups are not known at this moment.");
            try {
                await(directory.read(ends()), unread);
            } catch (ProblemException e) {
                close(); // else the next change would take it for read
                throw e;
            }
        }
    }

    /// Throws a [KafkaException] where nothing was written. One that was shut out at its very end may have been written all the same; to make
    /// the change again does no harm then.
    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        if (records.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> written = new HashMap<>();
        try {
            producer.beginTransaction();
            List<Future<RecordMetadata>> sent = records.stream().map(record -> producer.send(record)).toList();
            producer.commitTransaction();
            for (Future<RecordMetadata> one : sent) {
                RecordMetadata at = one.get();
                written.merge(new TopicPartition(at.topic(), at.partition()), at.offset() + 1, Math::max);
            }
        } catch (org.apache.kafka.common.errors.TimeoutException | ExecutionException e) {
            close();
            throw unknown().asException();
        } catch (InterruptedException | InterruptException e) {
            close();
            Thread.currentThread().interrupt();
            throw unknown().asException();
        }
        await(directory.read(written), unknown());
    }

    private Map<TopicPartition, Long> ends() {
        try (Admin admin = clients.admin()) {
            Map<TopicPartition, OffsetSpec> latest = Map.of(new TopicPartition(agents, 0), OffsetSpec.latest(), new TopicPartition(groups, 0), OffsetSpec.latest());
            Map<TopicPartition, Long> ends = new HashMap<>();
            admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all()
                    .get(SEEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("the log's end cannot be read", e);
        }
    }

    private static Problem unknown() {
        return Problem.outcomeUnknown("The change was not seen in time. Send it again; it is the same whenever it is sent.");
    }

    private static void await(CompletableFuture<?> read, Problem otherwise) {
        try {
            read.join(); // has a deadline of its own
        } catch (CompletionException e) {
            throw otherwise.asException();
        }
    }

    @PreDestroy
    synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }
}
