package baton.inbox.domain;

import static baton.inbox.Samples.LATER;
import static baton.inbox.Samples.assigned;
import static baton.inbox.Samples.completed;
import static baton.inbox.Samples.opened;
import static baton.inbox.Samples.received;
import static baton.inbox.Samples.reopened;
import static baton.inbox.Samples.row;
import static baton.inbox.Samples.sent;
import static baton.inbox.Samples.unassigned;
import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Json;
import baton.contract.Reason;
import baton.contract.Status;
import baton.contract.Visitor;
import baton.inbox.domain.ThreadEntry.Kind;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Which event makes which entry of a thread.
class ThreadEntryTest {

    private static final Actor VERA = Actor.visitor("vera");
    private static final Actor ANA = Actor.agent("ana");

    /// @param entry what the event makes, or null
    record Cell(Event event, ThreadEntry entry) {
    }

    static Stream<Cell> cells() {
        return Stream.of(
                new Cell(opened("c-1", LATER), null),
                new Cell(received("c-1", 3, LATER, "hello"),
                        new ThreadEntry(Kind.MESSAGE, 3, LATER, VERA, "k-3", "Vera", "hello", null, null, null, null, null)),
                new Cell(received("c-1", 3, LATER, "hello", new Visitor("vera", null)),
                        new ThreadEntry(Kind.MESSAGE, 3, LATER, VERA, "k-3", "Vera", "hello", null, null, null, null, null)),
                new Cell(sent("c-1", 3, LATER, "ana", "yes"),
                        new ThreadEntry(Kind.REPLY, 3, LATER, ANA, "k-3", null, "yes", null, null, null, null, null)),
                new Cell(assigned("c-1", 3, LATER, "ana", "ben", "chloe", Reason.MANUAL),
                        new ThreadEntry(Kind.STATUS, 3, LATER, ANA, "k-3", null, null, EventType.CONVERSATION_ASSIGNED, "ana", "ben", "chloe", Reason.MANUAL)),
                new Cell(assigned("c-1", 3, LATER, "ana", "ana", null, Reason.FIRST_REPLY),
                        new ThreadEntry(Kind.STATUS, 3, LATER, ANA, "k-3", null, null, EventType.CONVERSATION_ASSIGNED, "ana", "ana", null, Reason.FIRST_REPLY)),
                new Cell(unassigned("c-1", 3, LATER, "ana", "ben", Reason.COMPLETED),
                        new ThreadEntry(Kind.STATUS, 3, LATER, ANA, "k-3", null, null, EventType.CONVERSATION_UNASSIGNED, "ana", null, "ben", Reason.COMPLETED)),
                new Cell(completed("c-1", 3, LATER, "ana"),
                        new ThreadEntry(Kind.STATUS, 3, LATER, ANA, "k-3", null, null, EventType.CONVERSATION_COMPLETED, "ana", null, null, null)),
                new Cell(reopened("c-1", 3, LATER, ANA),
                        new ThreadEntry(Kind.STATUS, 3, LATER, ANA, "k-3", null, null, EventType.CONVERSATION_REOPENED, "ana", null, null, null)),
                new Cell(reopened("c-1", 3, LATER, VERA),
                        new ThreadEntry(Kind.STATUS, 3, LATER, VERA, "k-3", "Vera", null, EventType.CONVERSATION_REOPENED, null, null, null, null)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void makesTheEntryOfTheTable(Cell cell) {
        InboxRow before = cell.event() instanceof Event.ConversationOpened ? null : row(2, Status.OPEN, null);
        assertThat(ThreadEntry.of(before, cell.event()).orElse(null)).isEqualTo(cell.entry());
    }

    @Test
    void theTableHasEveryEvent() {
        Set<Class<?>> present = cells().map(cell -> cell.event().getClass()).collect(Collectors.toSet());
        assertThat(present).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
    }

    static Stream<ThreadEntry> entries() {
        return cells().map(Cell::entry).filter(Objects::nonNull);
    }

    @ParameterizedTest
    @MethodSource("entries")
    void isReadBackAsItWasWritten(ThreadEntry entry) {
        assertThat(Json.read(Json.write(entry), ThreadEntry.class)).isEqualTo(entry);
    }
}
