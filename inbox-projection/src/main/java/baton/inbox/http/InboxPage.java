package baton.inbox.http;

import baton.inbox.domain.InboxRow;
import io.micronaut.core.annotation.Introspected;
import java.util.List;

/// One page of a list.
///
/// @param partitionsMissing partitions whose conversations are not in the page, because nobody answered for them
/// @param stale             whether the version that was asked for had not been reached in time
@Introspected
public record InboxPage(List<InboxRow> items, String nextCursor, List<Integer> partitionsMissing, boolean stale) implements Gathering.Part {
}
