package baton.inbox.domain;

import static baton.inbox.Samples.NOON;
import static baton.inbox.Samples.VERA;
import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Actor;
import baton.contract.Status;
import baton.inbox.domain.InboxRow.LastMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pages that are put together, and what cannot be a page.
class PageTest {

    private static final Page NOTHING = new Page(List.of(), null);

    @ParameterizedTest
    @EnumSource(Sort.class)
    void joinedPagesAreThePageOfAllTheirRows(Sort sort) {
        Random chance = new Random(1);
        List<InboxRow> all = IntStream.range(0, 200).mapToObj(i -> row("c-" + i, chance.nextInt(40))).sorted(sort.order()).toList();
        List<List<InboxRow>> shares = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        all.forEach(row -> shares.get(chance.nextInt(3)).add(row));
        for (int limit : List.of(1, 7, 50, 199, 200, 201)) {
            Cursor cursor = null;
            List<InboxRow> walked = new ArrayList<>();
            do {
                Cursor from = cursor;
                List<Page> parts = shares.stream().map(rows -> page(rows, sort, from, limit)).toList();
                Page joined = Page.join(parts, sort, limit);
                assertThat(joined).isEqualTo(page(all, sort, from, limit));
                assertThat(joined.follows(from, sort, limit)).isTrue();
                walked.addAll(joined.rows());
                cursor = joined.next();
            } while (cursor != null);
            assertThat(walked).isEqualTo(all);
        }
    }

    @Test
    void ofNothingThereIsNothing() {
        assertThat(Page.join(List.of(NOTHING, NOTHING), Sort.NEWEST, 5)).isEqualTo(NOTHING);
        assertThat(Page.join(List.of(), Sort.NEWEST, 5)).isEqualTo(NOTHING);
    }

    @Test
    void whatCannotBeAPageIsSeen() {
        InboxRow early = row("c-1", 1);
        InboxRow late = row("c-2", 2);
        Cursor behindEarly = new Cursor(Sort.OLDEST, Sort.OLDEST.place(early));
        assertThat(new Page(List.of(early, late), null).follows(null, Sort.OLDEST, 2)).isTrue();
        assertThat(new Page(List.of(late, early), null).follows(null, Sort.OLDEST, 2)).as("disorder").isFalse();
        assertThat(new Page(List.of(early, early), null).follows(null, Sort.OLDEST, 2)).as("a row twice").isFalse();
        assertThat(new Page(List.of(early, late), null).follows(null, Sort.OLDEST, 1)).as("more than the limit").isFalse();
        assertThat(new Page(List.of(early, late), null).follows(behindEarly, Sort.OLDEST, 2)).as("before its cursor").isFalse();
        assertThat(new Page(List.of(late), null).follows(behindEarly, Sort.OLDEST, 2)).isTrue();
        assertThat(new Page(List.of(early), null).follows(new Cursor(Sort.NEWEST, Sort.NEWEST.place(late)), Sort.NEWEST, 2)).isTrue();
        assertThat(new Page(List.of(late), null).follows(new Cursor(Sort.NEWEST, Sort.NEWEST.place(late)), Sort.NEWEST, 2)).as("at its cursor").isFalse();
        assertThat(new Page(List.of(early), behindEarly).follows(null, Sort.OLDEST, 2)).as("more to come, and not full").isFalse();
        assertThat(new Page(List.of(), behindEarly).follows(null, Sort.OLDEST, 2)).as("nothing, and more to come").isFalse();
        assertThat(new Page(List.of(early), behindEarly).follows(null, Sort.OLDEST, 1)).isTrue();
    }

    private static Page page(List<InboxRow> sorted, Sort sort, Cursor cursor, int limit) {
        List<InboxRow> behind = sorted.stream().filter(row -> cursor == null || (sort.descending()
                ? sort.place(row).compareTo(cursor.after()) < 0 : sort.place(row).compareTo(cursor.after()) > 0)).toList();
        List<InboxRow> rows = behind.subList(0, Math.min(limit, behind.size()));
        return new Page(rows, behind.size() > limit ? new Cursor(sort, sort.place(rows.getLast())) : null);
    }

    private static InboxRow row(String id, int second) {
        return new InboxRow(id, "web", VERA, Status.OPEN, null, new LastMessage(Actor.Type.VISITOR, "hello", NOON), NOON.plusSeconds(second),
                second % 3 == 0 ? null : NOON.plusSeconds(second), 2);
    }
}
