package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// At the bound a value is accepted as it is, one above it is refused; nothing is ever cut.
class LimitsTest {

    @ParameterizedTest
    @ValueSource(strings = {"x", "ß", "😀"})
    void takesATextOfTheGreatestLengthAndNoLonger(String character) {
        String longest = character.repeat(10_000);

        assertThat(new Command.Reply(longest).text()).isEqualTo(longest);
        assertThatThrownBy(() -> new Command.Reply(longest + character))
                .isInstanceOf(InvalidField.class).hasMessage("text must be at most 10000 characters, it has 10001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "ß", "😀"})
    void takesANameOfTheGreatestLengthAndNoLonger(String character) {
        String longest = character.repeat(200);

        assertThat(new Visitor("v-1", longest).name()).isEqualTo(longest);
        assertThatThrownBy(() -> new Visitor("v-1", longest + character))
                .isInstanceOf(InvalidField.class).hasMessage("visitor.name must be at most 200 characters, it has 201");
    }

    @Test
    void takesAGroupOfTheGreatestSizeAndNoLarger() {
        List<String> members = IntStream.rangeClosed(1, 1_000).mapToObj(n -> "agent-" + n).toList();
        List<String> tooMany = IntStream.rangeClosed(1, 1_001).mapToObj(n -> "agent-" + n).toList();

        assertThat(new Group("g", "G", members).members()).isEqualTo(members);
        assertThatThrownBy(() -> new Group("g", "G", tooMany))
                .isInstanceOf(InvalidField.class).hasMessage("members must be at most 1000, they are 1001");
    }

    @Test
    void countsAMemberOfAGroupOnce() {
        assertThat(new Group("g", "G", List.of("ben", "ana", "ben")).members()).containsExactly("ben", "ana");
    }

    @Test
    void hasRoomForTheLargestRecords() {
        String id = "x".repeat(Limits.ID_LENGTH_MAX);
        String control = "\u0001";
        String name = "😀".repeat(Limits.NAME_LENGTH_MAX);
        Event message = new Event.MessageReceived(id, Long.MAX_VALUE, Samples.AT, Actor.visitor(id), id, id, id, new Visitor(id, name),
                "😀".repeat(Limits.TEXT_LENGTH_MAX), Samples.AT);
        Event controls = new Event.ReplySent(id, Long.MAX_VALUE, Samples.AT, Actor.agent(id), id,
                "x" + control.repeat(Limits.TEXT_LENGTH_MAX - 1));
        Group group = new Group(id, name, IntStream.range(0, Limits.GROUP_MEMBERS_MAX)
                .mapToObj(n -> "%04d".formatted(n) + "x".repeat(Limits.ID_LENGTH_MAX - 4)).toList());
        Agent agent = new Agent(id, name, Role.SUPERVISOR, false,
                Collections.nCopies(Agent.ACTIVE_PERIODS_MAX, new Agent.Period(Samples.AT, Samples.LATER)));

        assertThat(List.of(message, controls, group, agent))
                .allSatisfy(value -> assertThat(Json.write(value).length).isLessThan(Limits.RECORD_BYTES_MAX));
    }
}
