package baton.assignment.stream;

import baton.contract.ChannelMessage;
import baton.contract.CommandEnvelope;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Json;
import baton.contract.Texts;
import baton.contract.Topic;
import baton.contract.Unreadable;
import baton.runtime.DeadLetter;
import baton.runtime.KafkaClients;
import baton.runtime.Outage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries the messages of channels to the commands, at least once: what a crash repeats, the decider drops by its message id. A
/// plain consumer and producer, because a transaction on the commands would hold back every command behind it (C3).
///
/// A record that is no message goes to the dead letters with its reason, and its neighbours go on. A batch is committed when all
/// of it is on the log; after a failure it is read again. Where agents' commands have taken all room in the producer, it waits for some. It
/// carries no faster than is decided, see [UndecidedCommands], and no more than
/// [#UNACKNOWLEDGED_BYTES_MAX] at once, so that a flood leaves room for agents' commands, before the decider and in the producer.
final class ChannelBridge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelBridge.class);
    private static final String NAME = "channel-bridge";
    private static final int BATCH_MAX = 500;
    /// A part of what the producer of commands holds, which agents' commands go through too.
    private static final int UNACKNOWLEDGED_BYTES_MAX = 4 * 1024 * 1024;
    private static final long WRITTEN_WITHIN_SECONDS = 20;

    private final KafkaClients clients;
    private final CommandLog commands;
    private final AssignmentSettings settings;
    private final UndecidedCommands undecided;
    private final String messages;
    private final String deadLetters;
    private final Thread thread = Thread.ofPlatform().name(NAME).daemon().unstarted(this::run);
    private volatile Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile long waiting;
    private volatile String failure = "the bridge from channels has not joined yet";

    /// @param admin asks how far the decisions have come; open until this is closed
    ChannelBridge(KafkaClients clients, CommandLog commands, AssignmentSettings settings, Admin admin) {
        this.clients = clients;
        this.commands = commands;
        this.settings = settings;
        String deciding = clients.prefixed(AssignmentTopology.APPLICATION);
        this.undecided = new UndecidedCommands(() -> admin.listConsumerGroupOffsets(deciding).partitionsToOffsetAndMetadata()
                .get(UndecidedCommands.HELD_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
        this.messages = Topic.CHANNEL_MESSAGES.name(clients.settings().topicPrefix());
        this.deadLetters = Topic.DEAD_LETTERS.name(clients.settings().topicPrefix());
    }

    void start() {
        thread.start();
    }

    /// Why no messages are carried at this moment; empty when they are.
    Optional<String> notReadyBecause() {
        return Optional.ofNullable(failure);
    }

    /// How many messages were waiting to be carried when it last looked, on the partitions that this instance reads. It looks before and
    /// after each batch, and every half second where there is none.
    long waiting() {
        return waiting;
    }

    /// As the consumer itself knows it; no broker is asked.
    private static long behind(Consumer<byte[], byte[]> consumer) {
        return consumer.assignment().stream().mapToLong(partition -> consumer.currentLag(partition).orElse(0)).sum();
    }

    private void run() {
        long pauseMillis = 100;
        while (!closed) {
            try (Consumer<byte[], byte[]> opened = clients.consumer(NAME, consumerConfig());
                    Producer<byte[], byte[]> letters = clients.producer(NAME + "-dead-letters", Duration.ofSeconds(10), Map.of())) {
                consumer = opened;
                opened.subscribe(List.of(messages));
                while (!closed) {
                    ConsumerRecords<byte[], byte[]> batch = opened.poll(Duration.ofMillis(500));
                    if (!opened.assignment().isEmpty() || !opened.groupMetadata().memberId().isEmpty()) {
                        failure = null;
                        pauseMillis = 100;
                    }
                    waiting = behind(opened) + batch.count();
                    if (!batch.isEmpty()) {
                        carry(batch, letters).forEach(undecided::wrote);
                        opened.commitSync();
                        waiting = behind(opened);
                        undecided.awaitFew(() -> closed);
                    }
                }
            } catch (WakeupException _) {
                // closed, see the loop's condition
            } catch (Exception | Error e) { // a bridge that has died would look like one that has nothing to carry
                if (closed) {
                    return;
                }
                failure = "messages of channels cannot be carried: " + e.getMessage();
                waiting = 0; // its partitions go to others, who say
                LOG.warn("messages of channels cannot be carried, trying again in {} ms: {}", pauseMillis, Outage.reason(e), Outage.trace(e));
                try {
                    TimeUnit.MILLISECONDS.sleep(pauseMillis);
                } catch (InterruptedException _) {
                    return;
                }
                pauseMillis = Math.min(5_000, pauseMillis * 2);
            }
        }
    }

    /// Where the batch is on the log, when all of it is.
    private List<RecordMetadata> carry(ConsumerRecords<byte[], byte[]> batch, Producer<byte[], byte[]> letters) throws Exception {
        List<RecordMetadata> places = new ArrayList<>();
        List<CompletableFuture<RecordMetadata>> written = new ArrayList<>();
        long bytes = 0;
        long takenUntil = System.nanoTime() + TimeUnit.SECONDS.toNanos(WRITTEN_WITHIN_SECONDS);
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            bytes += record.serializedValueSize();
            if (bytes > UNACKNOWLEDGED_BYTES_MAX) {
                places.addAll(await(written));
                written.clear();
                bytes = record.serializedValueSize();
            }
            try {
                CompletableFuture<RecordMetadata> appended = commands.appendWhenTaken(command(record, settings), takenUntil, () -> closed);
                written.add(appended);
                if (appended.isCompletedExceptionally()) {
                    break; // what comes behind it must not overtake it; all of the batch is read again
                }
            } catch (Unreadable e) {
                LOG.warn("a message of a channel is not readable, see {}: {}-{} at {}: {}", deadLetters, record.topic(),
                        record.partition(), record.offset(), e.getMessage());
                written.add(kept(letters, record, e.getMessage()));
            }
        }
        places.addAll(await(written));
        return places;
    }

    private CompletableFuture<RecordMetadata> kept(Producer<byte[], byte[]> letters, ConsumerRecord<byte[], byte[]> record, String reason) {
        var letter = new DeadLetter(record.key(), record.value(), reason, record.topic(), record.partition(), record.offset(), NAME);
        CompletableFuture<RecordMetadata> kept = new CompletableFuture<>();
        letters.send(letter.toRecord(deadLetters), (_, problem) -> {
            if (problem == null) {
                kept.complete(null); // no command, and so none to be decided
            } else {
                kept.completeExceptionally(problem);
            }
        });
        return kept;
    }

    private static List<RecordMetadata> await(List<CompletableFuture<RecordMetadata>> written) throws Exception {
        CompletableFuture.allOf(written.toArray(CompletableFuture[]::new)).get(WRITTEN_WITHIN_SECONDS, TimeUnit.SECONDS);
        return written.stream().map(CompletableFuture::join).filter(Objects::nonNull).toList();
    }

    /// The command that a channel's record stands for; [Unreadable] with the reason if it is none.
    static CommandEnvelope command(ConsumerRecord<byte[], byte[]> record, AssignmentSettings settings) {
        String conversationId = KafkaClients.keyText(record.key());
        if (!Ids.isId(conversationId)) {
            throw new Unreadable(conversationId == null
                    ? "the key is missing; it is the conversation id"
                    : "the key is not a conversation id: " + Ids.PATTERN);
        }
        ChannelMessage message = Json.read(record.value(), ChannelMessage.class);
        try {
            Texts.requireVisible(message.text(), "text");
        } catch (InvalidField e) {
            throw new Unreadable(e.getMessage());
        }
        return CommandEnvelope.message(conversationId, message, settings.ownership());
    }

    private Map<String, Object> consumerConfig() {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.GROUP_ID_CONFIG, clients.prefixed(NAME));
        // Whatever is still there has to be carried; what was carried before is dropped by its message id.
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH_MAX);
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) clients.settings().sessionTimeout().toMillis());
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, clients.heartbeatMillis());
        if (!clients.settings().instanceId().isEmpty()) {
            config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, clients.settings().instanceId());
        }
        return config;
    }

    @Override
    public void close() {
        closed = true;
        Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
