package baton.directory;

import baton.contract.Agent;
import baton.contract.Group;
import baton.contract.Json;
import baton.contract.Topic;
import baton.runtime.KafkaClients;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
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
    /// How long a change waits for those before it, and is begun again; what is begun then may take as long as each of its steps.
    private static final Duration BEGUN_WITHIN = Duration.ofSeconds(15);
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(5);
    private static final Duration SEEN_WITHIN = AgentDirectory.SEEN_WITHIN;

    private final String agents;
    private final String groups;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Supplier<Map<TopicPartition, Long>> ends;
    private final Function<Map<TopicPartition, Long>, CompletableFuture<Void>> read;
    private final ReentrantLock oneAtATime = new ReentrantLock(true);
    private volatile Producer<byte[], byte[]> producer;
    private volatile boolean stopped;

    @Inject
    DirectoryWriter(KafkaClients clients, AgentDirectory directory) {
        this(clients.settings().topicPrefix(), () -> clients.producer(NAME, WRITTEN_WITHIN, Map.of(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG, clients.prefixed(NAME),
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 2 * (int) WRITTEN_WITHIN.toMillis(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) WRITTEN_WITHIN.toMillis())), () -> ends(clients), directory::read);
    }

    /// @param producers makes a producer of the one transactional id
    /// @param ends      asks where the topics end
    /// @param read      completes when the directory has been read so far, fails where that is not in time
    DirectoryWriter(String topicPrefix, Supplier<Producer<byte[], byte[]>> producers, Supplier<Map<TopicPartition, Long>> ends,
            Function<Map<TopicPartition, Long>, CompletableFuture<Void>> read) {
        this.agents = Topic.AGENTS.name(topicPrefix);
        this.groups = Topic.GROUPS.name(topicPrefix);
        this.producers = producers;
        this.ends = ends;
        this.read = read;
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
    public <T> T change(Function<Changes, T> change) {
        long deadline = System.nanoTime() + BEGUN_WITHIN.toNanos();
        try {
            if (!oneAtATime.tryLock(BEGUN_WITHIN.toNanos(), TimeUnit.NANOSECONDS)) {
                throw Problem.unavailable("Other changes of agents and groups take too long at this moment.").asException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("This instance stops.").asException();
        }
        try {
            return change(change, deadline);
        } finally {
            oneAtATime.unlock();
        }
    }

    private <T> T change(Function<Changes, T> change, long deadline) {
        KafkaException failed = null;
        boolean perhapsWritten = false;
        for (int begun = 0; begun < BEGUN_MAX && (begun == 0 || System.nanoTime() < deadline); begun++) {
            try {
                begin();
                var changes = new Changes();
                T result = change.apply(changes);
                write(changes.records);
                return result;
            } catch (PerhapsWritten e) {
                failed = e;
                perhapsWritten = true;
                close();
            } catch (KafkaException e) {
                failed = e;
                close();
            } catch (ProblemException e) {
                if (perhapsWritten) { // so it may be its own effect by which it is refused now
                    throw unknown().asException();
                }
                throw e;
            } catch (IllegalStateException e) { // what a producer says that was closed
                if (stopped) {
                    throw (perhapsWritten ? unknown() : Problem.unavailable("This instance stops.")).asException();
                }
                throw e;
            }
        }
        throw (perhapsWritten ? unknown() : Problem.unavailable("Agents and groups cannot be written at this moment: " + failed.getMessage()))
                .asException();
    }

    /// The transaction was at its very end when it failed.
    private static final class PerhapsWritten extends KafkaException {
        private static final long serialVersionUID = 1L;

        PerhapsWritten(KafkaException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /// Shuts out who wrote before and lets the directory catch up with it, unless nobody is known to have written since this was last done:
    /// who has, has shut out this instance, whose next transaction then fails.
    private void begin() {
        if (producer == null) {
            producer = producers.get();
            if (stopped) {
                close();
                throw Problem.unavailable("This instance stops.").asException();
            }
            producer.initTransactions();
            awaitRead(ends.get(), Problem.unavailable("The agents and groups are not known at this moment."));
        }
    }

    /// Throws a [KafkaException] where nothing was written, and [PerhapsWritten] where that is not known but may be tried again.
    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        if (records.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> written = new HashMap<>();
        try {
            producer.beginTransaction();
            List<Future<RecordMetadata>> sent = records.stream().map(record -> producer.send(record)).toList();
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                RecordMetadata at = one.get();
                written.merge(new TopicPartition(at.topic(), at.partition()), at.offset() + 1, Math::max);
            }
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause().getMessage(), e);
        } catch (InterruptedException | InterruptException e) {
            close();
            Thread.currentThread().interrupt();
            throw Problem.unavailable("This instance stops.").asException();
        }
        try {
            producer.commitTransaction();
        } catch (org.apache.kafka.common.errors.TimeoutException | InterruptException e) {
            close();
            throw unknown().asException();
        } catch (KafkaException e) {
            throw new PerhapsWritten(e);
        }
        awaitRead(written, unknown());
    }

    /// Where the directory has not been read in time, whoever comes next begins anew: what she decides from would lack something.
    private void awaitRead(Map<TopicPartition, Long> upTo, Problem otherwise) {
        try {
            read.apply(upTo).join(); // has a deadline of its own
        } catch (CompletionException _) {
            close();
            throw otherwise.asException();
        }
    }

    private static Map<TopicPartition, Long> ends(KafkaClients clients) {
        String prefix = clients.settings().topicPrefix();
        try (Admin admin = clients.admin()) {
            Map<TopicPartition, OffsetSpec> latest = Map.of(new TopicPartition(Topic.AGENTS.name(prefix), 0), OffsetSpec.latest(),
                    new TopicPartition(Topic.GROUPS.name(prefix), 0), OffsetSpec.latest());
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

    private void close() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }

    /// What is under way fails then, and says that it is not known.
    @PreDestroy
    void stop() {
        stopped = true;
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }
}
