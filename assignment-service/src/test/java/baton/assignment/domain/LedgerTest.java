package baton.assignment.domain;

import static baton.assignment.Samples.LATER;
import static baton.assignment.Samples.NOON;
import static baton.assignment.Samples.by;
import static baton.assignment.Samples.command;
import static baton.assignment.Samples.message;
import static baton.assignment.domain.RulesVersion.V1;
import static baton.assignment.domain.RulesVersion.V2;
import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Limits;
import baton.contract.Ownership;
import baton.contract.Refusal;
import org.junit.jupiter.api.Test;

/// What a conversation remembers, and for how long.
class LedgerTest {

    private final Ledger opened = Ledger.EMPTY.take(V1, message("m-0"), NOON).ledger();

    @Test
    void aRepeatedCommandGetsItsFirstAnswerAndHasNoEffect() {
        Ledger.Entry first = opened.take(V1, assign("k-1", "ana", "ben"), NOON);
        Ledger.Entry second = first.ledger().take(V1, assign("k-1", "ana", "ben"), LATER);
        assertThat(second.events()).isEmpty();
        assertThat(second.ledger()).isEqualTo(first.ledger());
        assertThat(second.decision()).isEqualTo(first.decision().again());
        assertThat(second.decision().duplicate()).isTrue();
    }

    @Test
    void aRepeatedCommandGetsItsFirstAnswerAfterTheConversationHasMovedOn() {
        Ledger.Entry first = opened.take(V1, assign("k-1", "ana", "ben"), NOON);
        Ledger moved = first.ledger().take(V1, command("k-2", "ben", false, Ownership.OWNER, null, new Command.CompleteConversation()), NOON).ledger();
        assertThat(moved.take(V1, assign("k-1", "ana", "ben"), LATER).decision()).isEqualTo(first.decision().again());
    }

    @Test
    void aRefusalIsRememberedToo() {
        Ledger owned = opened.take(V1, assign("k-1", "ana", "ana"), NOON).ledger();
        Ledger.Entry refused = owned.take(V1, assign("k-2", "ben", "ben"), NOON);
        assertThat(refused.decision()).isEqualTo(new Decision.Refused("c-1", 3, Refusal.NOT_THE_OWNER, "ana", NOON, false));
        Ledger free = refused.ledger().take(V1, command("k-3", "ana", false, Ownership.OWNER, null, new Command.UnassignAgent()), NOON).ledger();
        assertThat(free.take(V1, assign("k-2", "ben", "ben"), LATER).decision()).isEqualTo(refused.decision().again());
    }

    @Test
    void theSameIdForAnotherCommandActorOrBodyIsRefused() {
        Ledger ledger = opened.take(V1, assign("k-1", "ana", "ben"), NOON).ledger();
        for (CommandEnvelope other : new CommandEnvelope[] {
            assign("k-1", "ben", "ben"),
            assign("k-1", "ana", "chloe"),
            command("k-1", "ana", false, Ownership.OWNER, null, new Command.UnassignAgent()),
            command("k-1", "ana", false, Ownership.OWNER, null, new Command.Reply("ben"))}) {
            Ledger.Entry entry = ledger.take(V1, other, LATER);
            assertThat(((Decision.Refused) entry.decision()).refusal()).as(other.toString()).isEqualTo(Refusal.COMMAND_ID_REUSED);
            assertThat(entry.ledger()).isEqualTo(ledger);
        }
    }

    @Test
    void theSameIdWithAnotherVersionSeenOrRoleIsTheSameCommand() {
        Ledger ledger = opened.take(V1, assign("k-1", "ana", "ben"), NOON).ledger();
        Decision again = ledger.take(V1, command("k-1", "ana", true, Ownership.OPEN, 1L, new Command.AssignAgent("ben")), LATER).decision();
        assertThat(again).isInstanceOf(Decision.Accepted.class);
        assertThat(again.duplicate()).isTrue();
    }

