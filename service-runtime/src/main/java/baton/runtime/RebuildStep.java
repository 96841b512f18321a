package baton.runtime;

import baton.runtime.Rebuild.Plan;
import baton.runtime.Rebuild.Stage;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;

/// The value of a record on the log of rebuilds, whose key is the view: a step of a [Rebuild].
///
/// @param by   who asks for it, with a request only
/// @param plan with [Stage#PLANNED] only
@JsonInclude(JsonInclude.Include.NON_NULL)
record RebuildStep(int number, Stage stage, Instant at, String by, Plan plan) {

    static final ObjectMapper JSON = JsonMapper.builder().addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    RebuildStep {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(at, "at");
    }

    static RebuildStep requested(int number, String by) {
        return new RebuildStep(number, Stage.REQUESTED, Instant.now(), by, null);
    }

    static RebuildStep planned(int number, Plan plan) {
        return new RebuildStep(number, Stage.PLANNED, Instant.now(), null, plan);
    }

    static RebuildStep folding(int number) {
        return new RebuildStep(number, Stage.FOLDING, Instant.now(), null, null);
    }

    static RebuildStep done(int number) {
        return new RebuildStep(number, Stage.DONE, Instant.now(), null, null);
    }

    byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a step could not be written", e);
        }
    }

    /// Reads one; an [IOException] says why it is none.
    static RebuildStep read(byte[] bytes) throws IOException {
        return JSON.readValue(bytes, RebuildStep.class);
    }
}
