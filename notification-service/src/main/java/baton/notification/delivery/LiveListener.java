package baton.notification.delivery;

import baton.contract.Agent;
import baton.runtime.Frame;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.FluxSink;

/// One open stream of one agent: takes from the ring what the client asks for and no more.
final class LiveListener {

    /// Frames of one turn; then others have theirs.
    private static final int TURN_FRAMES_MAX = 256;

    private final String agentId;
    private final Instant expiresAt;
    private final EventRing.Cursor cursor;
    private final FluxSink<Frame> sink;
    private final AtomicInteger turns = new AtomicInteger();
    private volatile boolean pingDue;
    private volatile long wroteAt = System.nanoTime();
    private volatile long starvedSince;

    /// @param expiresAt when its token expires, or null
    LiveListener(String agentId, Instant expiresAt, EventRing.Cursor cursor, FluxSink<Frame> sink) {
        this.agentId = agentId;
        this.expiresAt = expiresAt;
        this.cursor = cursor;
        this.sink = sink;
    }

    String agentId() {
        return agentId;
    }

    /// Writes what there is, as far as the client takes it; returns whether there is more to write at once. Threads that come
    /// while another writes leave it to that one.
    boolean write(Agent agent) {
        if (turns.getAndIncrement() != 0) {
            return false;
        }
        int seen = 1;
        boolean more = false;
        do {
            more |= turn(agent);
            seen = turns.addAndGet(-seen);
        } while (seen != 0);
        return more;
    }

    private boolean turn(Agent agent) {
        for (int frames = 0; frames < TURN_FRAMES_MAX; frames++) {
            if (sink.isCancelled()) {
                return false;
            }
            if (sink.requestedFromDownstream() == 0) {
                starvedSince = starvedSince == 0 ? System.nanoTime() : starvedSince;
                return false;
            }
            starvedSince = 0;
            Optional<Frame> frame = cursor.next(agent);
            if (frame.isEmpty() && !pingDue) {
                return false;
            }
            pingDue = false;
            wroteAt = System.nanoTime();
            sink.next(frame.orElseGet(Frame::comment));
        }
        return true;
    }

    /// Whether it has been silent for so long that a comment is due; [#write] then writes one.
    boolean pingDue(Duration every) {
        if (System.nanoTime() - wroteAt >= every.toNanos()) {
            pingDue = true;
        }
        return pingDue;
    }

    /// Whether its token has expired.
    boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    /// Whether its client has taken nothing for so long.
    boolean stuck(Duration within) {
        long since = starvedSince;
        return since != 0 && System.nanoTime() - since >= within.toNanos();
    }

    /// Ends the stream.
    void close() {
        sink.complete();
    }
}