    @Test
    void notFoundIsNotRemembered() {
        Ledger.Entry entry = Ledger.EMPTY.take(V1, by("ana", new Command.Reply("x")), NOON);
        assertThat(entry.ledger()).isEqualTo(Ledger.EMPTY);
        assertThat(((Decision.Refused) entry.decision()).refusal()).isEqualTo(Refusal.CONVERSATION_NOT_FOUND);
    }

    @Test
    void aRepeatedMessageIsDroppedWhateverItsText() {
        Ledger.Entry entry = opened.take(V1, message("m-0"), LATER);
        assertThat(entry.events()).isEmpty();
        assertThat(entry.ledger()).isEqualTo(opened);
        assertThat(entry.decision().duplicate()).isTrue();
    }

    @Test
    void aMessageAndACommandMayHaveTheSameId() {
        assertThat(opened.take(V1, assign("m-0", "ana", "ben"), NOON).events()).hasSize(1);
    }

    @Test
    void remembersExactlyTheLastCommands() {
        Ledger ledger = opened;
        for (int i = 0; i <= Limits.COMMAND_IDS_REMEMBERED_MAX; i++) {
            ledger = ledger.take(V1, assign("k-" + i, "ana", "ana"), NOON).ledger();
        }
        assertThat(ledger.memory().commands()).hasSize(Limits.COMMAND_IDS_REMEMBERED_MAX);
        assertThat(ledger.memory().command("k-0")).isEmpty();
        assertThat(ledger.memory().command("k-1")).isPresent();
        assertThat(ledger.memory().command("k-" + Limits.COMMAND_IDS_REMEMBERED_MAX)).isPresent();
    }

    @Test
    void aFloodOfMessagesPushesOutMessagesButNoCommand() {
        Ledger ledger = opened.take(V1, assign("k-1", "ana", "ben"), NOON).ledger();
        for (int i = 1; i <= Limits.MESSAGE_IDS_REMEMBERED_MAX; i++) {
            ledger = ledger.take(V1, message("m-" + i), NOON).ledger();
        }
        assertThat(ledger.memory().messages()).hasSize(Limits.MESSAGE_IDS_REMEMBERED_MAX);
        assertThat(ledger.memory().hasMessage("m-0")).isFalse();
        assertThat(ledger.memory().hasMessage("m-1")).isTrue();
        assertThat(ledger.take(V1, assign("k-1", "ana", "ben"), LATER).decision().duplicate()).isTrue();
    }

    @Test
    void aRefusalOfADeactivatedAssigneeIsRememberedWhetherSheIsActiveTheNextTimeOrNot() {
        Ledger.Entry refused = opened.take(V2, command("k-1", "ana", false, Ownership.OWNER, null, new Command.AssignAgent("ben", true)), NOON);
        assertThat(((Decision.Refused) refused.decision()).refusal()).isEqualTo(Refusal.ASSIGNEE_DEACTIVATED);
        assertThat(refused.ledger().take(V2, assign("k-1", "ana", "ben"), LATER).decision()).isEqualTo(refused.decision().again());
    }

    @Test
    void whatWasAcceptedStaysSoThoughTheAssigneeWasDeactivatedOrTheRulesSwitchedSince() {
        Ledger.Entry accepted = opened.take(V1, assign("k-1", "ana", "ben"), NOON);
        CommandEnvelope again = command("k-1", "ana", false, Ownership.OWNER, null, new Command.AssignAgent("ben", true));
        assertThat(accepted.ledger().take(V2, again, LATER).decision()).isEqualTo(accepted.decision().again());
        assertThat(accepted.ledger().take(V1, again, LATER).decision()).isEqualTo(accepted.decision().again());
    }

    @Test
    void nothingIsRememberedOfAConversationThatDoesNotExist() {
        Ledger.Entry entry = Ledger.EMPTY.take(V2, by("ana", new Command.AssignAgent("ben", true)), NOON);
        assertThat(entry.ledger()).isEqualTo(Ledger.EMPTY);
        assertThat(((Decision.Refused) entry.decision()).refusal()).isEqualTo(Refusal.ASSIGNEE_DEACTIVATED);
    }

    private static CommandEnvelope assign(String id, String by, String to) {
        return command(id, by, false, Ownership.OWNER, null, new Command.AssignAgent(to));
    }
}
