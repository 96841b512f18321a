package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who is refused because a thread that serves many connections is late. On such a thread: what a test does is a round, or several.
class LateRequestsTest {

    private static final String GET = "GET /api/me HTTP/1.1\r\nHost: b\r\n\r\n";
    private static final String PUT = "PUT /api/conversations/c/assignee HTTP/1.1\r\nHost: b\r\nContent-Length: 4\r\n\r\nbody";

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final EventLoop loop = new DefaultEventLoop();
    private final List<String> served = new ArrayList<>();
    private long nanos;
    private final LateRequests late = new LateRequests(registry, () -> nanos);

    @AfterEach
    void end() {
        assertThat(loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).awaitUninterruptibly(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsReadLateInARoundIsRefusedAndTheNextRoundBeginsAnew() {
        Connection early = new Connection();
        Connection behind = new Connection();
        round(() -> {
            early.send(PUT);
            serveMany();
            pass(LateRequests.READ_WITHIN_MILLIS + 1);
            behind.send(PUT);
            assertThat(served).containsExactly("/api/conversations/c/assignee");
            assertThat(early.told()).isEmpty();
            assertThat(behind.told()).startsWith("HTTP/1.1 429 ").containsIgnoringCase("retry-after: 1\r\n")
                    .containsIgnoringCase("content-type: application/problem+json").contains("urn:baton:problem:overloaded", "\"status\":429");
        });
        assertThat(behind.isOpen()).isTrue();
        assertThat(registry.get("baton.requests.refused.late").counter().count()).isEqualTo(1);
        round(() -> behind.send(GET));
        assertThat(served).containsExactly("/api/conversations/c/assignee", "/api/me");
    }

    @Test
    void aRoundThatIsNotLateServesAll() {
        round(() -> {
            new Connection().send(GET);
            serveMany();
            pass(LateRequests.READ_WITHIN_MILLIS);
            new Connection().send(GET);
        });
        assertThat(served).hasSize(2);
    }

    @Test
    void operatorsAreAlwaysAnswered() {
        round(() -> {
            new Connection().send(GET);
            serveMany();
            pass(10 * LateRequests.READ_WITHIN_MILLIS);
            new Connection().send("GET /health HTTP/1.1\r\nHost: b\r\n\r\n");
            new Connection().send("GET /prometheus HTTP/1.1\r\nHost: b\r\n\r\n");
            new Connection().send("GET /health-of-somebody HTTP/1.1\r\nHost: b\r\n\r\n");
        });
        assertThat(served).containsExactly("/api/me", "/health", "/prometheus");
    }

    @Test
    void nobodyIsAnsweredBeforeWhoCameEarlierOnTheSameConnection() {
        round(() -> {
            serveMany();
            Connection connection = new Connection();
            connection.send(GET);
            connection.answer(HttpResponseStatus.CONTINUE);
            pass(LateRequests.READ_WITHIN_MILLIS + 1);
            connection.send(GET);
            assertThat(served).as("leave to go on is not an answer").hasSize(2);
            assertThat(connection.told()).startsWith("HTTP/1.1 100 ").doesNotContain("429");
            connection.answer(HttpResponseStatus.OK);
            connection.answer(HttpResponseStatus.OK);
            connection.told();
            connection.send(GET);
            assertThat(connection.told()).startsWith("HTTP/1.1 429 ");
        });
    }

    @Test
    void whoWouldNotBeUnderstoodAfterwardsIsLetGo() {
        round(() -> {
            new Connection().send(GET);
            serveMany();
            pass(LateRequests.READ_WITHIN_MILLIS + 1);
            for (String header : List.of("Connection: close", "Expect: 100-continue", "no colon")) {
                Connection connection = new Connection();
                connection.send("PUT /api/me HTTP/1.1\r\nHost: b\r\nContent-Length: 4\r\n" + header + "\r\n\r\n");
                assertThat(connection.told()).startsWith("HTTP/1.1 429 ").containsIgnoringCase("connection: close");
                assertThat(connection.isOpen()).isFalse();
            }
        });
        assertThat(served).hasSize(1);
    }

    @Test
    void aFewAreServedHoweverLongTheyTake() {
        round(() -> {
            for (int i = 0; i < LateRequests.SERVED_MIN; i++) {
                pass(LateRequests.READ_WITHIN_MILLIS + 1);
                new Connection().send(GET);
            }
            assertThat(served).hasSize(LateRequests.SERVED_MIN);
            new Connection().send(GET);
            assertThat(served).as("and one more").hasSize(LateRequests.SERVED_MIN);
        });
    }

    @Test
    void whoTakesNoAnswersIsLetGo() {
        round(() -> {
            serveMany();
            pass(LateRequests.READ_WITHIN_MILLIS + 1);
            Connection connection = new Connection();
            connection.takesNothing();
            connection.send(PUT);
            assertThat(connection.told()).isEmpty();
            assertThat(connection.isOpen()).isFalse();
        });
    }

    /// As many as are never refused.
    private void serveMany() {
        int before = served.size();
        for (int i = 0; i < LateRequests.SERVED_MIN; i++) {
            new Connection().send(GET);
        }
        served.subList(before, served.size()).clear();
    }

    /// On the loop's thread, before any task that it gives to itself. A round is over when the thread has nothing to do: with the next already
    /// waiting, it would be the same one.
    private void round(Runnable what) {
        try {
            loop.submit(what).get(20, TimeUnit.SECONDS);
            var thread = (SingleThreadEventExecutor) loop;
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (thread.pendingTasks() > 0 || thread.threadProperties().state() != Thread.State.WAITING) {
                assertThat(System.nanoTime()).as("the loop still works").isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failed) {
                throw failed;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /// What a client has, and behind it a server that notes what it is asked.
    private final class Connection {

        private final StringBuilder told = new StringBuilder();
        private final Channel channel = new LocalChannel();

        Connection() {
            loop.register(channel);
            channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                    told.append(((ByteBuf) message).toString(StandardCharsets.US_ASCII));
                    ReferenceCountUtil.release(message);
                    promise.setSuccess();
                }
            }, new HttpServerCodec(), late.handler(), new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    if (message instanceof HttpRequest request) {
                        served.add(request.uri());
                    }
                    ReferenceCountUtil.release(message);
                }
            });
        }

        void send(String request) {
            channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        }

        void answer(HttpResponseStatus status) {
            channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
        }

        String told() {
            String all = told.toString();
            told.setLength(0);
            return all;
        }

        void takesNothing() {
            channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        }

        boolean isOpen() {
            return channel.isOpen();
        }
    }
}
