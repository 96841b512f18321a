package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What becomes of connections that are too many.
class ConnectionLimitTest {

    private static final int OPEN_MAX = 3;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ConnectionLimit limit = new ConnectionLimit(OPEN_MAX, registry);
    private final NettyServerCustomizer server = limit.customizer();

    @Test
    void oneTooManyIsAnsweredAndClosedAndTakesNobodysPlace() {
        List<EmbeddedChannel> open = connect(OPEN_MAX);
        EmbeddedChannel refused = connect(1).getFirst();
        open.getFirst().close();
        EmbeddedChannel next = connect(1).getFirst();
        next.runPendingTasks();
        assertThat(next.isOpen()).as("in place of the one that has gone").isTrue();
        next.writeInbound(request());
        assertThat(next.<ByteBuf>readOutbound()).isNull();

        refused.writeInbound(request());
        ByteBuf answer = refused.readOutbound();
        assertThat(answer.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 503 ").contains("Retry-After: 1", "This instance has 3 open connections.");
        answer.release();
        assertThat(refused.isOpen()).isFalse();
        assertThat(refused.runScheduledPendingTasks()).as("nothing is left to be done with it").isEqualTo(-1);
        assertThat(refused.<Object>readInbound()).as("nothing of it is looked at").isNull();
        assertThat(registry.get("baton.connections").gauge().value()).isEqualTo(OPEN_MAX);
    }

    @Test
    void whoIsRefusedAndSaysNothingIsClosedAfterAWhile() {
        connect(OPEN_MAX);
        EmbeddedChannel silent = connect(1).getFirst();
        silent.advanceTimeBy(ConnectionLimit.SILENT_WITHIN_MILLIS - 100, TimeUnit.MILLISECONDS);
        silent.runScheduledPendingTasks();
        assertThat(silent.isOpen()).isTrue();
        silent.advanceTimeBy(200, TimeUnit.MILLISECONDS);
        silent.runScheduledPendingTasks();
        assertThat(silent.isOpen()).isFalse();
    }

    @Test
    void whereTooManyAreBeingRefusedAFurtherOneIsClosedAtOnce() {
        connect(OPEN_MAX);
        List<EmbeddedChannel> refused = connect(ConnectionLimit.REFUSED_MAX);
        EmbeddedChannel further = connect(1).getFirst();
        further.runScheduledPendingTasks();
        assertThat(further.isOpen()).isFalse();
        assertThat(refused).allSatisfy(one -> {
            one.runScheduledPendingTasks();
            assertThat(one.isOpen()).isTrue();
        });
        refused.getFirst().close();
        EmbeddedChannel later = connect(1).getFirst();
        later.runScheduledPendingTasks();
        assertThat(later.isOpen()).as("one of them has gone").isTrue();
        assertThat(registry.get("baton.connections.refused").counter().count()).isEqualTo(ConnectionLimit.REFUSED_MAX + 2.0);
    }

    private List<EmbeddedChannel> connect(int connections) {
        List<EmbeddedChannel> connected = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.freezeTime();
            server.specializeForChannel(channel, NettyServerCustomizer.ChannelRole.CONNECTION).onInitialPipelineBuilt();
            connected.add(channel);
        }
        return connected;
    }

    private static ByteBuf request() {
        return Unpooled.copiedBuffer("GET /health HTTP/1.1\r\n\r\n", StandardCharsets.US_ASCII);
    }
}
