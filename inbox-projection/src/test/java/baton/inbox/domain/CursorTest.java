package baton.inbox.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.InvalidField;
import baton.inbox.domain.Sort.Place;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a cursor's text keeps, and what is no cursor.
class CursorTest {

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.strings().withCharRange('a', 'z').withCharRange('A', 'Z').withCharRange('0', '9').withChars("._~-").ofMinLength(1).ofMaxLength(128);
    }

    @Property
    void isReadBackFromItsTextWhichNeedsNoEscapingInAUrl(@ForAll Sort sort, @ForAll long millis, @ForAll("ids") String id) {
        Cursor cursor = new Cursor(sort, new Place(millis, id));
        assertThat(cursor.text()).matches("[A-Za-z0-9_-]+");
        assertThat(Cursor.parse(cursor.text(), sort)).isEqualTo(cursor);
    }

    @Test
    void keepsTheEndsOfTime() {
        for (long millis : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
            Cursor cursor = new Cursor(Sort.WAITING, new Place(millis, "~"));
            assertThat(Cursor.parse(cursor.text(), Sort.WAITING)).isEqualTo(cursor);
        }
    }

    @Property
    void isRefusedForAnotherOrder(@ForAll Sort made, @ForAll Sort asked, @ForAll long millis, @ForAll("ids") String id) {
        net.jqwik.api.Assume.that(made != asked);
        assertRefused(new Cursor(made, new Place(millis, id)).text(), asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NEWEST/1/c-1/", "NEWEST/1/", "NEWEST//c-1", "NEWEST/1/c 1", "NEWEST/1/c/1", "newest/1/c-1", "/1/c-1", "1/c-1",
        "NEWEST/9223372036854775808/c-1", "NEWEST/--1/c-1", "NEWEST/+1/c-1", "NEWEST/1.5/c-1", "NEWEST/1/c-1\n", "UP/1/c-1", "NEWEST/1/ä"})
    void refusesWhatNoPageHasGiven(String plain) {
        assertRefused(Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8)), Sort.NEWEST);
    }

    @Test
    void refusesAnIdThatIsTooLong() {
        String plain = "NEWEST/1/" + "c".repeat(129);
        assertRefused(Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.US_ASCII)), Sort.NEWEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "a", "NEWEST/1/c-1", "%00", "====", "\u0000"})
    void refusesWhatIsNoText(String text) {
        assertRefused(text, Sort.NEWEST);
    }

    @Property
    void refusesForeignTextAndNothingElse(@ForAll String text, @ForAll Sort sort) {
        try {
            Cursor cursor = Cursor.parse(text, sort);
            assertThat(cursor.sort()).isEqualTo(sort);
        } catch (InvalidField refused) {
            assertThat(refused.field()).isEqualTo("cursor");
        }
    }

    private static void assertRefused(String text, Sort sort) {
        assertThatThrownBy(() -> Cursor.parse(text, sort)).isInstanceOfSatisfying(InvalidField.class,
                refused -> assertThat(refused.field()).isEqualTo("cursor"));
    }
}
