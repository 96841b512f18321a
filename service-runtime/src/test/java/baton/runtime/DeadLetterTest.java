package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a letter carries.
class DeadLetterTest {

    @Test
    void keepsTheOriginalBytes() {
        var letter = new DeadLetter(new byte[] {1}, new byte[] {2}, "not JSON", "channel-messages", 3, 7, "channel-bridge");
        assertThat(letter.key()).containsExactly(1);
        assertThat(letter.value()).containsExactly(2);
        assertThat(letter.reason()).isEqualTo("not JSON");
    }

    @Test
    void saysWhereARecordStandsThatIsTooLargeForALetter() {
        var letter = new DeadLetter(new byte[] {1}, new byte[DeadLetter.BYTES_MAX], "not JSON", "channel-messages", 3, 7, "channel-bridge");
        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
        assertThat(letter.reason()).startsWith("not JSON").contains("1000001 bytes");
        assertThat(letter.headers()).containsEntry("baton-origin-partition", "3").containsEntry("baton-origin-offset", "7");
    }
}
