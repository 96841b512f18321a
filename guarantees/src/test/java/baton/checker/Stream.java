package baton.checker;

import java.util.List;
import java.util.Map;

/// What one agent's live stream has said between two places on the logs, over all its resumptions: until it said that something was missed,
/// or until now.
///
/// @param notificationsFrom  the offset of the first record that it had to tell of, of each partition of `notifications`
/// @param eventsFrom         the same of `conversation-events`
/// @param notificationsUntil before which offsets it said that it had told of everything, when it went on elsewhere; none of a partition up
///                           to whose end it has to tell
/// @param eventsUntil        the same of `conversation-events`
/// @param notified           the ids of the events that she was told of
/// @param changed            `<conversationId>:<version>` of each change
public record Stream(String agent, Map<Integer, Long> notificationsFrom, Map<Integer, Long> eventsFrom, Map<Integer, Long> notificationsUntil,
        Map<Integer, Long> eventsUntil, List<String> notified, List<String> changed) {

    /// Whether it has to tell of this record of `notifications`, as far as the place goes.
    public boolean coversNotification(LogRecord record) {
        return covers(notificationsFrom, notificationsUntil, record);
    }

    /// Whether it has to tell of this record of `conversation-events`.
    public boolean coversEvent(LogRecord record) {
        return covers(eventsFrom, eventsUntil, record);
    }

    private static boolean covers(Map<Integer, Long> from, Map<Integer, Long> until, LogRecord record) {
        return record.offset() >= from.getOrDefault(record.partition(), 0L) && record.offset() < until.getOrDefault(record.partition(), Long.MAX_VALUE);
    }
}
