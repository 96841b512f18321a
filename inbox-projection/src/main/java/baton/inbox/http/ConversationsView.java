package baton.inbox.http;

import baton.inbox.domain.InboxRow;
import io.micronaut.core.annotation.Introspected;
import java.util.List;

/// Several conversations, as a list shows them.
///
/// @param missing           ids that no conversation has
/// @param partitionsMissing partitions whose conversations are in neither list, because nobody answered for them
/// @param stale             whether a version that was asked for had not been reached in time
@Introspected
public record ConversationsView(List<InboxRow> items, List<String> missing, List<Integer> partitionsMissing, boolean stale)
        implements Gathering.Part {
}
