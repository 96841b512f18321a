package baton.checker;

import java.util.List;
import java.util.Map;

/// What one agent's live stream has said, over all its resumptions.
///
/// @param notificationsFrom where each partition of `notifications` ended when it was opened first
/// @param eventsFrom        where each partition of `conversation-events` ended then
/// @param notified          the ids of the events that she was told of
/// @param changed           `<conversationId>:<version>` of each change
/// @param resyncs           how often it said that something was missed
public record Stream(String agent, Map<Integer, Long> notificationsFrom, Map<Integer, Long> eventsFrom, List<String> notified,
        List<String> changed, int resyncs) {
}
