package baton.checker;

import java.util.List;
import java.util.Set;

/// All that is known of a run.
///
/// @param commands      `conversation-commands`
/// @param events        `conversation-events`, read committed, as the next four
/// @param replies       `conversation-replies`
/// @param notifications `notifications`
/// @param messages      `channel-messages`
/// @param deadLetters   `dead-letters`
/// @param planted       where there is a record that nobody can read, on purpose
/// @param agents        who was active all the time
public record Evidence(List<LogRecord> commands, List<LogRecord> events, List<LogRecord> replies, List<LogRecord> notifications,
        List<LogRecord> messages, List<LogRecord> deadLetters, Set<LogRecord.Place> planted, Set<String> agents, List<Call> calls,
        List<Post> posts, List<Read> reads, List<View> views, List<Feed> feeds, List<Stream> streams, List<Restored> restored,
        Ending ending) {
}
