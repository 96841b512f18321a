package baton.directory;

import baton.contract.InvalidField;
import baton.runtime.Problem;
import baton.runtime.ProblemResponses;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/// Answers a value that the contract does not allow with 422. Without a handler of its own, Micronaut would log the caller's mistake
/// as an error of the server, with its stack trace.
@Singleton
final class InvalidFieldHandler implements ExceptionHandler<InvalidField, HttpResponse<Problem>> {

    @Override
    public HttpResponse<Problem> handle(@SuppressWarnings("rawtypes") HttpRequest request, InvalidField exception) {
        return ProblemResponses.response(ContractJson.problem(exception));
    }
}
