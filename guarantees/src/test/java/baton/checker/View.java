package baton.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/// All that one instance shows of the inbox while nothing changes.
///
/// @param caller who asked: `me` is she
/// @param rows   by conversation, as they were shown one by one
public record View(String instance, String caller, Map<String, JsonNode> rows, List<Walk> walks, JsonNode counts) {

    /// A list that was walked to its end, page by page.
    ///
    /// @param assignment what it was asked for, or null for all
    /// @param status     `open`, `completed` or `all`
    /// @param sort       `newest`, `oldest` or `waiting`
    public record Walk(String assignment, String status, String sort, List<JsonNode> rows) {
    }
}
