package baton.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Answers `429 overloaded` to a request that is read late, before anything of it is looked at.
///
/// One thread serves thousands of connections, in rounds: it reads what has come on each of them, and then does what it was given to do
/// meanwhile. What is read late in a round has waited for all that was read before it. So when a round has lasted [#READ_WITHIN_MILLIS], and
/// [#SERVED_MIN] of it have been served, the rest is refused, which costs a small part of what an answer costs; the round ends soon, and the next begins with those who came
/// first. A thread that cannot keep up answers as many as it can, and nobody waits for it much longer than two rounds. That takes a transport
/// that reports all connections that are ready at once, as Netty's own for Linux does: with Java's, a round is 1 024 of them.
///
/// Who does not take such answers is let go, see [ConnectionLimit#UNWRITTEN_BYTES_MAX].
///
/// `/health` and `/prometheus` are always answered: an orchestrator must not mistake a busy process for a dead one. So is a request that
/// came while an earlier one on its connection is unanswered, because answers keep their order.
@Singleton
final class LateRequests implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    /// A quarter of what a command that is let in may wait for its decision by default.
    static final long READ_WITHIN_MILLIS = 500;
    /// So many of a round are served however long it lasts: it is not their number that makes it long, but a process that has just begun, a
    /// collection of garbage, or a machine that was halted.
    static final int SERVED_MIN = 100;

    private static final long READ_WITHIN_NANOS = TimeUnit.MILLISECONDS.toNanos(READ_WITHIN_MILLIS);

    private final LongSupplier nanos;
    private final Counter refused;
    private final byte[] body;
    private final int retryAfter;
    /// Of the thread that serves connections; each has its own.
    private final FastThreadLocal<Round> round = new FastThreadLocal<>() {
        @Override
        protected Round initialValue() {
            return new Round();
        }
    };

    @Inject
    LateRequests(MeterRegistry registry) {
        this(registry, System::nanoTime);
    }

    LateRequests(MeterRegistry registry, LongSupplier nanos) {
        this.nanos = nanos;
        this.refused = registry.counter("baton.requests.refused.late");
        Problem problem = Problem.overloaded("More requests have come than can be read. Nothing was done.");
        this.body = problem.json();
        this.retryAfter = problem.retryAfter();
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(new EachConnection(connection -> connection.pipeline()
                .addAfter(ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC, "late-requests", handler())));
        return event.getBean();
    }

    /// For a connection, next to its codec.
    ChannelDuplexHandler handler() {
        return new Handler();
    }

    /// What a thread does between two looks at all its connections. A task that it is given at the first request of a round runs when all
    /// that was ready has been read; the round is over when there is nothing else to do.
    private static final class Round {

        private boolean open;
        private long began;
        private int requests;

        /// Whether one more that is read now has waited too long.
        boolean late(ChannelHandlerContext context, long now) {
            if (!open) {
                open = true;
                began = now;
                requests = 0;
                context.executor().execute(() -> end(context.executor()));
            }
            return requests++ >= SERVED_MIN && now - began > READ_WITHIN_NANOS;
        }

        private void end(EventExecutor thread) {
            if (thread instanceof SingleThreadEventExecutor busy && busy.pendingTasks() > 0) {
                thread.execute(() -> end(thread));
            } else {
                open = false;
            }
        }
    }

    private final class Handler extends ChannelDuplexHandler {

        private int unanswered;
        private boolean refusing;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                boolean late = round.get().late(context, nanos.getAsLong());
                refusing = late && unanswered == 0 && !ofOperators(request.uri());
                unanswered++;
                if (refusing) {
                    refuse(context, request);
                }
            }
            if (refusing) {
                ReferenceCountUtil.release(message);
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean interim = message instanceof HttpResponse response && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (message instanceof LastHttpContent && !interim) {
                unanswered--;
            }
            context.write(message, promise);
        }

        private void refuse(ChannelHandlerContext context, HttpRequest request) {
            refused.increment();
            if (!context.channel().isWritable()) { // its client takes nothing: answers would pile up here
                context.close();
                return;
            }
            var answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.TOO_MANY_REQUESTS, Unpooled.wrappedBuffer(body));
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE).set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                    .set(HttpHeaderNames.RETRY_AFTER, retryAfter);
            // Who waits for leave to send the body will not send it now: what comes next cannot be told from one. Behind headers that cannot be
            // read nothing is.
            boolean over = !HttpUtil.isKeepAlive(request) || request.headers().contains(HttpHeaderNames.EXPECT) || request.decoderResult().isFailure();
            if (over) {
                answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            unanswered--;
            ChannelFuture written = context.writeAndFlush(answer);
            if (over) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    private static boolean ofOperators(String path) {
        int query = path.indexOf('?');
        String asked = query < 0 ? path : path.substring(0, query);
        return asked.equals("/health") || asked.startsWith("/health/") || asked.equals("/prometheus");
    }
}
