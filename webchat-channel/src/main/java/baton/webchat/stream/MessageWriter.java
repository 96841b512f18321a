package baton.webchat.stream;

import baton.contract.ChannelMessage;
import baton.contract.Json;
import baton.contract.Topic;
import baton.runtime.BrokerWatch;
import baton.runtime.KafkaClients;
import baton.runtime.Problem;
import baton.runtime.ProblemException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/// Puts visitors' messages on `channel-messages`: key = conversation id, so that one conversation's messages stay in order, acknowledged
/// by all in-sync replicas, each once. A message that is sent again has the same message id, by which assignment-service drops it.
@Singleton
public final class MessageWriter implements AutoCloseable {

    private static final int BLOCKED_MILLIS_MAX = 2_000;
    private static final String AGAIN = " Send it again with the same messageId.";

    private final KafkaClients clients;
    private final ChannelSettings settings;
    private final BrokerWatch brokers;
    private final String topic;
    private volatile Producer<byte[], byte[]> producer;

    MessageWriter(KafkaClients clients, ChannelSettings settings, BrokerWatch brokers) {
        this.clients = clients;
        this.settings = settings;
        this.brokers = brokers;
        this.topic = Topic.CHANNEL_MESSAGES.name(clients.settings().topicPrefix());
    }

    /// Opens the producer, if it is not open.
    synchronized void open() {
        if (producer == null) {
            producer = clients.producer("webchat-messages", settings.writtenWithin(),
                    Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) Math.min(BLOCKED_MILLIS_MAX, settings.writtenWithin().toMillis())));
        }
    }

    /// Completes when the log has the message; exceptionally with a [ProblemException]: `overloaded` or `unavailable` if it was not written,
    /// `outcome-unknown` if it may have been. May wait for a moment before it returns.
    public CompletableFuture<Void> write(String conversationId, ChannelMessage message) {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            throw unavailable("The channel has not started yet.");
        }
        brokers.notReadyBecause().ifPresent(_ -> {
            throw unavailable("The log cannot be reached.");
        });
        CompletableFuture<Void> written = new CompletableFuture<>();
        try {
            open.send(new ProducerRecord<>(topic, KafkaClients.key(conversationId), Json.write(message)), (_, failure) -> {
                if (failure == null) {
                    written.complete(null);
                } else {
                    written.completeExceptionally(problem(failure));
                }
            });
        } catch (RuntimeException e) { // the producer is being closed
            throw unavailable("The message could not be written.");
        }
        return written;
    }

    private static ProblemException problem(Exception failure) {
        return switch (failure) {
            case BufferExhaustedException _ -> Problem.overloaded("More messages are waiting for the log than there is room for.").asException();
            case RecordTooLargeException _ -> unavailable("The log takes no message of this size.");
            case AuthorizationException _ -> unavailable("The log may not be written.");
            case Exception _ -> Problem.outcomeUnknown("The log did not acknowledge the message." + AGAIN).asException();
        };
    }

    private static ProblemException unavailable(String why) {
        return Problem.unavailable(why + AGAIN).asException();
    }

    @Override
    public synchronized void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(5));
            producer = null;
        }
    }
}
