package baton.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.ReferenceCountUtil;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Bounds what clients can make a process hold: the number of open connections, and what waits to be written to each.
///
/// One connection too many is answered `503 unavailable` with `Retry-After`, before anything of it is parsed, and closed; who says nothing is
/// closed after [#SILENT_WITHIN_MILLIS]. While [#REFUSED_MAX] are being told so, a further one is closed without a word. On a connection that takes nothing, no more than [#UNWRITTEN_BYTES_MAX] wait here, and one
/// piece, and [#SENT_BYTES_MAX] in the system's own buffer: streams are then asked for no more, so that thousands of stuck readers cost
/// megabytes and neither the process nor the machine.
@Singleton
final class ConnectionLimit implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

    /// Netty's default is twice that.
    static final int UNWRITTEN_BYTES_MAX = 32 * 1024;
    /// Linux lets it grow to 4 MB by itself, and takes twice what it is told.
    static final int SENT_BYTES_MAX = 64 * 1024;
    /// Connections that are open and refused.
    static final int REFUSED_MAX = 1_000;
    static final long SILENT_WITHIN_MILLIS = 2_000;

    private final int connectionsMax;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final byte[] refusal;
    private final Counter refusals;

    ConnectionLimit(@Value("${baton.connections-max}") int connectionsMax, MeterRegistry registry) {
        if (connectionsMax < 1) {
            throw new StartRefused("baton.connections-max must be 1 or more, it is " + connectionsMax);
        }
        this.connectionsMax = connectionsMax;
        this.refusals = registry.counter("baton.connections.refused");
        this.refusal = refusal(Problem.unavailable("This instance has " + connectionsMax + " open connections."));
        registry.gauge("baton.connections", open);
    }

    @Override
    public NettyServerCustomizer.Registry onCreated(BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
        event.getBean().register(customizer());
        return event.getBean();
    }

    /// For a server.
    NettyServerCustomizer customizer() {
        return new EachConnection(this::limit);
    }

    private static byte[] refusal(Problem problem) {
        byte[] body = problem.json();
        byte[] head = ("HTTP/1.1 " + problem.status() + " Service Unavailable\r\nContent-Type: " + Problem.MEDIA_TYPE + "\r\nContent-Length: "
                + body.length + "\r\nRetry-After: " + problem.retryAfter() + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
    }

    private void limit(Channel connection) {
        connection.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(UNWRITTEN_BYTES_MAX / 2, UNWRITTEN_BYTES_MAX));
        connection.config().setOption(ChannelOption.SO_SNDBUF, SENT_BYTES_MAX);
        if (open.incrementAndGet() <= connectionsMax) {
            connection.closeFuture().addListener(_ -> open.decrementAndGet());
            return;
        }
        open.decrementAndGet(); // who is refused takes nobody's place
        boolean told = refused.incrementAndGet() <= REFUSED_MAX;
        connection.closeFuture().addListener(_ -> refused.decrementAndGet());
        refusals.increment();
        connection.pipeline().addFirst(new Refusing());
        var closing = connection.eventLoop().schedule(() -> connection.close(), told ? SILENT_WITHIN_MILLIS : 0, TimeUnit.MILLISECONDS);
        connection.closeFuture().addListener(_ -> closing.cancel(false)); // or it would hold what is closed for so long
    }

    /// Answers whatever comes first, and nothing else.
    private final class Refusing extends ChannelInboundHandlerAdapter {

        private boolean answered;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
            if (!answered) {
                answered = true;
                context.writeAndFlush(Unpooled.wrappedBuffer(refusal)).addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
