package baton.inbox.domain;

import static baton.inbox.Samples.LATER;
import static baton.inbox.Samples.NOON;
import static baton.inbox.Samples.VERA;
import static baton.inbox.Samples.assigned;
import static baton.inbox.Samples.completed;
import static baton.inbox.Samples.opened;
import static baton.inbox.Samples.received;
import static baton.inbox.Samples.reopened;
import static baton.inbox.Samples.row;
import static baton.inbox.Samples.sent;
import static baton.inbox.Samples.unassigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.Limits;
import baton.contract.Reason;
import baton.contract.Status;
import baton.contract.Visitor;
import baton.inbox.domain.InboxRow.LastMessage;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What each event makes of a row.
class InboxFoldTest {

    record Cell(InboxRow before, Event event, InboxRow after) {
    }

    static Stream<Cell> cells() {
        InboxRow open = row(2, Status.OPEN, null);
        InboxRow anas = row(3, Status.OPEN, "ana");
        InboxRow completed = row(4, Status.COMPLETED, null);
        LastMessage hello = new LastMessage(Actor.Type.VISITOR, "hello", NOON);
        return Stream.of(
                new Cell(null, opened("c-1", NOON), new InboxRow("c-1", "web", VERA, Status.OPEN, null, null, NOON, null, 1)),
                new Cell(InboxFold.apply(null, opened("c-1", NOON)), received("c-1", 2, NOON, "hello"), open),
                new Cell(open, received("c-1", 3, LATER, "still there?"), new InboxRow("c-1", "web", VERA, Status.OPEN, null,
                        new LastMessage(Actor.Type.VISITOR, "still there?", LATER), LATER, NOON, 3)),
                new Cell(anas, received("c-1", 4, LATER, "still there?"), new InboxRow("c-1", "web", VERA, Status.OPEN, "ana",
                        new LastMessage(Actor.Type.VISITOR, "still there?", LATER), LATER, NOON, 4)),
                new Cell(open, sent("c-1", 3, LATER, "ben", "yes"), new InboxRow("c-1", "web", VERA, Status.OPEN, null,
                        new LastMessage(Actor.Type.AGENT, "yes", LATER), LATER, null, 3)),
                new Cell(anas, sent("c-1", 4, LATER, "ben", "yes"), new InboxRow("c-1", "web", VERA, Status.OPEN, "ana",
                        new LastMessage(Actor.Type.AGENT, "yes", LATER), LATER, null, 4)),
                new Cell(open, assigned("c-1", 3, LATER, "sam", "ana", null, Reason.MANUAL),
                        new InboxRow("c-1", "web", VERA, Status.OPEN, "ana", hello, NOON, NOON, 3)),
                new Cell(anas, assigned("c-1", 4, LATER, "ana", "ben", "ana", Reason.MANUAL),
                        new InboxRow("c-1", "web", VERA, Status.OPEN, "ben", hello, NOON, NOON, 4)),
                new Cell(anas, unassigned("c-1", 4, LATER, "ana", "ana", Reason.MANUAL),
                        new InboxRow("c-1", "web", VERA, Status.OPEN, null, hello, NOON, NOON, 4)),
                new Cell(open, completed("c-1", 3, LATER, "ana"),
                        new InboxRow("c-1", "web", VERA, Status.COMPLETED, null, hello, NOON, NOON, 3)),
                new Cell(completed, reopened("c-1", 5, LATER, Actor.visitor("vera")),
                        new InboxRow("c-1", "web", VERA, Status.OPEN, null, hello, NOON, NOON, 5)),
                new Cell(completed, reopened("c-1", 5, LATER, Actor.agent("ana")),
                        new InboxRow("c-1", "web", VERA, Status.OPEN, null, hello, NOON, NOON, 5)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void foldsAsTheTableSays(Cell cell) {
        assertThat(InboxFold.apply(cell.before(), cell.event())).isEqualTo(cell.after());
    }

    @Test
    void theTableHasEveryEvent() {
        Set<Class<?>> present = cells().map(cell -> cell.event().getClass()).collect(Collectors.toSet());
        assertThat(Event.class.getPermittedSubclasses()).hasSize(7);
        assertThat(present).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("cells")
    void aRepeatedEventChangesNothing(Cell cell) {
        assertThat(InboxFold.isRepeated(cell.before(), cell.event())).isFalse();
        assertThat(InboxFold.isRepeated(cell.after(), cell.event())).isTrue();
        assertThat(InboxFold.apply(cell.after(), cell.event())).isSameAs(cell.after());
        InboxRow muchLater = row(99, Status.COMPLETED, null);
        assertThat(InboxFold.apply(muchLater, cell.event())).isSameAs(muchLater);
    }

    static Stream<Cell> cellsAfterTheFirst() {
        return cells().filter(cell -> cell.before() != null);
    }

    @ParameterizedTest
    @MethodSource("cellsAfterTheFirst")
    void anEventThatIsNotTheNextOneThrows(Cell cell) {
        InboxRow tooEarly = cell.event().version() == 2 ? null : row(cell.event().version() - 2, Status.OPEN, null);
        assertThatThrownBy(() -> InboxFold.apply(tooEarly, cell.event()))
                .isInstanceOf(InboxFold.MissingEvent.class)
                .hasMessage("conversation c-1 is at version " + (cell.event().version() - 2) + " and was given version " + cell.event().version());
    }

    @Test
    void onlyTheFirstEventOpensAConversation() {
        assertThatThrownBy(() -> InboxFold.apply(null, received("c-1", 1, NOON, "hello"))).isInstanceOf(InboxFold.MissingEvent.class);
        Event openedAgain = new Event.ConversationOpened("c-1", 3, NOON, Actor.visitor("vera"), "k-3", "web", VERA);
        assertThatThrownBy(() -> InboxFold.apply(row(2, Status.OPEN, null), openedAgain)).isInstanceOf(InboxFold.MissingEvent.class);
        Event openedLate = new Event.ConversationOpened("c-1", 2, NOON, Actor.visitor("vera"), "k-2", "web", VERA);
        assertThatThrownBy(() -> InboxFold.apply(null, openedLate)).isInstanceOf(InboxFold.MissingEvent.class);
    }

    @Test
    void aVisitorWaitsSinceHerFirstMessageAfterTheLastReply() {
        InboxRow row = InboxFold.apply(row(2, Status.OPEN, null), received("c-1", 3, NOON.plusSeconds(1), "hello?"));
        assertThat(row.waitingSince()).isEqualTo(NOON);
        row = InboxFold.apply(row, assigned("c-1", 4, NOON.plusSeconds(2), "ana", "ana", null, Reason.MANUAL));
        assertThat(row.waitingSince()).isEqualTo(NOON);
        row = InboxFold.apply(row, sent("c-1", 5, NOON.plusSeconds(3), "ana", "yes"));
        assertThat(row.waitingSince()).isNull();
        row = InboxFold.apply(row, sent("c-1", 6, NOON.plusSeconds(4), "ana", "well?"));
        assertThat(row.waitingSince()).isNull();
        row = InboxFold.apply(row, received("c-1", 7, NOON.plusSeconds(5), "good"));
        row = InboxFold.apply(row, received("c-1", 8, NOON.plusSeconds(6), "thanks"));
        assertThat(row.waitingSince()).isEqualTo(NOON.plusSeconds(5));
    }

    @Test
    void aVisitorWhoWasNotAnsweredStillWaitsWhenTheConversationIsBack() {
        InboxRow row = InboxFold.apply(row(2, Status.OPEN, null), completed("c-1", 3, LATER, "ana"));
        assertThat(row.waitingSince()).isEqualTo(NOON);
        row = InboxFold.apply(row, reopened("c-1", 4, LATER, Actor.visitor("vera")));
        row = InboxFold.apply(row, received("c-1", 5, LATER, "hello?"));
        assertThat(row.waitingSince()).isEqualTo(NOON);
    }

    @Test
    void theBeginningOfALongMessageIsShown() {
        String smile = "\ud83d\ude00";
        assertThat(preview("x".repeat(Limits.PREVIEW_LENGTH_MAX))).isEqualTo("x".repeat(Limits.PREVIEW_LENGTH_MAX));
        assertThat(preview("x".repeat(Limits.PREVIEW_LENGTH_MAX + 1))).isEqualTo("x".repeat(Limits.PREVIEW_LENGTH_MAX - 1) + "…");
        assertThat(preview(smile.repeat(Limits.PREVIEW_LENGTH_MAX + 1))).isEqualTo(smile.repeat(Limits.PREVIEW_LENGTH_MAX - 1) + "…");
        InboxRow answered = InboxFold.apply(row(2, Status.OPEN, null), sent("c-1", 3, LATER, "ana", "y".repeat(1000)));
        assertThat(answered.lastMessage().text()).hasSize(Limits.PREVIEW_LENGTH_MAX).endsWith("y…");
    }

    @Test
    void aVisitorKeepsHerNameWhereTheChannelDoesNotRepeatIt() {
        InboxRow row = row(2, Status.OPEN, null);
        assertThat(written(row, new Visitor("vera", null))).isEqualTo(VERA);
        assertThat(written(row, new Visitor("vera", "Vera B."))).isEqualTo(new Visitor("vera", "Vera B."));
        assertThat(written(row, new Visitor("max", null))).isEqualTo(new Visitor("max", null));
    }

    private static Visitor written(InboxRow row, Visitor visitor) {
        return InboxFold.apply(row, received("c-1", 3, LATER, "hello", visitor)).visitor();
    }

    private static String preview(String text) {
        return InboxFold.apply(row(2, Status.OPEN, null), received("c-1", 3, LATER, text)).lastMessage().text();
    }
}
