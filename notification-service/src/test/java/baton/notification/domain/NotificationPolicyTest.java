package baton.notification.domain;

import static baton.notification.Samples.agent;
import static baton.notification.Samples.assigned;
import static baton.notification.Samples.completed;
import static baton.notification.Samples.message;
import static baton.notification.Samples.opened;
import static baton.notification.Samples.reopened;
import static baton.notification.Samples.reply;
import static baton.notification.Samples.unassigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Actor;
import baton.contract.Agent;
import baton.contract.Event;
import baton.contract.EventType;
import baton.contract.Notification;
import baton.contract.Reason;
import baton.notification.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NotificationPolicyTest {

    private static final Actor ANA = Actor.agent("ana");

    /// After `given`, `when` is told to `recipients`, each a recipient and, behind a slash, who is excepted.
    private record Row(String name, List<Event> given, Event when, List<String> recipients) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Row> rows() {
        List<Event> begun = List.of(opened("c1"));
        List<Event> anas = List.of(opened("c1"), message("c1", 2, "m1", "hi"), assigned("c1", 3, "ana", null, "ana", Reason.MANUAL));
        List<Event> put = List.of(opened("c1"), completed("c1", 2, "ana"));
        List<Event> back = List.of(opened("c1"), completed("c1", 2, "ana"), reopened("c1", 3, Samples.BY_VISITOR, "m9"));
        return Stream.of(
                new Row("opened", List.of(), opened("c1"), List.of()),
                new Row("first message", begun, message("c1", 2, "m1", "hi"), List.of("*")),
                new Row("message in an assigned one", anas, message("c1", 4, "m2", "hi"), List.of("ana")),
                new Row("message in one that was given back",
                        List.of(anas.get(0), anas.get(1), anas.get(2), unassigned("c1", 4, "ana", "ana", Reason.MANUAL)),
                        message("c1", 5, "m2", "hi"), List.of("*")),
                new Row("reply", begun, reply("c1", 2, "ana"), List.of()),
                new Row("reply of another", anas, reply("c1", 4, "ben"), List.of()),
                new Row("assigned to another", begun, assigned("c1", 2, "ben", null, "ana", Reason.MANUAL), List.of("ben")),
                new Row("claimed", begun, assigned("c1", 2, "ana", null, "ana", Reason.MANUAL), List.of()),
                new Row("first reply", begun, assigned("c1", 2, "ana", null, "ana", Reason.FIRST_REPLY), List.of()),
                new Row("reassigned", anas, assigned("c1", 4, "ben", "ana", "sam", Reason.MANUAL), List.of("ben")),
                new Row("taken over", anas, assigned("c1", 4, "sam", "ana", "sam", Reason.MANUAL), List.of()),
                new Row("given back", anas, unassigned("c1", 4, "ana", "ana", Reason.MANUAL), List.of("*/ana")),
                new Row("given back by a supervisor", anas, unassigned("c1", 4, "ana", "sam", Reason.MANUAL), List.of("*/sam")),
                new Row("unassigned by completing", anas, unassigned("c1", 4, "ana", "ana", Reason.COMPLETED), List.of()),
                new Row("completed", begun, completed("c1", 2, "ana"), List.of()),
                new Row("reopened by a visitor", put, reopened("c1", 3, Samples.BY_VISITOR, "m9"), List.of()),
                new Row("message that reopened", back, message("c1", 4, "m9", "again"), List.of("*")),
                new Row("reopened by an agent", put, reopened("c1", 3, ANA, "k9"), List.of()),
                new Row("message after an agent reopened",
                        List.of(put.get(0), put.get(1), reopened("c1", 3, ANA, "k9")), message("c1", 4, "m9", "x"), List.of("*")));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tellsWhomTheTableNames(Row row) {
        List<Telling> tellings = NotificationPolicy.tell(fold(row.given()), row.when());

        assertThat(tellings.stream().map(telling -> telling.recipient()
                + (telling.notification().except() == null ? "" : "/" + telling.notification().except())))
                .containsExactlyElementsOf(row.recipients());
    }

    @Test
    void theTableHasARowForEachEventAndEachReason() {
        Set<Class<?>> told = rows().map(row -> row.when().getClass()).collect(Collectors.toSet());
        assertThat(told).containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());

        Set<Reason> reasons = rows().map(Row::when).flatMap(event -> switch (event) {
            case Event.ConversationAssigned assigned -> Stream.of(assigned.reason());
            case Event.ConversationUnassigned unassigned -> Stream.of(unassigned.reason());
            default -> Stream.<Reason>empty();
        }).collect(Collectors.toSet());
        assertThat(reasons).containsExactlyInAnyOrder(Reason.values());
    }

    @Test
    void neverTellsTheActor() {
        for (Row row : rows().toList()) {
            for (Telling telling : NotificationPolicy.tell(fold(row.given()), row.when())) {
                Agent actor = agent(row.when().actor().id());
                assertThat(NotificationPolicy.whoSees(telling.recipient(), telling.notification()).test(actor))
                        .as(row.name())
                        .isEqualTo(row.when().actor().type() != Actor.Type.AGENT && telling.recipient().equals("*"));
            }
        }
    }

    @Test
    void carriesWhatTheRecipientHasToKnow() {
        KnownConversation known = fold(List.of(opened("c1")));

        assertThat(NotificationPolicy.tell(known, message("c1", 2, "m1", "x".repeat(300))).getFirst().notification())
                .isEqualTo(new Notification("c1:2", "c1", 2, EventType.MESSAGE_RECEIVED, Samples.at(2), null, null, "web",
                        Samples.VISITOR, "x".repeat(199) + "…", null));
        assertThat(NotificationPolicy.tell(known, assigned("c1", 2, "ben", null, "ana", Reason.MANUAL)).getFirst().notification())
                .isEqualTo(new Notification("c1:2", "c1", 2, EventType.CONVERSATION_ASSIGNED, Samples.at(2), "ana", "ben", "web",
                        Samples.VISITOR, null, null));
    }

    @Test
    void quotesTheMessageThatReopenedUnderTheIdOfTheReopening() {
        KnownConversation known = fold(List.of(opened("c1"), completed("c1", 2, "ana"),
                reopened("c1", 3, Samples.BY_VISITOR, "m9")));

        Notification notification = NotificationPolicy.tell(known, message("c1", 4, "m9", "again")).getFirst().notification();

        assertThat(notification.eventId()).isEqualTo("c1:3");
        assertThat(notification.version()).isEqualTo(3);
        assertThat(notification.type()).isEqualTo(EventType.CONVERSATION_REOPENED);
        assertThat(notification.text()).isEqualTo("again");
    }

    @Test
    void tellsOfTheNextMessageAfterAReopeningAsAMessage() {
        KnownConversation known = fold(List.of(opened("c1"), completed("c1", 2, "ana"),
                reopened("c1", 3, Samples.BY_VISITOR, "m9"), message("c1", 4, "m9", "again")));

        assertThat(NotificationPolicy.tell(known, message("c1", 5, "m10", "and")).getFirst().notification().type())
                .isEqualTo(EventType.MESSAGE_RECEIVED);
    }

    @Test
    void everyonesNotificationIsForThoseWhoWereActiveThen() {
        Notification notification = Samples.told("c1", 2, 0, "ana");
        Instant at = notification.at();

        assertThat(NotificationPolicy.whoSees("*", notification).test(agent("ana"))).isFalse();
        assertThat(NotificationPolicy.whoSees("*", notification).test(agent("ben"))).isTrue();
        assertThat(NotificationPolicy.whoSees("*", notification).test(agent("new", List.of(new Agent.Period(at.plusMillis(1), null))))).isFalse();
        assertThat(NotificationPolicy.whoSees("*", notification).test(agent("now", List.of(new Agent.Period(at, null))))).isTrue();
        assertThat(NotificationPolicy.whoSees("*", notification).test(agent("gone", List.of(new Agent.Period(at.minusSeconds(9), at))))).isFalse();
        assertThat(NotificationPolicy.whoSees("ana", notification).test(agent("ben"))).isFalse();
        assertThat(NotificationPolicy.whoSees("ana", Samples.told("c1", 2, 0, null)).test(agent("ana"))).isTrue();
    }

    @Test
    void refusesAnEventThatCannotFollow() {
        KnownConversation known = fold(List.of(opened("c1")));

        assertThatThrownBy(() -> KnownConversation.evolve(known, message("c1", 3, "m1", "x")))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("version 1").hasMessageContaining("version 3");
        assertThatThrownBy(() -> KnownConversation.evolve(known, message("c1", 1, "m1", "x")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> KnownConversation.evolve(KnownConversation.ABSENT, message("c1", 1, "m1", "x")))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("must begin with its opening");
        assertThat(known.covers(opened("c1"))).isTrue();
        assertThat(known.covers(message("c1", 2, "m1", "x"))).isFalse();
    }

    private static KnownConversation fold(List<Event> events) {
        KnownConversation known = KnownConversation.ABSENT;
        for (Event event : events) {
            known = KnownConversation.evolve(known, event);
        }
        return known;
    }
}
