package baton.checker;

import java.util.List;

/// All that one instance shows of an agent's notifications.
///
/// @param eventIds newest first
public record Feed(String instance, String agent, List<String> eventIds) {
}
