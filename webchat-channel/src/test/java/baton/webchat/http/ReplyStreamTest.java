package baton.webchat.http;

import static org.assertj.core.api.Assertions.assertThat;

import baton.runtime.Frame;
import baton.webchat.domain.Recipient;
import baton.webchat.domain.ReplyView;
import baton.webchat.domain.VisitorReply;
import baton.webchat.domain.VisitorSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class ReplyStreamTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:15:00Z");
    private static final Recipient VERA = new Recipient("c-1", "vera");
    private static final VisitorSession SESSION = new VisitorSession(VERA, null, AT);

    private final ReplyView view = new ReplyView(new ReplyView.Bounds(10, 1_000, Long.MAX_VALUE));
    private final Client client = new Client();
    private ReplyStream stream;

    /// A client that takes as much as it asks for.
    private static final class Client extends BaseSubscriber<Frame> {
        private final List<String> got = new ArrayList<>();
        private boolean complete;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks for nothing yet
        }

        @Override
        protected synchronized void hookOnNext(Frame frame) {
            got.add(new String(frame.bytes(), StandardCharsets.UTF_8));
        }

        @Override
        protected void hookOnComplete() {
            complete = true;
        }
    }

    private void open(long version) {
        Flux.<Frame>create(sink -> {
            stream = new ReplyStream(SESSION, version, since -> view.after(VERA, since), sink);
            sink.onRequest(_ -> stream.write());
        }).subscribe(client);
    }

    @Test
    void beginsWithACommentAndWritesWhatLiesBehindTheVersion() {
        reply(2);
        reply(4);
        open(2);
        client.request(10);
        assertThat(client.got).containsExactly(":\n\n", """
                id: c-1:4
                event: reply
                data: {"replyId":"c-1:4","text":"reply 4","at":"2026-11-22T10:15:00Z"}

                """);
        reply(5);
        stream.write();
        assertThat(client.got).hasSize(3).last().asString().startsWith("id: c-1:5\n");
    }

    @Test
    void aLineBreakInATextDoesNotEndTheEvent() {
        open(0);
        client.request(10);
        view.fold(VERA, new VisitorReply("c-1:2", "one\ntwo\r\n\nid: c-1:9", AT));
        stream.write();
        assertThat(client.got.getLast()).contains("one\\ntwo\\r\\n\\nid: c-1:9").hasLineCount(4);
    }

    @Test
    void takesNoMoreThanTheClientAsksForAndGoesOnWhereItWas() {
        open(0);
        LongStream.rangeClosed(1, 5).forEach(this::reply);
        client.request(3);
        assertThat(client.got).hasSize(3).last().asString().startsWith("id: c-1:2\n");
        client.request(2);
        assertThat(client.got).hasSize(5).last().asString().startsWith("id: c-1:4\n");
        client.request(100);
        assertThat(client.got).hasSize(6).last().asString().startsWith("id: c-1:5\n");
    }

    @Test
    void isStuckOnlyWhileItsClientTakesNothing() {
        open(0);
        client.request(1);
        assertThat(stream.stuck(Duration.ZERO)).as("nothing to write").isFalse();
        reply(1);
        stream.write();
        assertThat(stream.stuck(Duration.ZERO)).isTrue();
        assertThat(stream.stuck(Duration.ofHours(1))).isFalse();
        client.request(1);
        assertThat(stream.stuck(Duration.ZERO)).isFalse();
        assertThat(client.got).hasSize(2);
    }

    @Test
    void writesACommentWhenItWasSilent() {
        open(0);
        client.request(10);
        assertThat(stream.commentDue(Duration.ofHours(1))).isFalse();
        assertThat(stream.commentDue(Duration.ZERO)).isTrue();
        stream.write();
        assertThat(client.got).containsExactly(":\n\n", ":\n\n");
        assertThat(stream.commentDue(Duration.ofHours(1))).isFalse();
    }

    @Test
    void isOverWithTheSession() {
        open(0);
        assertThat(stream.expired(AT.minusMillis(1))).isFalse();
        assertThat(stream.expired(AT)).isTrue();
        stream.close();
        assertThat(client.complete).isTrue();
    }

    /// One thread folds and tells, others write at the same time: each reply is written once and in order.
    @Test
    void threadsThatWriteAtOnceNeitherLoseNorRepeat() throws Exception {
        int replies = 500;
        open(0);
        client.request(Long.MAX_VALUE);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                writers.add(threads.submit(() -> {
                    for (int k = 0; k < replies; k++) {
                        stream.write();
                    }
                }));
            }
            writers.add(threads.submit(() -> {
                for (int version = 1; version <= replies; version++) {
                    reply(version);
                    stream.write();
                }
            }));
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        assertThat(client.got.stream().filter(frame -> frame.startsWith("id")).map(frame -> frame.substring(4, frame.indexOf('\n'))))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, replies).mapToObj(version -> "c-1:" + version).toList());
    }

    private void reply(long version) {
        view.fold(VERA, new VisitorReply("c-1:" + version, "reply " + version, AT));
    }
}
