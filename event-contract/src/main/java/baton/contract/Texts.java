package baton.contract;

/// What may stand in a text or a name.
public final class Texts {

    private Texts() {
    }

    /// A message or a reply: not blank, at most [Limits#TEXT_LENGTH_MAX] characters, valid Unicode.
    public static String requireText(String text, String field) {
        return require(text, field, Limits.TEXT_LENGTH_MAX);
    }

    /// A text that is being handed in: as [#requireText], and something of it can be seen. Only where texts come in: what is on the log stays
    /// readable, whatever was taken before.
    public static String requireVisible(String text, String field) {
        requireText(text, field);
        if (text.codePoints().allMatch(Texts::isInvisible)) {
            throw new InvalidField(field, "must not be empty, nothing of it can be seen");
        }
        return text;
    }

    private static boolean isInvisible(int character) {
        int type = Character.getType(character);
        return type == Character.CONTROL || type == Character.FORMAT || Character.isSpaceChar(character);
    }

    /// A name: not blank, at most [Limits#NAME_LENGTH_MAX] characters, valid Unicode.
    public static String requireName(String name, String field) {
        return require(name, field, Limits.NAME_LENGTH_MAX);
    }

    /// The first [Limits#PREVIEW_LENGTH_MAX] characters, with an ellipsis where something was cut.
    public static String preview(String text) {
        int length = text.codePointCount(0, text.length());
        return length <= Limits.PREVIEW_LENGTH_MAX
                ? text
                : text.substring(0, text.offsetByCodePoints(0, Limits.PREVIEW_LENGTH_MAX - 1)) + "…";
    }

    private static String require(String text, String field, int lengthMax) {
        if (text == null) {
            throw new InvalidField(field, "is missing");
        }
        if (text.isBlank()) {
            throw new InvalidField(field, "must not be empty");
        }
        int length = text.codePointCount(0, text.length());
        if (length > lengthMax) {
            throw new InvalidField(field, "must be at most " + lengthMax + " characters, it has " + length);
        }
        // A lone surrogate has no UTF-8: it would be written as '?', and what was said would not be what is read.
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new InvalidField(field, "must be valid Unicode, it has half of a surrogate pair");
        }
        return text;
    }
}
