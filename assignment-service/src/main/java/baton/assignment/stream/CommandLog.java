package baton.assignment.stream;

import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Json;
import baton.contract.Topic;
import baton.runtime.KafkaClients;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/// Appends commands to the one log that decides, durably (acks=all, idempotent; C1) and never in a transaction (C3), and waits for
/// their decisions.
@Singleton
public final class CommandLog implements AutoCloseable {

    /// What a retry would be told, in words.
    private static final String SEND_AGAIN = " Send the command again with the same Idempotency-Key to learn the outcome.";

    private static final Duration MET_WITHIN = Duration.ofSeconds(15);
    private static final long ASKED_EVERY_MILLIS = 10;
    /// Kafka's default is five minutes, after which the first command would have to wait for the topic's metadata again, or be refused.
    private static final long NEVER_FORGOTTEN_MILLIS = Duration.ofDays(10_000).toMillis();

    private final KafkaClients clients;
    private final AssignmentSettings settings;
    private final PendingDecisions pending;
    private final String topic;
    private volatile Producer<byte[], byte[]> producer;
    private volatile Supplier<Optional<String>> haltedBecause = Optional::empty;

    CommandLog(KafkaClients clients, AssignmentSettings settings, PendingDecisions pending) {
        this.clients = clients;
        this.settings = settings;
        this.pending = pending;
        this.topic = Topic.CONVERSATION_COMMANDS.name(clients.settings().topicPrefix());
    }

    /// Opens the producer, if it is not open.
    synchronized void open() {
        if (producer == null) {
            // A little less than a caller waits: the broker's silence should be known before the caller is given up.
            Duration delivery = settings.decidedWithin().multipliedBy(4).dividedBy(5);
            producer = clients.producer("commands", delivery, Map.of(
                    ProducerConfig.LINGER_MS_CONFIG, (int) settings.commandLinger().toMillis(),
                    // send() runs on the event loop: where the topic is not known or the buffer is full it refuses at once. Whoever waited
                    // there would hold up everybody whose connection the same loop serves.
                    ProducerConfig.MAX_BLOCK_MS_CONFIG, 0,
                    ProducerConfig.METADATA_MAX_IDLE_CONFIG, NEVER_FORGOTTEN_MILLIS));
        }
    }

    /// Reads the topic's metadata, so that no later send has to wait for it. The producer itself does not wait; it goes on asking meanwhile.
    void meet(int partitions) throws InterruptedException {
        meet(opened(), topic, partitions, MET_WITHIN);
    }

    static void meet(Producer<?, ?> producer, String topic, int partitions, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            try {
                int found = producer.partitionsFor(topic).size();
                if (found != partitions) {
                    throw new IllegalStateException(topic + " shows " + found + " partitions, expected " + partitions);
                }
                return;
            } catch (org.apache.kafka.common.errors.TimeoutException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(ASKED_EVERY_MILLIS);
            }
        }
    }

    /// From now on, commands are refused before they are written while this gives a reason: nobody would decide them, and they would take
    /// effect long after their callers had given up.
    void refuseWhile(Supplier<Optional<String>> haltedBecause) {
        this.haltedBecause = haltedBecause;
    }

    /// Appends a command and completes with what was decided; exceptionally with a [ProblemException]: `overloaded` or `unavailable` if
    /// it was not written, `outcome-unknown` if it may have been.
    public CompletableFuture<Decision> decide(CommandEnvelope command) {
        var record = new ProducerRecord<>(topic, KafkaClients.key(command.conversationId()), Json.write(command));
        haltedBecause.get().ifPresent(reason -> {
            throw Problem.unavailable("Commands are not decided at this moment: " + reason).asException();
        });
        CompletableFuture<Decision> decision = pending.waitFor(record.headers(), partition(record.key()));
        Thread caller = Thread.currentThread();
        try {
            opened().send(record, (_, failure) -> {
                if (failure != null) {
                    // What fails before it is in the producer's buffer, the producer says at once, on the caller's own thread.
                    decision.completeExceptionally(Thread.currentThread() == caller ? notWritten(failure) : problem(failure));
                }
            });
        } catch (RuntimeException e) {
            decision.completeExceptionally(notWritten(e));
        }
        return decision.exceptionally(failure -> {
            throw switch (failure instanceof CompletionException wrapped ? wrapped.getCause() : failure) {
                case ProblemException problem -> problem;
                case TimeoutException _ -> Problem.outcomeUnknown("The command was not decided within "
                        + settings.decidedWithin().toMillis() + " ms." + SEND_AGAIN).asException();
                case Throwable other -> new CompletionException(other);
            };
        });
    }

    /// Appends a command that nobody waits for; completes with where it is on the log. One that could not be sent has failed when this
    /// returns.
    CompletableFuture<RecordMetadata> append(CommandEnvelope command) {
        CompletableFuture<RecordMetadata> appended = new CompletableFuture<>();
        opened().send(new ProducerRecord<>(topic, KafkaClients.key(command.conversationId()), Json.write(command)),
                (written, failure) -> {
                    if (failure == null) {
                        appended.complete(written);
                    } else {
                        appended.completeExceptionally(failure);
                    }
                });
        return appended;
    }

    /// As [#append(CommandEnvelope)]; where the producer has no room at this moment, or does not know the topic, the command is sent again until
    /// it does. One that was not taken until the deadline has failed when this returns.
    ///
    /// @param givenUp asked meanwhile, whether to wait no more
    CompletableFuture<RecordMetadata> appendWhenTaken(CommandEnvelope command, long deadlineNanos, BooleanSupplier givenUp) throws InterruptedException {
        return whenTaken(() -> append(command), deadlineNanos, givenUp);
    }

    static CompletableFuture<RecordMetadata> whenTaken(Supplier<CompletableFuture<RecordMetadata>> append, long deadlineNanos, BooleanSupplier givenUp)
            throws InterruptedException {
        while (true) {
            CompletableFuture<RecordMetadata> appended = append.get();
            boolean taken = !appended.isCompletedExceptionally() || !isPassing(appended.exceptionNow());
            if (taken || System.nanoTime() - deadlineNanos >= 0 || givenUp.getAsBoolean()) {
                return appended;
            }
            TimeUnit.MILLISECONDS.sleep(ASKED_EVERY_MILLIS);
        }
    }

    /// A full buffer is such a timeout too.
    private static boolean isPassing(Throwable failure) {
        return failure instanceof org.apache.kafka.common.errors.TimeoutException;
    }

    private int partition(byte[] key) {
        return KafkaClients.partition(key, clients.settings().partitions());
    }

    private Producer<byte[], byte[]> opened() {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            throw new IllegalStateException("assignment-service is not started");
        }
        return open;
    }

    private static ProblemException notWritten(Exception failure) {
        String detail = "The command could not be written: " + failure.getMessage();
        return (failure instanceof BufferExhaustedException ? Problem.overloaded(detail) : Problem.unavailable(detail)).asException();
    }

    private static ProblemException problem(Exception failure) {
        return switch (failure) {
            case RecordTooLargeException e -> Problem.unavailable("The command is too large: " + e.getMessage()).asException();
            case AuthorizationException e -> Problem.unavailable("The log may not be written: " + e.getMessage()).asException();
            case Exception e -> Problem.outcomeUnknown("The log did not acknowledge the command: " + e.getMessage() + "." + SEND_AGAIN)
                    .asException();
        };
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
            producer = null;
        }
    }
}
