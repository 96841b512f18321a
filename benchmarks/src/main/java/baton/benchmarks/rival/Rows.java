package baton.benchmarks.rival;

import baton.contract.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.List;

/// Rows as PostgreSQL's `jsonb_populate_recordset` takes them: any number of them is one parameter of one statement.
public final class Rows {

    private static final ObjectMapper COLUMNS = Json.strict(JsonMapper.builder().addModule(new JavaTimeModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build());

    private Rows() {
    }

    /// Records whose components are the columns.
    public static String json(List<?> rows) {
        try {
            return COLUMNS.writeValueAsString(rows);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("rows could not be written", e);
        }
    }
}
