package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t ", "\u3000", "\u2028"})
    void refusesABlankText(String text) {
        assertThatThrownBy(() -> Texts.requireText(text, "text"))
                .isInstanceOf(InvalidField.class).hasMessage("text must not be empty");
    }

    @Test
    void refusesAMissingTextByName() {
        assertThatThrownBy(() -> Texts.requireName(null, "name")).isInstanceOf(InvalidField.class).hasMessage("name is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud83d", "\ude00", "\ude00\ud83d", "a\ud83d", "\ud83d\ud83d\ude00"})
    void refusesHalfASurrogatePair(String text) {
        assertThatThrownBy(() -> Texts.requireText(text, "text"))
                .isInstanceOf(InvalidField.class).hasMessage("text must be valid Unicode, it has half of a surrogate pair");
    }

    @Test
    void leavesSpaceAndControlCharactersAsTheyAre() {
        assertThat(Texts.requireText("  x\u0000\r\n ", "text")).isEqualTo("  x\u0000\r\n ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u200b", " \u200b\ufeff\n", "\u00a0", "\u202e\u2066", "\udb40\udc01"})
    void refusesATextThatNobodyCanSeeWhereItComesInAndReadsItOnTheLog(String text) {
        assertThatThrownBy(() -> Texts.requireVisible(text, "text"))
                .isInstanceOf(InvalidField.class).hasMessage("text must not be empty, nothing of it can be seen");
        assertThat(new Command.Reply(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\u0000", "\u200b.", "👩\u200d🚀", "\u0644\u200c\u0645"})
    void takesATextOfWhichSomethingCanBeSeenAsItIs(String text) {
        assertThat(Texts.requireVisible(text, "text")).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "😀"})
    void showsAShortTextWhole(String character) {
        assertThat(Texts.preview(character.repeat(200))).isEqualTo(character.repeat(200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "😀"})
    void cutsALongTextBetweenCharactersAndSaysSo(String character) {
        assertThat(Texts.preview(character.repeat(201))).isEqualTo(character.repeat(199) + "…");
    }

    @Test
    void cutsBeforeAPairThatWouldNotFit() {
        assertThat(Texts.preview("x".repeat(198) + "😀😀y")).isEqualTo("x".repeat(198) + "😀…");
    }
}
