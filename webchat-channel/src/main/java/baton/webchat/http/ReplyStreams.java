package baton.webchat.http;

import baton.runtime.Frame;
import baton.runtime.Problem;
import baton.webchat.domain.Recipient;
import baton.webchat.domain.VisitorSession;
import baton.webchat.stream.ReplyTail;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/// The visitors who are connected to this instance: each is told of her replies as they come.
///
/// A stream ends when the visitor's session does, and when its client takes nothing for too long; the client opens it again
/// behind the last reply that it got, and nothing is lost or repeated as long as the view keeps it.
@Singleton
final class ReplyStreams {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyStreams.class);
    private static final int BUSY_SECONDS = 5;

    private final ReplyTail replies;
    private final VisitorSettings settings;
    private final MeterRegistry registry;
    private final Map<Recipient, Set<ReplyStream>> open = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("webchat-clock").daemon().factory());

    ReplyStreams(ReplyTail replies, VisitorSettings settings, MeterRegistry registry) {
        this.replies = replies;
        this.settings = settings;
        this.registry = registry;
        Gauge.builder("baton.webchat.streams", count, AtomicInteger::get).register(registry);
        replies.onReply(this::write);
        clock.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /// The stream of a visitor, from behind the last reply that she has.
    Publisher<Frame> open(VisitorSession visitor, long version) {
        replies.after(visitor.recipient(), version); // refuses while the replies are still being read
        if (count.get() >= settings.streamsMax()) {
            throw Problem.overloaded("This instance has " + settings.streamsMax() + " open streams.").retryAfter(BUSY_SECONDS).asException();
        }
        if (open.getOrDefault(visitor.recipient(), Set.of()).size() >= settings.streamsPerVisitorMax()) {
            throw Problem.overloaded("This chat is open " + settings.streamsPerVisitorMax() + " times already.")
                    .retryAfter(BUSY_SECONDS).asException();
        }
        return Flux.create(sink -> listen(visitor, version, sink));
    }

    private void listen(VisitorSession visitor, long version, FluxSink<Frame> sink) {
        Recipient recipient = visitor.recipient();
        var stream = new ReplyStream(visitor, version, since -> replies.after(recipient, since), sink);
        // Known before the view is looked at: a reply that comes in between is seen by one of the two.
        open.compute(recipient, (_, streams) -> {
            Set<ReplyStream> known = streams == null ? ConcurrentHashMap.newKeySet() : streams;
            known.add(stream);
            return known;
        });
        count.incrementAndGet();
        sink.onDispose(() -> forget(stream));
        sink.onRequest(_ -> write(stream));
    }

    private void forget(ReplyStream stream) {
        open.computeIfPresent(stream.recipient(), (_, streams) -> {
            if (streams.remove(stream)) {
                count.decrementAndGet();
            }
            return streams.isEmpty() ? null : streams;
        });
    }

    private void write(Recipient recipient) {
        open.getOrDefault(recipient, Set.of()).forEach(this::write);
    }

    private void write(ReplyStream stream) {
        try {
            stream.write();
        } catch (RuntimeException e) {
            LOG.error("a visitor's stream failed and is closed", e);
            stream.close();
        }
    }

    private void tick() {
        Instant now = Instant.now();
        for (Set<ReplyStream> streams : open.values()) {
            for (ReplyStream stream : streams) {
                try {
                    tick(stream, now);
                } catch (RuntimeException e) {
                    LOG.error("a visitor's stream could not be looked after", e); // thrown on, it would end the clock for all
                }
            }
        }
    }

    private void tick(ReplyStream stream, Instant now) {
        if (stream.expired(now)) {
            stream.close();
        } else if (stream.stuck(settings.stuckWithin())) {
            registry.counter("baton.webchat.streams.stuck").increment();
            stream.close();
        } else if (stream.commentDue(settings.pingEvery())) {
            write(stream);
        }
    }

    @PreDestroy
    void close() {
        clock.shutdownNow();
        open.values().forEach(streams -> streams.forEach(ReplyStream::close));
    }
}
