package baton.webchat.http;

import baton.contract.Json;
import baton.runtime.Frame;
import baton.webchat.domain.Recipient;
import baton.webchat.domain.VisitorReply;
import baton.webchat.domain.VisitorSession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import reactor.core.publisher.FluxSink;

/// One open stream of one visitor: a place in her replies, and nothing that is queued for her. It takes from the view what her client
/// asks for, in order, each once.
final class ReplyStream {

    private final VisitorSession visitor;
    private final LongFunction<List<VisitorReply>> repliesAfter;
    private final FluxSink<Frame> sink;
    private final AtomicInteger turns = new AtomicInteger();
    private long version; // used by the one thread that has the turn
    private volatile boolean commentDue = true;
    private volatile long wroteAt = System.nanoTime();
    private volatile long starvedSince;

    /// @param repliesAfter her replies behind a version, oldest first
    /// @param version      the last that she has
    ReplyStream(VisitorSession visitor, long version, LongFunction<List<VisitorReply>> repliesAfter, FluxSink<Frame> sink) {
        this.visitor = visitor;
        this.version = version;
        this.repliesAfter = repliesAfter;
        this.sink = sink;
    }

    Recipient recipient() {
        return visitor.recipient();
    }

    /// Writes what there is, as far as the client takes it. Threads that come while another writes leave it to that one, which then
    /// looks again.
    void write() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            turn();
            seen = turns.addAndGet(-seen);
        } while (seen != 0);
    }

    private void turn() {
        if (sink.requestedFromDownstream() > 0) {
            starvedSince = 0; // also where there is nothing more to write
        }
        if (commentDue && takes()) {
            commentDue = false;
            next(Frame.comment());
        }
        for (VisitorReply reply : repliesAfter.apply(version)) {
            if (!takes()) {
                return;
            }
            version = VisitorReply.versionOf(reply.replyId(), visitor.conversationId(), "replyId");
            next(Frame.event(reply.replyId(), "reply", Json.write(reply)));
        }
    }

    private boolean takes() {
        if (sink.isCancelled()) {
            return false;
        }
        if (sink.requestedFromDownstream() == 0) {
            starvedSince = starvedSince == 0 ? System.nanoTime() : starvedSince;
            return false;
        }
        return true;
    }

    private void next(Frame frame) {
        wroteAt = System.nanoTime();
        sink.next(frame);
    }

    /// Whether it has been silent for so long that a comment is due; [#write()] then writes one.
    boolean commentDue(Duration every) {
        if (System.nanoTime() - wroteAt >= every.toNanos()) {
            commentDue = true;
        }
        return commentDue;
    }

    /// Whether the visitor's session is over.
    boolean expired(Instant now) {
        return !now.isBefore(visitor.expiresAt());
    }

    /// Whether its client has taken nothing for so long.
    boolean stuck(Duration within) {
        long since = starvedSince;
        return since != 0 && System.nanoTime() - since >= within.toNanos();
    }

    /// Ends the stream; what was not written yet, the client gets when it resumes.
    void close() {
        sink.complete();
    }
}
