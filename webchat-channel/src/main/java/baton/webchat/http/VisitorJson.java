package baton.webchat.http;

import baton.contract.InvalidField;
import baton.contract.Json;
import baton.runtime.Problem;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/// Reads what visitors send as strictly as the topics are read, and says what the contract refused.
final class VisitorJson {

    /// Bytes of the largest body that a visitor may send: a text of the longest length takes 120 000 bytes at most, see
    /// [baton.contract.Limits#RECORD_BYTES_MAX].
    static final int BODY_BYTES_MAX = 128 * 1024;

    private VisitorJson() {
    }

    /// One JSON object; refuses with 413, 400 or 422.
    static <T> T read(byte[] body, Class<T> type) {
        if (body.length > BODY_BYTES_MAX) {
            throw Problem.of(413, "too-large", "The request is too large",
                    "The request has " + body.length + " bytes, at most " + BODY_BYTES_MAX + " are taken.").asException();
        }
        try {
            T value = Json.MAPPER.readValue(body, type);
            if (value == null) {
                throw Problem.malformed("The request is null.").asException();
            }
            return value;
        } catch (IOException e) {
            throw problem(e).asException();
        }
    }

    private static Problem problem(IOException e) {
        if (e instanceof JsonProcessingException && e.getCause() instanceof InvalidField invalid) {
            return Problem.invalidField(invalid.field(), invalid.reason());
        }
        return Problem.malformed(Json.reason(e));
    }
}
