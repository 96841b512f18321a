package baton.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.regex.Pattern;

/// Times as texts. Almost all on the topics are in the one form in which [Instant#toString] writes them, and that is read digit by digit: with
/// the JDK's formatter, and the pattern that has to come before it, an event took twice as long to read (docs/decisions/0006).
final class Rfc3339 {

    /// Nanoseconds are the finest that can be kept, so that no digit is lost in silence.
    private static final Pattern ANY_FORM = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})");
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    /// Where the fraction of a second begins, or the zone.
    private static final int SECONDS_END = 19;
    private static final int NANO_DIGITS = 9;
    private static final long DAY_SECONDS = 86_400;

    private Rfc3339() {
    }

    /// Reads a time; throws [DateTimeException] for any other text.
    static Instant parse(String text) {
        Instant utc = utc(text);
        return utc == null ? anyForm(text) : utc;
    }

    /// Reads a time in any form that RFC 3339 allows.
    static Instant anyForm(String text) {
        if (ANY_FORM.matcher(text).matches()) {
            Instant time = Instant.parse(text);
            if (!time.isBefore(FIRST) && !time.isAfter(LAST)) {
                return time;
            }
        }
        throw new DateTimeException("must be a time as in RFC 3339");
    }

    /// A time such as `2026-01-31T23:59:59.123Z`, with up to nine digits behind the point, or without it; null for any other text, which may be
    /// a time all the same.
    static Instant utc(String text) {
        int end = text.length() - 1;
        if (end < SECONDS_END || text.charAt(end) != 'Z' || text.charAt(4) != '-' || text.charAt(7) != '-' || text.charAt(10) != 'T'
                || text.charAt(13) != ':' || text.charAt(16) != ':' || end != SECONDS_END && text.charAt(SECONDS_END) != '.') {
            return null;
        }
        int year = digits(text, 0, 4);
        int month = digits(text, 5, 7);
        int day = digits(text, 8, 10);
        int hour = digits(text, 11, 13);
        int minute = digits(text, 14, 16);
        int second = digits(text, 17, SECONDS_END);
        int nanos = end == SECONDS_END ? 0 : fraction(text, end);
        if (year < 0 || month < 0 || day < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || nanos < 0) {
            return null;
        }
        try {
            return Instant.ofEpochSecond(LocalDate.of(year, month, day).toEpochDay() * DAY_SECONDS + hour * 3_600L + minute * 60L + second, nanos);
        } catch (DateTimeException _) { // February 30
            return null;
        }
    }

    private static int fraction(String text, int end) {
        int given = end - SECONDS_END - 1;
        if (given < 1 || given > NANO_DIGITS) {
            return -1;
        }
        int nanos = digits(text, SECONDS_END + 1, end);
        for (int i = given; i < NANO_DIGITS; i++) {
            nanos *= 10;
        }
        return nanos;
    }

    /// The number that these characters are, or less than 0 if one is no digit.
    private static int digits(String text, int from, int until) {
        int number = 0;
        for (int i = from; i < until; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
