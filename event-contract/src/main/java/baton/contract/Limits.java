package baton.contract;

/// The bounds of everything that comes from outside. Reaching one is a clear refusal, never a truncation.
///
/// They are part of the contract: a larger value would be accepted by nobody downstream, because the size of
/// every record that Baton writes follows from them (see [#RECORD_BYTES_MAX]).
public final class Limits {

    /// Characters (Unicode code points) of a message or a reply.
    public static final int TEXT_LENGTH_MAX = 10_000;
    /// Characters of an id; see [Ids].
    public static final int ID_LENGTH_MAX = 128;
    /// Characters of the name of a visitor, an agent or a group.
    public static final int NAME_LENGTH_MAX = 200;
    /// Agents, active or not: every process holds all of them.
    public static final int AGENTS_MAX = 5_000;
    /// Groups.
    public static final int GROUPS_MAX = 200;
    /// Members of one group.
    public static final int GROUP_MEMBERS_MAX = 1_000;
    /// Characters of a message that lists and notifications show.
    public static final int PREVIEW_LENGTH_MAX = 200;
    /// Command ids, with their outcomes, that a conversation remembers.
    public static final int COMMAND_IDS_REMEMBERED_MAX = 64;
    /// Message ids that a conversation remembers, apart from command ids: a flood of messages must not push out an
    /// agent's command.
    public static final int MESSAGE_IDS_REMEMBERED_MAX = 256;
    /// Bytes of the largest record that Baton writes, with room to spare: a text of [#TEXT_LENGTH_MAX] characters takes
    /// at most 120 000 bytes of JSON (`\ud83d\ude00` is the longest escape).
    public static final int RECORD_BYTES_MAX = 256 * 1024;

    private Limits() {
    }

    /// The value of a record, or of a store's entry, if it is not too large; throws if it is, which no input can bring about.
    public static byte[] requireRecord(byte[] value) {
        if (value.length > RECORD_BYTES_MAX) {
            throw new IllegalStateException("a record of " + value.length + " bytes was made, the limit is " + RECORD_BYTES_MAX);
        }
        return value;
    }
}
