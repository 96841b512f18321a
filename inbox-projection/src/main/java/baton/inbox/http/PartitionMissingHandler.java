package baton.inbox.http;

import baton.inbox.stream.InboxShards;
import baton.runtime.Problem;
import baton.runtime.ProblemResponses;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/// What it means to a caller that a partition is not here: nothing was done, ask again.
@Singleton
final class PartitionMissingHandler implements ExceptionHandler<InboxShards.PartitionMissing, HttpResponse<Problem>> {

    @Override
    public HttpResponse<Problem> handle(@SuppressWarnings("rawtypes") HttpRequest request, InboxShards.PartitionMissing missing) {
        return ProblemResponses.response(Problem.unavailable("This part of the inbox cannot be read at this moment."));
    }
}
