package baton.directory;

import baton.contract.InvalidField;
import baton.contract.Json;
import baton.runtime.Problem;
import baton.runtime.ProblemResponses;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;

/// Makes HTTP read and write JSON as the topics do, and says to a caller what the contract refused.
@Singleton
final class ContractJson implements BeanCreatedEventListener<ObjectMapper>, ProblemResponses.Explanation {

    @Override
    public ObjectMapper onCreated(BeanCreatedEvent<ObjectMapper> event) {
        return Json.strict(event.getBean());
    }

    @Override
    public Problem explain(Throwable cause) {
        return switch (cause) {
            case InvalidField invalid -> problem(invalid);
            case JsonProcessingException json -> invalidFieldIn(json);
            default -> null;
        };
    }

    static Problem problem(InvalidField invalid) {
        return Problem.invalidField(invalid.field(), invalid.reason());
    }

    private static Problem invalidFieldIn(JsonProcessingException json) {
        for (Throwable cause = json.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidField invalid) {
                return problem(invalid);
            }
        }
        return Problem.malformed(Json.reason(json));
    }
}
