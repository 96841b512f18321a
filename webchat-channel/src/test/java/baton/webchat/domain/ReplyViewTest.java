package baton.webchat.domain;

import static org.assertj.core.api.Assertions.assertThat;

import baton.webchat.domain.ReplyView.Bounds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ReplyViewTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:15:00Z");
    private static final Bounds WIDE = new Bounds(1_000, 1_000, Long.MAX_VALUE);
    private static final Recipient VERA = new Recipient("c-1", "vera");

    @Test
    void showsRepliesInOrderAndWhatLiesBehindAVersion() {
        var view = new ReplyView(WIDE);
        for (long version : new long[] {3, 5, 9}) {
            assertThat(view.fold(VERA, reply("c-1", version))).isTrue();
        }
        assertThat(view.after(VERA, 0)).extracting(VisitorReply::replyId).containsExactly("c-1:3", "c-1:5", "c-1:9");
        assertThat(view.after(VERA, 3)).extracting(VisitorReply::replyId).containsExactly("c-1:5", "c-1:9");
        assertThat(view.after(VERA, 4)).extracting(VisitorReply::replyId).containsExactly("c-1:5", "c-1:9");
        assertThat(view.after(VERA, 9)).isEmpty();
        assertThat(view.after(VERA, 100)).isEmpty();
    }

    @Test
    void dropsARepeat() {
        var view = new ReplyView(WIDE);
        view.fold(VERA, reply("c-1", 3));
        view.fold(VERA, reply("c-1", 5));
        long bytes = view.bytes();
        assertThat(view.fold(VERA, reply("c-1", 3))).isFalse();
        assertThat(view.fold(VERA, reply("c-1", 5))).isFalse();
        assertThat(view.after(VERA, 0)).hasSize(2);
        assertThat(view.bytes()).isEqualTo(bytes);
    }

    @Test
    void nobodyElseSeesThem() {
        var view = new ReplyView(WIDE);
        view.fold(VERA, reply("c-1", 3));
        assertThat(view.after(new Recipient("c-2", "vera"), 0)).isEmpty();
        assertThat(view.after(new Recipient("c-1", "otto"), 0)).as("the same conversation id, another visitor").isEmpty();
    }

    @Test
    void keepsTheNewestRepliesOfAConversation() {
        var view = new ReplyView(new Bounds(10, 2, Long.MAX_VALUE));
        for (long version = 1; version <= 4; version++) {
            view.fold(VERA, reply("c-1", version));
        }
        assertThat(view.after(VERA, 0)).extracting(VisitorReply::replyId).containsExactly("c-1:3", "c-1:4");
    }

    @Test
    void forgetsTheConversationThatWasAnsweredLongestAgo() {
        var view = new ReplyView(new Bounds(2, 10, Long.MAX_VALUE));
        var otto = new Recipient("c-2", "otto");
        var mia = new Recipient("c-3", "mia");
        view.fold(VERA, reply("c-1", 1));
        view.fold(otto, reply("c-2", 1));
        view.fold(VERA, reply("c-1", 2));
        view.fold(mia, reply("c-3", 1));
        assertThat(view.after(otto, 0)).isEmpty();
        assertThat(view.after(VERA, 0)).hasSize(2);
        assertThat(view.after(mia, 0)).hasSize(1);
    }

    @Test
    void staysWithinItsBytesAndKeepsAtLeastTheNewestReply() {
        int text = 100;
        long one = ReplyView.REPLY_BYTES + 2 * text;
        var view = new ReplyView(new Bounds(10, 10, 2 * one));
        var otto = new Recipient("c-2", "otto");
        view.fold(VERA, reply("c-1", 1, text));
        view.fold(otto, reply("c-2", 1, text));
        view.fold(otto, reply("c-2", 2, text));
        assertThat(view.after(VERA, 0)).as("the older conversation goes first").isEmpty();
        assertThat(view.after(otto, 0)).hasSize(2);
        view.fold(otto, reply("c-2", 3, text));
        assertThat(view.after(otto, 0)).extracting(VisitorReply::replyId).containsExactly("c-2:2", "c-2:3");
        view.fold(otto, reply("c-2", 4, 10_000));
        assertThat(view.after(otto, 0)).extracting(VisitorReply::replyId).containsExactly("c-2:4");
        assertThat(view.conversations()).isEqualTo(1);
    }

    /// Against a map of lists that is cut by the same words.
    @Property(tries = 300)
    void isTheSameAsAPlainModel(@ForAll @Size(max = 60) List<@IntRange(max = 199) Integer> steps) {
        var bounds = new Bounds(3, 4, 6L * (ReplyView.REPLY_BYTES + 20));
        var view = new ReplyView(bounds);
        Map<Recipient, List<VisitorReply>> model = new LinkedHashMap<>();
        for (int step : steps) {
            var recipient = new Recipient("c-" + step % 5, "v");
            VisitorReply reply = reply("c-" + step % 5, 1 + step / 5, step % 7 * 5);
            List<VisitorReply> known = new ArrayList<>(model.getOrDefault(recipient, List.of()));
            boolean fresh = known.isEmpty() || known.getLast().version() < reply.version();
            assertThat(view.fold(recipient, reply)).isEqualTo(fresh);
            if (fresh) {
                known.add(reply);
                model.remove(recipient);
                model.put(recipient, known);
                if (known.size() > 4) {
                    known.removeFirst();
                }
                while (model.size() > 3 || (model.size() > 1 && bytes(model) > bounds.bytesMax())) {
                    model.remove(model.keySet().iterator().next());
                }
                while (known.size() > 1 && bytes(model) > bounds.bytesMax()) {
                    known.removeFirst();
                }
            }
            assertThat(view.bytes()).isEqualTo(bytes(model));
            assertThat(view.conversations()).isEqualTo(model.size());
            for (int c = 0; c < 5; c++) {
                var any = new Recipient("c-" + c, "v");
                assertThat(view.after(any, 0)).isEqualTo(model.getOrDefault(any, List.of()));
            }
        }
    }

    private static long bytes(Map<Recipient, List<VisitorReply>> model) {
        return model.values().stream().flatMap(List::stream).mapToLong(reply -> ReplyView.REPLY_BYTES + 2L * reply.text().length()).sum();
    }

    private static VisitorReply reply(String conversation, long version) {
        return reply(conversation, version, 5);
    }

    private static VisitorReply reply(String conversation, long version, int length) {
        return new VisitorReply(conversation + ":" + version, "x".repeat(length), AT);
    }
}
