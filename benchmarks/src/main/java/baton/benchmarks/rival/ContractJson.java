package baton.benchmarks.rival;

import baton.contract.InvalidField;
import baton.contract.Json;
import baton.runtime.Problem;
import baton.runtime.ProblemResponses;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/// Makes HTTP read and write JSON as Baton does, and says to a caller what the contract refused.
@Singleton
final class ContractJson implements BeanCreatedEventListener<ObjectMapper>, ProblemResponses.Explanation {

    @Override
    public ObjectMapper onCreated(BeanCreatedEvent<ObjectMapper> event) {
        return Json.strict(event.getBean());
    }

    @Override
    public Problem explain(Throwable cause) {
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof InvalidField invalid) {
                return problem(invalid);
            }
        }
        return cause instanceof JsonProcessingException json ? Problem.malformed(Json.reason(json)) : null;
    }

    private static Problem problem(InvalidField invalid) {
        return Problem.invalidField(invalid.field(), invalid.reason());
    }

    /// For what an endpoint throws as it is.
    @Singleton
    static final class Handler implements ExceptionHandler<InvalidField, HttpResponse<Problem>> {
        @Override
        public HttpResponse<Problem> handle(@SuppressWarnings("rawtypes") HttpRequest request, InvalidField exception) {
            return ProblemResponses.response(problem(exception));
        }
    }
}
