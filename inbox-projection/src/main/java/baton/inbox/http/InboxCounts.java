package baton.inbox.http;

import baton.inbox.stream.InboxShards;
import io.micronaut.core.annotation.Introspected;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How many conversations the lists hold.
///
/// @param partitionsMissing partitions that are not counted, because nobody answered for them
/// @param stale             whether the version that was asked for had not been reached in time
@Introspected
public record InboxCounts(int unassigned, int mine, int others, long completed, Map<String, Integer> byAgent,
        Map<String, Integer> byGroup, List<Integer> partitionsMissing, boolean stale) implements Gathering.Part {

    /// What it is made from.
    InboxShards.Counts counts() {
        Map<String, Integer> byOwner = new HashMap<>(byAgent);
        byOwner.values().removeIf(count -> count == 0);
        return new InboxShards.Counts(unassigned, completed, byOwner, partitionsMissing);
    }
}
