package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    @Test
    void takesTheUnreservedCharactersAndNoOther() {
        String taken = IntStream.rangeClosed(0, Character.MAX_VALUE).mapToObj(Character::toString)
                .filter(Ids::isId).collect(Collectors.joining());

        assertThat(taken).isEqualTo("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
    }

    @Test
    void takesAnIdOfTheGreatestLengthAndNoLonger() {
        String longest = "x".repeat(128);

        assertThat(Ids.require(longest, "id")).isEqualTo(longest);
        assertThat(Limits.ID_LENGTH_MAX).isEqualTo(longest.length());
        assertThatThrownBy(() -> Ids.require(longest + "x", "conversationId"))
                .isInstanceOf(InvalidField.class)
                .hasMessage("conversationId must be 1 to 128 characters out of A-Z a-z 0-9 . _ ~ -");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "ana\n", "\nana", "a/b", "a:1", "ä", "😀"})
    void refusesWhatIsNoId(String id) {
        assertThatThrownBy(() -> Ids.require(id, "id")).isInstanceOf(InvalidField.class).hasMessageStartingWith("id must be");
    }

    @Test
    void saysWhichIdIsMissing() {
        assertThatThrownBy(() -> Ids.require(null, "agentId")).isInstanceOfSatisfying(InvalidField.class, refusal -> {
            assertThat(refusal.field()).isEqualTo("agentId");
            assertThat(refusal.reason()).isEqualTo("is missing");
        });
    }

    @Test
    void derivesTheIdOfAnEvent() {
        assertThat(Ids.requireEventId(Ids.eventId("web-4711", 12), "eventId")).isEqualTo("web-4711:12");
        assertThat(Ids.requireEventId(Ids.eventId("web-4711", Long.MAX_VALUE), "eventId")).endsWith(":9223372036854775807");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "web-4711", "web-4711:", "web-4711:0", "web-4711:01", "web-4711:-1", ":1", "a b:1", "a:1:1", "a:1\n"})
    void refusesWhatIsNoIdOfAnEvent(String id) {
        assertThatThrownBy(() -> Ids.requireEventId(id, "eventId")).isInstanceOf(InvalidField.class)
                .hasMessage("eventId must be a conversation's id, a colon and a version");
    }

    @Test
    void derivesTheSameConversationFromTheSamePostForEver() {
        assertThat(Ids.conversationOf("webchat", "m-1")).isEqualTo("c-qbDzd_Ug6rFCtlj5JZV6-A").matches(Ids.PATTERN);
    }

    @Test
    void derivesAnotherConversationFromAnotherPost() {
        assertThat(Ids.conversationOf("webchat", "m-1"))
                .isNotEqualTo(Ids.conversationOf("webchat", "m-2"))
                .isNotEqualTo(Ids.conversationOf("mail", "m-1"));
        assertThat(Ids.conversationOf("ab", "c")).isNotEqualTo(Ids.conversationOf("a", "bc"));
    }
}
