package baton.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads whole topics from a place near their beginning or end and then follows them for ever: on one thread, without a
/// group, so that every instance sees every record. The reader is called in the order of each partition.
///
/// After a failure it makes a new consumer and goes on behind the last record that was read. If records have been deleted
/// meanwhile, it goes on at the oldest one and calls [Reader#skipped].
public final class LogTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LogTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int WAITERS_MAX = 10_000;

    /// What is done with each record. Called on the tail's thread only; must not block and not throw for a bad record.
    public interface Reader {
        /// A record has been read.
        void read(ConsumerRecord<byte[], byte[]> record);

        /// Records were deleted before they could be read.
        default void skipped(TopicPartition partition) {
        }

        /// Reading begins at this offset: at first, and again after records were skipped. Called before any record of it.
        default void beginsAt(TopicPartition partition, long offset) {
        }
    }

    /// Where to begin.
    ///
    /// @param lastMax how many records before the end of each partition; [Long#MAX_VALUE] for all of them
    public record From(long lastMax) {
        /// At the oldest record.
        public static From beginning() {
            return new From(Long.MAX_VALUE);
        }
    }

    private final KafkaClients clients;
    private final String name;
    private final List<String> topics;
    private final From from;
    private final Reader reader;
    private final Thread thread;
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    private final ConcurrentLinkedQueue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private Map<TopicPartition, Long> endsAtStart;
    private volatile Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile String failure;

    private record Waiter(TopicPartition partition, long offset, CompletableFuture<Void> reached) {
    }

    /// Makes a tail; [#start()] starts it.
    public LogTail(KafkaClients clients, String name, List<String> topics, From from, Reader reader) {
        this.clients = clients;
        this.name = name;
        this.topics = List.copyOf(topics);
        this.from = from;
        this.reader = reader;
        this.thread = Thread.ofPlatform().name("tail-" + name).daemon().unstarted(this::run);
    }

    /// Starts reading.
    public void start() {
        thread.start();
    }

    /// Completes when everything has been read that was there at the start.
    public CompletableFuture<Void> caughtUp() {
        return caughtUp;
    }

    /// Completes when the record at this offset has been read; fails after the deadline.
    public CompletableFuture<Void> reached(TopicPartition partition, long offset, Duration within) {
        if (positions.getOrDefault(partition, 0L) > offset) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> reached = new CompletableFuture<Void>().orTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
        if (waiters.size() >= WAITERS_MAX) {
            reached.completeExceptionally(new IllegalStateException(WAITERS_MAX + " callers are waiting for " + name));
            return reached;
        }
        Waiter waiter = new Waiter(partition, offset, reached);
        waiters.add(waiter);
        reached.whenComplete((_, _) -> waiters.remove(waiter));
        wake();
        return reached;
    }

    /// The offset of the next record of each partition, as far as they have been read.
    public Map<TopicPartition, Long> positions() {
        return Map.copyOf(positions);
    }

    /// Why it is not following the log at this moment; empty when it is.
    public Optional<String> notReadyBecause() {
        if (failure != null) {
            return Optional.of(name + " cannot be followed: " + failure);
        }
        return caughtUp.isDone() ? Optional.empty() : Optional.of(name + " is being read");
    }

    private void run() {
        long pauseMillis = 100;
        while (!closed) {
            try (Consumer<byte[], byte[]> opened = clients.consumer("tail-" + name, Map.of())) {
                consumer = opened;
                assign(opened);
                failure = null;
                pauseMillis = 100;
                while (!closed) {
                    poll(opened);
                }
            } catch (WakeupException _) {
                // closed, see the loop's condition
            } catch (RuntimeException | Error e) { // a tail that has died would look like one that has nothing to read
                failure = e.getMessage();
                LOG.warn("{} cannot be followed, trying again in {} ms: {}", name, pauseMillis, Outage.reason(e), Outage.trace(e));
                try {
                    TimeUnit.MILLISECONDS.sleep(pauseMillis);
                } catch (InterruptedException _) {
                    return;
                }
                pauseMillis = Math.min(5_000, pauseMillis * 2);
            } finally {
                consumer = null;
            }
        }
    }

    private void assign(Consumer<byte[], byte[]> opened) {
        List<TopicPartition> partitions = topics.stream()
                .flatMap(topic -> opened.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition())))
                .toList();
        opened.assign(partitions);
        Map<TopicPartition, Long> begins = opened.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long begin = begins.get(partition);
            long wanted = from.lastMax() == Long.MAX_VALUE ? begin : Math.max(begin, ends.get(partition) - from.lastMax());
            Long position = positions.get(partition);
            if (position == null) {
                reader.beginsAt(partition, wanted);
            } else if (position < begin) {
                reader.skipped(partition);
                reader.beginsAt(partition, begin);
            }
            opened.seek(partition, position == null ? wanted : Math.max(position, begin));
        }
        if (endsAtStart == null) {
            endsAtStart = new HashMap<>(ends);
        }
    }

    private void poll(Consumer<byte[], byte[]> opened) {
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = opened.poll(caughtUp.isDone() && waiters.isEmpty() ? POLL : Duration.ofMillis(20));
        } catch (OffsetOutOfRangeException e) {
            Map<TopicPartition, Long> begins = opened.beginningOffsets(e.partitions());
            begins.forEach((partition, begin) -> {
                reader.skipped(partition);
                reader.beginsAt(partition, begin);
                opened.seek(partition, begin);
            });
            return;
        } catch (WakeupException _) {
            return; // somebody waits, or close()
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                reader.read(record);
            } catch (RuntimeException e) {
                LOG.error("{}: the record {}-{} at {} could not be taken in", name, record.topic(), record.partition(),
                        record.offset(), e);
            }
            positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
        // Behind the last record there may be the markers of transactions, which no reader sees.
        opened.assignment().forEach(partition -> positions.put(partition, opened.position(partition)));
        if (endsAtStart != null && endsAtStart.entrySet().stream().allMatch(end -> positions.get(end.getKey()) >= end.getValue())) {
            endsAtStart = Map.of();
            caughtUp.complete(null);
        }
        waiters.forEach(waiter -> {
            if (positions.getOrDefault(waiter.partition(), 0L) > waiter.offset()) {
                waiter.reached().complete(null);
            }
        });
    }

    private void wake() {
        Consumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
        try {
            if (thread.getState() != Thread.State.NEW) { // one that was never started cannot be waited for
                thread.join(Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        waiters.forEach(waiter -> waiter.reached().completeExceptionally(new IllegalStateException(name + " is closed")));
    }
}
