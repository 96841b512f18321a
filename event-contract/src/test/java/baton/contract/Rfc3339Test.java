package baton.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Rfc3339Test {

    private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long BEHIND_LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond() + 1;
    private static final int TEXTS = 20_000;
    /// What a text may be spoilt with: what belongs there somewhere, and what a careless reader of digits takes for one.
    private static final String SPOILERS = "0123456789-:.TZtz+ /\u0660";

    /// In all lengths that [Instant#toString] has.
    private static Instant time(RandomGenerator random) {
        int unit = new int[] {1_000_000_000, 1_000_000, 1_000, 1}[random.nextInt(4)];
        return Instant.ofEpochSecond(random.nextLong(FIRST, BEHIND_LAST), random.nextInt(1_000_000_000 / unit) * unit);
    }

    @Test
    void theFormOfAnInstantIsReadDigitByDigit() {
        RandomGenerator random = new Random(1);
        for (int i = 0; i < TEXTS; i++) {
            Instant time = time(random);
            assertEquals(time, Rfc3339.utc(time.toString()));
        }
    }

    @Test
    void whatIsReadDigitByDigitIsWhatTheJdkReads() {
        RandomGenerator random = new Random(2);
        int read = 0;
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder spoilt = new StringBuilder(time(random).toString());
            char spoiler = SPOILERS.charAt(random.nextInt(SPOILERS.length()));
            int at = random.nextInt(spoilt.length());
            switch (random.nextInt(3)) {
                case 0 -> spoilt.setCharAt(at, spoiler);
                case 1 -> spoilt.insert(at, spoiler);
                default -> spoilt.deleteCharAt(at);
            }
            String text = spoilt.toString();
            Instant utc = Rfc3339.utc(text);
            if (utc != null) {
                assertEquals(Rfc3339.anyForm(text), utc, text);
                read++;
            }
        }
        assertTrue(read > TEXTS / 10 && read < TEXTS / 2, read + " were times all the same");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-22T10:15:00.1Z", "2026-11-22T10:15:00.12Z", "2026-11-22T23:59:59.999999999Z", "2024-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"})
    void readsDigitByDigit(String text) {
        assertEquals(Rfc3339.anyForm(text), Rfc3339.utc(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Z", "2026-11-22T10:15:00", "2026-02-30T10:15:00Z", "2023-02-29T10:15:00Z", "2026-00-22T10:15:00Z", "2026-13-22T10:15:00Z",
        "2026-11-00T10:15:00Z", "2026-11-22T24:00:00Z", "2026-11-22T10:60:00Z", "2026-11-22T23:59:61Z", "2026-11-22T10:15:00.Z",
        "2026-11-22T10:15:00.1234567891Z", "2026-11-22T10:15:00.12-Z", "+02026-11-22T10:15:00Z", "-026-11-22T10:15:00Z"})
    void isNoTime(String text) {
        assertNull(Rfc3339.utc(text));
        assertThrows(DateTimeException.class, () -> Rfc3339.parse(text));
    }
}
