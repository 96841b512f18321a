package baton.checker;

import com.fasterxml.jackson.databind.JsonNode;

/// One conversation as an instance showed it, to somebody who asked for a version.
///
/// @param minVersion the least version that was asked for
/// @param status     of the answer; 0 if none came
public record Read(String instance, String conversationId, long minVersion, int status, JsonNode body) {
}
