package baton.inbox.domain;

import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.inbox.domain.Sort.Place;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the next page begins: behind this place. Valid for every shard alike, and after any number of changes.
///
/// @param sort the order that it was made for; it means nothing in another
public record Cursor(Sort sort, Place after) {

    private static final Pattern TEXT = Pattern.compile("(NEWEST|OLDEST|WAITING)/(-?\\d{1,19})/(" + Ids.PATTERN + ")");

    /// The URL-safe text.
    public String text() {
        String plain = sort + "/" + after.millis() + "/" + after.conversationId();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.US_ASCII));
    }

    /// Reads the text of a cursor for this order; refuses any other text.
    public static Cursor parse(String text, Sort sort) {
        try {
            Matcher plain = TEXT.matcher(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII));
            if (plain.matches() && Sort.valueOf(plain.group(1)) == sort) {
                return new Cursor(sort, new Place(Long.parseLong(plain.group(2)), plain.group(3)));
            }
        } catch (IllegalArgumentException _) {
            // falls through: no base64, or a number too large
        }
        throw new InvalidField("cursor", "is not the nextCursor of a page of the same sort");
    }
}
