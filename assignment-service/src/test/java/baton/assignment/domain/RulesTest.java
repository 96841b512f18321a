package baton.assignment.domain;

import static baton.assignment.Samples.LATER;
import static baton.assignment.Samples.NOON;
import static baton.assignment.Samples.absent;
import static baton.assignment.Samples.assignedTo;
import static baton.assignment.Samples.by;
import static baton.assignment.Samples.bySupervisor;
import static baton.assignment.Samples.command;
import static baton.assignment.Samples.completed;
import static baton.assignment.Samples.message;
import static baton.assignment.Samples.switchTo;
import static baton.assignment.Samples.unassigned;
import static baton.assignment.Samples.whereOwnershipIsOpen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.assignment.domain.Rules.Ruling;
import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.Command.AssignAgent;
import baton.contract.Command.CompleteConversation;
import baton.contract.Command.ReopenConversation;
import baton.contract.Command.Reply;
import baton.contract.Command.UnassignAgent;
import baton.contract.CommandEnvelope;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Ownership;
import baton.contract.Visitor;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of docs and code, cell by cell, and what each version of the rules changes of it.
class RulesTest {

    /// One row of a cell: in this state, this command leads to that.
    record Cell(Conversation state, CommandEnvelope command, String leadsTo) {
        @Override
        public String toString() {
            return state.getClass().getSimpleName() + " + " + command.body() + " by " + command.actor().id()
                    + (command.supervisor() ? " (supervisor)" : "") + (command.ownership() == Ownership.OPEN ? " (open)" : "")
                    + " -> " + leadsTo;
        }
    }

