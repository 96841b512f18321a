package baton.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Agent;
import baton.notification.Samples;
import baton.runtime.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class LiveListenerTest {

    private static final Agent ANA = Samples.agent("ana");
    private static final Positions.Slot C0 = new Positions.Slot('c', 0);

    private final List<EventRing.Resync> resyncs = new ArrayList<>();
    private final EventRing ring = new EventRing(8, resyncs::add);
    private final Client client = new Client();
    private final LiveListener listener = listener(null);

    /// A client that takes only as many frames as it asked for.
    private static final class Client extends BaseSubscriber<Frame> {
        private final List<String> got = new ArrayList<>();
        private boolean ended;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks for nothing by itself
        }

        @Override
        protected void hookOnNext(Frame frame) {
            got.add(new String(frame.bytes(), StandardCharsets.UTF_8).replaceFirst("(?s).*data: (.*)\n\n", "$1").strip());
        }

        @Override
        protected void hookOnComplete() {
            ended = true;
        }
    }

    @Test
    void writesOnlyWhatTheClientTakes() {
        append(0, 3);
        listener.write(ANA);
        assertThat(client.got).isEmpty();

        client.request(2);
        listener.write(ANA);
        assertThat(client.got).hasSize(2).last().isEqualTo("e0");

        client.request(10);
        listener.write(ANA);
        assertThat(client.got.subList(1, client.got.size())).containsExactly("e0", "e1", "e2");
    }

    @Test
    void tellsAClientThatTookNothingForTooLongToResync() {
        client.request(1);
        listener.write(ANA);
        append(0, 100);
        client.request(100);
        listener.write(ANA);
        append(100, 1);
        listener.write(ANA);

        assertThat(client.got.subList(1, client.got.size())).containsExactly("{\"reason\":\"too-slow\"}", "e100");
        assertThat(resyncs).containsExactly(EventRing.Resync.TOO_SLOW);
    }

    @Test
    void pingsWhenNothingElseIsToBeWritten() {
        client.request(100);
        listener.write(ANA);
        assertThat(listener.pingDue(Duration.ofHours(1))).isFalse();
        listener.write(ANA);
        assertThat(client.got).hasSize(1);

        assertThat(listener.pingDue(Duration.ZERO)).isTrue();
        listener.write(ANA);
        assertThat(client.got).hasSize(2).last().isEqualTo(":");

        listener.pingDue(Duration.ZERO);
        append(0, 1);
        listener.write(ANA);
        assertThat(client.got).hasSize(3).last().isEqualTo("e0");
    }

    @Test
    void knowsAClientThatTakesNothing() {
        assertThat(listener.stuck(Duration.ZERO)).isFalse();
        listener.write(ANA);
        assertThat(listener.stuck(Duration.ZERO)).isTrue();
        assertThat(listener.stuck(Duration.ofHours(1))).isFalse();

        client.request(100);
        listener.write(ANA);
        assertThat(listener.stuck(Duration.ZERO)).isFalse();
    }

    @Test
    void expiresWithItsToken() {
        Instant end = Samples.AT;
        assertThat(listener(end).expired(end)).isTrue();
        assertThat(listener(end).expired(end.minusMillis(1))).isFalse();
        assertThat(listener.expired(Instant.MAX)).isFalse();
    }

    @Test
    void endsWhenItIsClosedAndWritesNothingMore() {
        client.request(100);
        listener.close();
        append(0, 1);
        listener.write(ANA);

        assertThat(client.ended).isTrue();
        assertThat(client.got).isEmpty();
    }

    private LiveListener listener(Instant expiresAt) {
        ring.beginsAt(C0, 0);
        AtomicReference<LiveListener> made = new AtomicReference<>();
        Flux<Frame> stream = Flux.create(sink -> made.set(new LiveListener("ana", expiresAt, ring.open(null), sink)));
        stream.subscribe(expiresAt == null ? client : new Client());
        return made.get();
    }

    private void append(int from, int count) {
        for (int offset = from; offset < from + count; offset++) {
            ring.append(C0, offset, _ -> true, "conversation", ("e" + offset).getBytes(StandardCharsets.UTF_8));
        }
    }
}
