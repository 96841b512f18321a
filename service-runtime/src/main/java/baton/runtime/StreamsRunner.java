package baton.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of one Kafka Streams application: it starts, replaces a thread that failed, halts where going on would be
/// wrong, and closes.
///
/// A failure takes its thread with it; the new thread restores the committed state and reads on. Failures that
/// come faster than [#FAILURES_MAX] in [#FAILURES_WITHIN] would come for ever, so they halt the application for an operator, like
/// a [Halt].
public final class StreamsRunner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamsRunner.class);
    private static final int FAILURES_MAX = 5;
    private static final Duration FAILURES_WITHIN = Duration.ofMinutes(5);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);

    private final String name;
    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;
    private final Deque<Instant> failures = new ArrayDeque<>();
    private final MeterRegistry registry;
    private final List<Gauge> sums;
    private volatile String haltedBecause;

    /// Makes the application; [#start()] starts it.
    public StreamsRunner(String name, Topology topology, Properties config, MeterRegistry registry) {
        this.name = name;
        this.streams = new KafkaStreams(topology, config);
        this.metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(registry);
        this.registry = registry;
        this.sums = List.of(sum("baton.records.dropped", "dropped-records-total"), sum("baton.iterators.open", "num-open-iterators"));
        streams.setUncaughtExceptionHandler(failure -> onFailure(failure, Instant.now()));
        streams.setStateListener((now, before) -> LOG.debug("{}: {} -> {}", name, before, now));
    }

    /// What must stay 0, over all tasks and stores and as they are when somebody looks: [KafkaStreamsMetrics] looks for new ones once a minute.
    private Gauge sum(String metric, String kafkas) {
        return Gauge.builder(metric, streams, running -> running.metrics().values().stream().filter(one -> one.metricName().name().equals(kafkas))
                .mapToDouble(one -> ((Number) one.metricValue()).doubleValue()).sum()).tag("application", name).register(registry);
    }

    /// Starts reading.
    public void start() {
        streams.start();
    }

    /// The application itself, for queries.
    public KafkaStreams streams() {
        return streams;
    }

    /// Where the instance is that has this partition of an input topic, as the last assignment says; empty while nobody is known to have it,
    /// or this application does not run. An instance that is there has it as soon as the one before has let go and it has restored the rest.
    public Optional<URI> instanceOf(TopicPartition partition) {
        try {
            return streams.metadataForAllStreamsClients().stream()
                    .filter(instance -> instance.topicPartitions().contains(partition))
                    .findFirst()
                    .map(instance -> origin(instance.hostInfo()));
        } catch (IllegalStateException | StreamsException e) { // not started yet, halted, or closing
            return Optional.empty();
        }
    }

    /// Kafka Streams takes the brackets from an IPv6 address.
    static URI origin(HostInfo host) {
        return URI.create("http://" + (host.host().indexOf(':') < 0 ? host.host() : "[" + host.host() + "]") + ":" + host.port());
    }

    /// Why it does not process at this moment; empty when it does.
    public Optional<String> notReadyBecause() {
        if (haltedBecause != null) {
            return Optional.of("halted: " + haltedBecause);
        }
        KafkaStreams.State state = streams.state();
        return state == KafkaStreams.State.RUNNING
                ? Optional.empty()
                : Optional.of("the application is " + state.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '));
    }

    /// Whether it ends, or has ended.
    boolean isClosing() {
        KafkaStreams.State state = streams.state();
        return state.isShuttingDown() || state.hasCompletedShutdown();
    }

    /// Why it has stopped for an operator; empty if it has not.
    public Optional<String> haltedBecause() {
        return Optional.ofNullable(haltedBecause);
    }

    /// What becomes of a thread that failed, and of the application.
    synchronized StreamThreadExceptionResponse onFailure(Throwable failure, Instant now) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotAdmitted) {
                LOG.info("{} ends: {}", name, cause.getMessage());
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
            if (cause instanceof Halt) {
                return halt(cause.getMessage(), failure);
            }
            if (cause instanceof Error && !(cause instanceof AssertionError)) {
                return halt("out of resources: " + cause, failure);
            }
        }
        failures.addLast(now);
        failures.removeIf(at -> at.isBefore(now.minus(FAILURES_WITHIN)));
        if (failures.size() > FAILURES_MAX) {
            return halt("more than " + FAILURES_MAX + " failures in " + FAILURES_WITHIN.toMinutes() + " minutes, the last: " + sentence(failure), failure);
        }
        LOG.error("{}: a thread failed and is replaced", name, failure);
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /// What failed, and what that came from: a full disk is at the bottom of it.
    private static String sentence(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == failure ? String.valueOf(failure.getMessage()) : failure.getMessage() + ": " + root.getMessage();
    }

    private StreamThreadExceptionResponse halt(String reason, Throwable failure) {
        haltedBecause = reason;
        LOG.error("{} has halted: {}", name, reason, failure);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /// Commits, leaves the group so that another instance takes over at once, and stops.
    @Override
    public void close() {
        metrics.close();
        sums.forEach(registry::remove);
        boolean closed = streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_WITHIN));
        if (!closed) {
            LOG.warn("{} did not stop within {} s", name, CLOSE_WITHIN.toSeconds());
        }
    }
}
