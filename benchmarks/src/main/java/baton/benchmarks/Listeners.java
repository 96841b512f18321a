package baton.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/// Agents who are connected: any number of `GET /api/notifications/stream`, on one thread, and when each of them hears of a change.
final class Listeners implements AutoCloseable {

    private static final int CLOSED_WITHIN_SECONDS = 30;

    private final InetSocketAddress address;
    private final String host;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger resyncs = new AtomicInteger();
    private volatile Awaited awaited;

    /// A change that all who are connected will hear of, each once. Used by the loop's thread.
    private static final class Awaited {
        private final byte[] mark;
        private final LongConsumer heardAfter;
        private final long since;
        private final CompletableFuture<Void> heardByAll = new CompletableFuture<>();
        private int left;

        Awaited(String conversationId, long version, int left, LongConsumer heardAfter) {
            this.mark = ("\"conversationId\":\"" + conversationId + "\",\"version\":" + version + ",").getBytes(StandardCharsets.UTF_8);
            this.heardAfter = heardAfter;
            this.left = left;
            this.since = System.nanoTime();
        }

        void heard() {
            heardAfter.accept(System.nanoTime() - since);
            if (--left == 0) {
                heardByAll.complete(null);
            }
        }
    }

    Listeners(URI url) {
        this.address = new InetSocketAddress(url.getHost(), url.getPort());
        this.host = url.getAuthority();
    }

    /// Opens a stream; false where it was refused, exceptionally where nobody answered.
    CompletableFuture<Boolean> open(String token) {
        CompletableFuture<Boolean> opened = new CompletableFuture<>();
        var bootstrap = new Bootstrap().group(loop).channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new Stream(opened));
                    }
                });
        bootstrap.connect(address).addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                opened.completeExceptionally(connected.cause());
                return;
            }
            var request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/api/notifications/stream", Unpooled.EMPTY_BUFFER);
            request.headers().set(HttpHeaderNames.HOST, host).set(HttpHeaderNames.ACCEPT, "text/event-stream")
                    .set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
            connected.channel().writeAndFlush(request);
        });
        return opened;
    }

    /// How many streams are open.
    int count() {
        return open.get();
    }

    /// How often any of them was told that it has missed something.
    int resyncs() {
        return resyncs.get();
    }

    /// Waits for a change; from now on it counts.
    ///
    /// @param heardAfter is told for each stream after how many nanoseconds, on the loop's thread
    /// @return completes when all that are open now have heard of it
    CompletableFuture<Void> expect(String conversationId, long version, LongConsumer heardAfter) {
        var change = new Awaited(conversationId, version, count(), heardAfter);
        awaited = change;
        return change.heardByAll;
    }

    /// Reads events line by line; what is longer than a line of what is awaited is cut.
    static final class Lines {

        private static final int BYTES_MAX = 256;
        private static final byte[] EVENT = "event: ".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] CONVERSATION = "event: conversation".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] RESYNC = "event: resync".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

        private final byte[] line = new byte[BYTES_MAX];
        private int length;
        private boolean conversation;

        /// Takes what has come, which may begin and end anywhere.
        ///
        /// @param mark what the data of an awaited `conversation` contain, or null
        /// @return how many of those there were
        int read(ByteBuf bytes, byte[] mark, Runnable onResync) {
            int found = 0;
            while (bytes.isReadable()) {
                byte next = bytes.readByte();
                if (next != '\n') {
                    if (length < BYTES_MAX) {
                        line[length++] = next;
                    }
                    continue;
                }
                if (length == 0) {
                    conversation = false; // a block ends
                } else if (begins(EVENT)) {
                    conversation = length == CONVERSATION.length && begins(CONVERSATION);
                    if (begins(RESYNC)) {
                        onResync.run();
                    }
                } else if (conversation && mark != null && begins(DATA) && contains(mark)) {
                    found++;
                }
                length = 0;
            }
            return found;
        }

        private boolean begins(byte[] with) {
            return length >= with.length && Arrays.equals(line, 0, with.length, with, 0, with.length);
        }

        private boolean contains(byte[] part) {
            for (int from = DATA.length; from + part.length <= length; from++) {
                if (Arrays.equals(line, from, from + part.length, part, 0, part.length)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final class Stream extends SimpleChannelInboundHandler<HttpObject> {
        private final CompletableFuture<Boolean> opened;
        private final Lines lines = new Lines();
        private boolean streaming;

        Stream(CompletableFuture<Boolean> opened) {
            this.opened = opened;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof HttpResponse response) {
                streaming = response.status().code() == 200;
                if (streaming) {
                    streams.add(context.channel());
                    open.incrementAndGet();
                } else {
                    context.close();
                }
                opened.complete(streaming);
            }
            if (streaming && part instanceof HttpContent content) {
                Awaited change = awaited;
                for (int found = lines.read(content.content(), change == null ? null : change.mark, resyncs::incrementAndGet); found > 0; found--) {
                    change.heard();
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (streaming) {
                open.decrementAndGet();
            }
            opened.completeExceptionally(new IOException("the connection was closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    @Override
    public void close() {
        streams.close().awaitUninterruptibly(CLOSED_WITHIN_SECONDS, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
