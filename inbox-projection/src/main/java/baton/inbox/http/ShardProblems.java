package baton.inbox.http;

import baton.inbox.stream.InboxShards;
import baton.runtime.Problem;
import baton.runtime.ProblemResponses;
import jakarta.inject.Singleton;

/// What it means to a caller that a partition is not here: nothing was done, ask again.
@Singleton
final class ShardProblems implements ProblemResponses.Explanation {

    @Override
    public Problem explain(Throwable cause) {
        return cause instanceof InboxShards.PartitionMissing
                ? Problem.unavailable("This part of the inbox cannot be read at this moment.")
                : null;
    }
}