    static Stream<Cell> cells() {
        var reply = new Reply("hello");
        var toBen = new AssignAgent("ben");
        var unassign = new UnassignAgent();
        var complete = new CompleteConversation();
        var reopen = new ReopenConversation();
        return Stream.of(
                new Cell(absent(), message("m-1"), "opened web vera, received hello"),
                new Cell(unassigned(), message("m-1"), "received hello"),
                new Cell(assignedTo("ana"), message("m-1"), "received hello"),
                new Cell(completed(), message("m-1"), "reopened by visitor vera, received hello"),

                new Cell(absent(), by("ana", reply), "refused conversation-not-found"),
                new Cell(unassigned(), by("ana", reply), "sent hello, assigned null to ana by ana FIRST_REPLY"),
                new Cell(assignedTo("ana"), by("ana", reply), "sent hello"),
                new Cell(assignedTo("ana"), by("ben", reply), "sent hello"),
                new Cell(assignedTo("ana"), bySupervisor("sam", reply), "sent hello"),
                new Cell(completed(), by("ana", reply), "reopened by agent ana, sent hello, assigned null to ana by ana FIRST_REPLY"),

                new Cell(absent(), by("ana", toBen), "refused conversation-not-found"),
                new Cell(unassigned(), by("ana", toBen), "assigned null to ben by ana MANUAL"),
                new Cell(unassigned(), by("ben", toBen), "assigned null to ben by ben MANUAL"),
                new Cell(assignedTo("ben"), by("ana", toBen), "nothing"),
                new Cell(assignedTo("ana"), by("ana", toBen), "assigned ana to ben by ana MANUAL"),
                new Cell(assignedTo("ana"), by("ben", toBen), "refused not-owner"),
                new Cell(assignedTo("ana"), by("chloe", toBen), "refused not-owner"),
                new Cell(assignedTo("ana"), bySupervisor("sam", toBen), "assigned ana to ben by sam MANUAL"),
                new Cell(assignedTo("ana"), whereOwnershipIsOpen("ben", toBen), "assigned ana to ben by ben MANUAL"),
                new Cell(completed(), by("ana", toBen), "refused conversation-completed"),
                new Cell(completed(), bySupervisor("sam", toBen), "refused conversation-completed"),

                new Cell(absent(), by("ana", unassign), "refused conversation-not-found"),
                new Cell(unassigned(), by("ana", unassign), "nothing"),
                new Cell(assignedTo("ana"), by("ana", unassign), "unassigned ana by ana MANUAL"),
                new Cell(assignedTo("ana"), by("ben", unassign), "refused not-owner"),
                new Cell(assignedTo("ana"), bySupervisor("sam", unassign), "unassigned ana by sam MANUAL"),
                new Cell(assignedTo("ana"), whereOwnershipIsOpen("ben", unassign), "unassigned ana by ben MANUAL"),
                new Cell(completed(), by("ana", unassign), "nothing"),

                new Cell(absent(), by("ana", complete), "refused conversation-not-found"),
                new Cell(unassigned(), by("ana", complete), "completed by agent ana"),
                new Cell(assignedTo("ana"), by("ana", complete), "unassigned ana by ana COMPLETED, completed by agent ana"),
                new Cell(assignedTo("ana"), by("ben", complete), "refused not-owner"),
                new Cell(assignedTo("ana"), bySupervisor("sam", complete), "unassigned ana by sam COMPLETED, completed by agent sam"),
                new Cell(assignedTo("ana"), whereOwnershipIsOpen("ben", complete), "unassigned ana by ben COMPLETED, completed by agent ben"),
                new Cell(completed(), by("ana", complete), "nothing"),

                new Cell(absent(), by("ana", reopen), "refused conversation-not-found"),
                new Cell(unassigned(), by("ana", reopen), "nothing"),
                new Cell(assignedTo("ana"), by("ben", reopen), "nothing"),
                new Cell(completed(), by("ana", reopen), "reopened by agent ana"));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void decidesAsTheTableSaysByEveryVersion(Cell cell) {
        for (RulesVersion version : RulesVersion.values()) {
            assertThat(inWords(Rules.decide(version, cell.state(), cell.command(), LATER))).as(version.name()).isEqualTo(cell.leadsTo());
        }
    }

    /// What version 2 has changed: in this state, to assign to somebody deactivated leads by version 1 to this; by version 2 it is refused.
    record Changed(Conversation state, CommandEnvelope command, String byVersion1) {
        static Changed of(Conversation state, String by, Long ifMatch, String byVersion1) {
            // Carries what version 1 wants: without it, version 1 would not be asked.
            return new Changed(state, new CommandEnvelope(1, "k-1", "c-1", Actor.agent(by), false, Ownership.OWNER, ifMatch, new AssignAgent("ben", true)),
                    byVersion1);
        }
    }

    static Stream<Changed> changedByVersion2() {
        return Stream.of(
                Changed.of(absent(), "ana", null, "refused conversation-not-found"),
                Changed.of(unassigned(), "ana", null, "assigned null to ben by ana MANUAL"),
                Changed.of(unassigned(), "ana", 1L, "refused version-mismatch"),
                Changed.of(assignedTo("ben"), "ana", null, "nothing"),
                Changed.of(assignedTo("ana"), "ana", null, "assigned ana to ben by ana MANUAL"),
                Changed.of(assignedTo("ana"), "chloe", null, "refused not-owner"),
                Changed.of(completed(), "ana", null, "refused conversation-completed"));
    }

    @ParameterizedTest
    @MethodSource("changedByVersion2")
    void version2RefusesADeactivatedAssigneeBeforeItLooksAtAnythingElse(Changed cell) {
        assertThat(inWords(Rules.decide(RulesVersion.V1, cell.state(), cell.command(), LATER))).isEqualTo(cell.byVersion1());
        assertThat(inWords(Rules.decide(RulesVersion.V2, cell.state(), cell.command(), LATER))).isEqualTo("refused assignee-deactivated");
    }

    @Test
    void version2HasItsAnswerInEveryState() {
        assertThat(changedByVersion2().<Class<?>>map(cell -> cell.state().getClass()).distinct())
                .containsExactlyInAnyOrder(Conversation.class.getPermittedSubclasses());
    }

    /// Only a damaged log has that; it must not be assigned all the same.
    @Test
    void aCommandThatNeedsANewerVersionThanIsInForceIsDecidedByThatOne() {
        CommandEnvelope deactivated = by("ana", new AssignAgent("ben", true));
        assertThat(deactivated.rulesVersion()).isEqualTo(2);
        assertThat(inWords(Rules.decide(RulesVersion.V1, unassigned(), deactivated, LATER))).isEqualTo("refused assignee-deactivated");
    }

    @Test
    void aSwitchIsOfNoConversation() {
        assertThatThrownBy(() -> Rules.decide(RulesVersion.V1, unassigned(), switchTo(2), LATER)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTableHasEveryStateAndEveryCommand() {
        Set<String> wanted = new LinkedHashSet<>();
        for (Class<?> state : Conversation.class.getPermittedSubclasses()) {
            for (Class<?> command : Command.class.getPermittedSubclasses()) {
                if (command != Command.SwitchRules.class) {
                    wanted.add(state.getSimpleName() + " + " + command.getSimpleName());
                }
            }
        }
        Set<String> present = cells()
                .map(cell -> cell.state().getClass().getSimpleName() + " + " + cell.command().body().getClass().getSimpleName())
                .collect(Collectors.toSet());
        assertThat(wanted).hasSize(24);
        assertThat(present).containsExactlyInAnyOrderElementsOf(wanted);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everyDecisionCanFollowItsState(Cell cell) {
        Conversation state = cell.state();
        if (Rules.decide(RulesVersion.V1, state, cell.command(), LATER) instanceof Ruling.Happens(List<Event> events)) {
            for (Event event : events) {
                long before = state.version();
                state = Rules.evolve(state, event);
                assertThat(state.version()).isEqualTo(before + 1);
            }
        }
        assertThat(state.at()).isAfterOrEqualTo(cell.state().at());
    }

    @Test
    void refusesAnyCommandForAVersionThatIsGone() {
        for (Command body : List.of(new Reply("x"), new AssignAgent("ana"), new UnassignAgent(), new CompleteConversation(), new ReopenConversation())) {
            assertThat(inWords(Rules.decide(RulesVersion.V1, assignedTo("ana"), command("k", "ana", false, Ownership.OWNER, 2L, body), LATER)))
                    .isEqualTo("refused version-mismatch");
            assertThat(inWords(Rules.decide(RulesVersion.V1, assignedTo("ana"), command("k", "ana", false, Ownership.OWNER, 3L, body), LATER)))
                    .doesNotContain("refused");
        }
        assertThat(inWords(Rules.decide(RulesVersion.V1, absent(), command("k", "ana", false, Ownership.OWNER, 2L, new UnassignAgent()), LATER)))
                .isEqualTo("refused conversation-not-found");
    }

    @Test
    void aConversationsClockNeverRunsBackwards() {
        Instant earlier = NOON.minusSeconds(3600);
        var happens = (Ruling.Happens) Rules.decide(RulesVersion.V1, unassigned(), message("m-1"), earlier);
        assertThat(happens.events()).singleElement().extracting(Event::at).isEqualTo(NOON);
    }

    @Test
    void refusesToEvolveByAnEventThatCannotFollow() {
        Actor ana = Actor.agent("ana");
        List<Event> afterVersion2 = List.of(
                new Event.ConversationOpened("c-1", 3, LATER, Actor.visitor("vera"), "m", "web", new Visitor("vera", null)),
                new Event.ConversationUnassigned("c-1", 3, LATER, ana, "k", "ana", "ana", baton.contract.Reason.MANUAL),
                new Event.ConversationReopened("c-1", 3, LATER, ana, "k"),
                new Event.ConversationAssigned("c-1", 3, LATER, ana, "k", "ben", "ana", "ana", baton.contract.Reason.MANUAL),
                new Event.ReplySent("c-1", 4, LATER, ana, "k", "x"),
                new Event.ReplySent("c-1", 2, LATER, ana, "k", "x"));
        for (Event event : afterVersion2) {
            assertThatThrownBy(() -> Rules.evolve(unassigned(), event)).as(event.toString()).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> Rules.evolve(completed(), new Event.ReplySent("c-1", 6, LATER, ana, "k", "x")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Rules.evolve(absent(), new Event.ReplySent("c-1", 1, LATER, ana, "k", "x")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Rules.evolve(assignedTo("ana"), new Event.ConversationCompleted("c-1", 4, LATER, ana, "k")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void everyEventIsCausedBySomeCell() {
        Set<EventType> caused = cells()
                .map(cell -> Rules.decide(RulesVersion.V1, cell.state(), cell.command(), LATER))
                .flatMap(ruling -> ruling instanceof Ruling.Happens(List<Event> events) ? events.stream() : Stream.empty())
                .map(EventType::of)
                .collect(Collectors.toSet());
        assertThat(caused).containsExactlyInAnyOrderElementsOf(Arrays.asList(EventType.values()));
    }

    private static String inWords(Ruling ruling) {
        return switch (ruling) {
            case Ruling.IsRefused(var refusal) -> "refused " + refusal.wireName();
            case Ruling.Happens(var events) when events.isEmpty() -> "nothing";
            case Ruling.Happens(var events) -> events.stream().map(RulesTest::inWords).collect(Collectors.joining(", "));
        };
    }

    private static String inWords(Event event) {
        return switch (event) {
            case Event.ConversationOpened e -> "opened " + e.channel() + " " + e.visitor().id();
            case Event.MessageReceived e -> "received " + e.text();
            case Event.ReplySent e -> "sent " + e.text();
            case Event.ConversationAssigned e -> "assigned " + e.previousAssignee() + " to " + e.assignee() + " by " + e.by() + " " + e.reason();
            case Event.ConversationUnassigned e -> "unassigned " + e.previousAssignee() + " by " + e.by() + " " + e.reason();
            case Event.ConversationCompleted e -> "completed by " + inWords(e.actor());
            case Event.ConversationReopened e -> "reopened by " + inWords(e.actor());
        };
    }

    private static String inWords(Actor actor) {
        return actor.type().name().toLowerCase(java.util.Locale.ROOT) + " " + actor.id();
    }
}
