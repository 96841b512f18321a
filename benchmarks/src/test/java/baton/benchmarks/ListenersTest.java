package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ListenersTest {

    private static final byte[] MARK = "\"conversationId\":\"live-1\",\"version\":3,".getBytes(StandardCharsets.UTF_8);
    private static final String STREAM = """
            : ready
            id: c0.1

            id: c0.2
            event: notification
            data: {"conversationId":"live-1","version":3,"type":"message.received"}

            id: c0.3
            event: conversation
            data: {"conversationId":"live-1","version":2,"type":"message.received"}

            id: c0.4
            event: conversation
            data: {"conversationId":"live-1","version":3,"type":"message.received"}

            id: c0.5
            event: resync
            data: {"reason":"too-slow"}

            """;

    private final AtomicInteger resyncs = new AtomicInteger();

    private int found(Listeners.Lines lines, String part) {
        return lines.read(Unpooled.copiedBuffer(part, StandardCharsets.UTF_8), MARK, resyncs::incrementAndGet);
    }

    @Test
    void hearsOfAChangeOnceHoweverItsBytesArrive() {
        for (int size = 1; size <= STREAM.length(); size++) {
            var lines = new Listeners.Lines();
            resyncs.set(0);
            int found = 0;
            for (int from = 0; from < STREAM.length(); from += size) {
                found += found(lines, STREAM.substring(from, Math.min(STREAM.length(), from + size)));
            }
            assertThat(found).as("in parts of %d bytes", size).isEqualTo(1);
            assertThat(resyncs).as("in parts of %d bytes", size).hasValue(1);
        }
    }

    @Test
    void whatIsLongerThanALineOfWhatIsAwaitedIsPassedOver() {
        var lines = new Listeners.Lines();
        assertThat(found(lines, "event: conversation\ndata: " + "x".repeat(10_000) + "\n\n")).isZero();
        assertThat(found(lines, STREAM)).isEqualTo(1);
    }
}
