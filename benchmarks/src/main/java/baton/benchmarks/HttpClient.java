package baton.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Sends requests over as many connections as are under way at once, on one thread. Java's own client hands each request through three
/// threads, which on a small machine takes as long as all that is to be measured.
final class HttpClient implements AutoCloseable {

    private static final int BODY_BYTES_MAX = 1 << 20;

    private final InetSocketAddress address;
    private final String host;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Bootstrap bootstrap;
    /// Touched by the loop's thread only.
    private final Deque<Channel> idle = new ArrayDeque<>();

    /// An answer.
    ///
    /// @param retryAfter what the header says, or null
    record Answer(int status, String body, String retryAfter) {
    }

    /// A request.
    ///
    /// @param token bearer token, or null
    /// @param key   Idempotency-Key, or null
    /// @param body  JSON, or null
    record Request(String method, String path, String token, String key, String body) {
        static Request get(String path, String token) {
            return new Request("GET", path, token, null, null);
        }
    }

    HttpClient(URI url) {
        this.address = new InetSocketAddress(url.getHost(), url.getPort());
        this.host = url.getAuthority();
        this.bootstrap = new Bootstrap().group(loop).channel(NioSocketChannel.class).option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(BODY_BYTES_MAX), new Answering());
                    }
                });
    }

    /// Sends a request without an Idempotency-Key.
    CompletableFuture<Answer> send(String method, String path, String token, String body) {
        return send(new Request(method, path, token, null, body));
    }

    /// Sends a request; completes on the loop's thread with the answer, exceptionally if the connection breaks.
    CompletableFuture<Answer> send(Request request) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        loop.execute(() -> {
            Channel free = idle.pollFirst();
            if (free != null) {
                write(free, request, answer);
            } else {
                bootstrap.connect(address).addListener((io.netty.channel.ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        write(connected.channel(), request, answer);
                    } else {
                        answer.completeExceptionally(connected.cause());
                    }
                });
            }
        });
        return answer;
    }

    private void write(Channel channel, Request request, CompletableFuture<Answer> answer) {
        var written = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.path(),
                Unpooled.copiedBuffer(request.body() == null ? "" : request.body(), StandardCharsets.UTF_8));
        written.headers().set(HttpHeaderNames.HOST, host).set(HttpHeaderNames.CONTENT_LENGTH, written.content().readableBytes())
                .set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        if (request.token() != null) {
            written.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + request.token());
        }
        if (request.key() != null) {
            written.headers().set("Idempotency-Key", request.key());
        }
        channel.pipeline().get(Answering.class).current = answer;
        channel.writeAndFlush(written);
    }

    private final class Answering extends SimpleChannelInboundHandler<FullHttpResponse> {
        private CompletableFuture<Answer> current;

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse response) {
            CompletableFuture<Answer> answered = current;
            current = null;
            idle.addFirst(context.channel());
            answered.complete(new Answer(response.status().code(), response.content().toString(StandardCharsets.UTF_8),
                    response.headers().get(HttpHeaderNames.RETRY_AFTER)));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            idle.remove(context.channel());
            if (current != null) {
                current.completeExceptionally(new java.io.IOException("the connection was closed"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
