package baton.contract;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Pattern;

/// Ids of conversations, agents, groups, messages, visitors, channels and commands.
///
/// All share one alphabet, RFC 3986's *unreserved* characters, so that every id fits into a path, a header, a Kafka key
/// and a cursor without escaping.
public final class Ids {

    /// The pattern, for annotations and for documents.
    public static final String PATTERN = "[A-Za-z0-9._~-]{1,128}";

    /// The pattern of an event's id, see [#eventId].
    public static final String EVENT_ID_PATTERN = PATTERN + ":[1-9][0-9]{0,18}";

    private static final Pattern EVENT_ID = Pattern.compile(EVENT_ID_PATTERN);

    private Ids() {
    }

    /// Whether `id` is an id: what [#PATTERN] says, without a pattern, which took a fortieth of the processor time of a claim.
    public static boolean isId(String id) {
        if (id == null || id.isEmpty() || id.length() > Limits.ID_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean unreserved = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '~' || c == '-';
            if (!unreserved) {
                return false;
            }
        }
        return true;
    }

    /// `id`, or an [InvalidField] that names the field.
    public static String require(String id, String field) {
        if (id == null) {
            throw new InvalidField(field, "is missing");
        }
        if (!isId(id)) {
            throw new InvalidField(field, "must be 1 to " + Limits.ID_LENGTH_MAX + " characters out of A-Z a-z 0-9 . _ ~ -");
        }
        return id;
    }

    /// `id`, if it is missing or an id; else an [InvalidField] that names the field.
    static String requireIfPresent(String id, String field) {
        return id == null ? null : require(id, field);
    }

    /// `id`, or an [InvalidField] if it is none of an event.
    static String requireEventId(String id, String field) {
        if (id == null) {
            throw new InvalidField(field, "is missing");
        }
        if (!EVENT_ID.matcher(id).matches()) {
            throw new InvalidField(field, "must be a conversation's id, a colon and a version");
        }
        return id;
    }

    /// The id of the event that made a conversation's `version`.
    public static String eventId(String conversationId, long version) {
        return conversationId + ":" + version;
    }

    /// The conversation of a message that names none: the same for every repetition of the same post, so that a repeated
    /// post does not open a second conversation.
    public static String conversationOf(String channel, String messageId) {
        return "c-" + hash(channel + "\n" + messageId);
    }

    /// 128 bits of SHA-256, as 22 characters of URL-safe base64: short enough to be remembered by the hundred, long
    /// enough that two different texts of one conversation never meet.
    public static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
