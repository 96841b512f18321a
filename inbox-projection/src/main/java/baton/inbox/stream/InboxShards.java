package baton.inbox.stream;

import baton.contract.Ids;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.InboxShard;
import baton.inbox.domain.Page;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.domain.ThreadEntry;
import baton.runtime.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The partitions of the inbox that this instance has, and the questions that they answer together.
public final class InboxShards {

    private final int partitions;
    private final boolean shownAtOnce;
    private final Map<Integer, LiveShard> shards = new ConcurrentSkipListMap<>();
    private final Map<Integer, LiveShard> arriving = new HashMap<>();

    /// Of a deployment with this many partitions, each of which is shown as soon as it comes.
    public InboxShards(int partitions) {
        this(partitions, true);
    }

    /// @param shownAtOnce false where a partition that comes is missing until it has [arrived][#arrived]
    InboxShards(int partitions, boolean shownAtOnce) {
        this.partitions = partitions;
        this.shownAtOnce = shownAtOnce;
    }

    /// The partition that was asked is not, or no longer, on this instance.
    public static final class PartitionMissing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PartitionMissing() {
            super("the partition is not on this instance", null, false, false);
        }
    }

    synchronized void show(int partition, LiveShard shard) {
        (shownAtOnce ? shards : arriving).put(partition, shard);
        notifyAll();
    }

    /// Returns when some have come that are not shown yet.
    synchronized void awaitArriving() throws InterruptedException {
        while (arriving.isEmpty()) {
            wait();
        }
    }

    /// Those that have come and are not shown yet.
    synchronized Map<Integer, LiveShard> arriving() {
        return Map.copyOf(arriving);
    }

    /// Shows a shard that has come, unless it has left again.
    synchronized void arrived(int partition, LiveShard shard) {
        if (arriving.remove(partition, shard)) {
            shards.put(partition, shard);
        }
    }

    synchronized void hide(int partition, LiveShard shard) {
        arriving.remove(partition, shard);
        shards.remove(partition, shard);
        shard.close();
    }

    /// The partitions that this instance cannot answer for at this moment. An answer says for itself which ones it lacks.
    public List<Integer> missing() {
        return missing(all(), shards);
    }

    /// All partitions of the inbox, wherever they are.
    public SortedSet<Integer> all() {
        return IntStream.range(0, partitions).boxed().collect(Collectors.toCollection(TreeSet::new));
    }

    /// The partitions that this instance can answer for at this moment.
    public SortedSet<Integer> here() {
        return new TreeSet<>(shards.keySet());
    }

    /// The partition that a conversation is in.
    public int partition(String conversationId) {
        return KafkaClients.partition(KafkaClients.key(Ids.require(conversationId, "conversationId")), partitions);
    }

    /// The partition that a conversation with this id would be in; empty for a text that is no id.
    public Optional<Integer> partitionOf(String text) {
        return Ids.isId(text) ? Optional.of(partition(text)) : Optional.empty();
    }

    /// How many conversations there are, by owner.
    ///
    /// @param missing partitions that are not counted
    public record Counts(int unassigned, long completed, Map<String, Integer> byOwner, List<Integer> missing) {

        /// Both together, of different partitions.
        public Counts plus(Counts other) {
            Map<String, Integer> owners = new HashMap<>(byOwner);
            other.byOwner.forEach((owner, count) -> owners.merge(owner, count, Integer::sum));
            return new Counts(unassigned + other.unassigned, completed + other.completed, owners,
                    Stream.concat(missing.stream(), other.missing.stream()).sorted().toList());
        }
    }

    /// One page of a list.
    ///
    /// @param missing partitions whose rows are not in it
    public record Listing(Page page, List<Integer> missing) {
    }

    /// One page of a list of all conversations that this instance has.
    public Listing page(Selection selection, Sort sort, Cursor cursor, int limit) {
        return page(all(), selection, sort, cursor, limit);
    }

    /// One page of a list of the conversations in some partitions.
    public Listing page(Set<Integer> of, Selection selection, Sort sort, Cursor cursor, int limit) {
        return reading(of, here -> {
            List<AutoCloseable> opened = new ArrayList<>();
            try {
                List<Iterator<InboxRow>> sources = new ArrayList<>();
                here.values().forEach(shard -> sources.addAll(shard.sources(selection, sort, cursor, opened)));
                return new Listing(Page.merge(sources, sort, limit), missing(of, here));
            } finally {
                opened.forEach(InboxShards::close);
            }
        });
    }

    /// What the lists hold that this instance has, from counters.
    public Counts counts() {
        return counts(all());
    }

    /// What the lists hold of some partitions, from counters.
    public Counts counts(Set<Integer> of) {
        return reading(of, here -> {
            Map<String, Integer> byOwner = new HashMap<>();
            int unassigned = 0;
            long completed = 0;
            for (LiveShard shard : here.values()) {
                InboxShard index = shard.index();
                unassigned += index.unassigned();
                completed += index.completed();
                index.addCountsTo(byOwner);
            }
            return new Counts(unassigned, completed, byOwner, missing(of, here));
        });
    }

    /// A conversation's row, if it has one.
    public Optional<InboxRow> row(String conversationId) {
        LiveShard shard = shard(conversationId);
        return shard.reading(() -> Optional.ofNullable(shard.find(conversationId)));
    }

    /// Several conversations.
    ///
    /// @param rows    of those that there are, in the order in which they were asked for
    /// @param unknown ids of those that there are not
    /// @param missing partitions that were asked for and are not on this instance
    public record Found(List<InboxRow> rows, List<String> unknown, List<Integer> missing) {
    }

    /// The rows of several conversations, each as it is at its moment.
    public Found rows(Collection<String> conversationIds) {
        List<InboxRow> rows = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        SortedSet<Integer> missing = new TreeSet<>();
        for (String id : conversationIds) {
            try {
                row(id).ifPresentOrElse(rows::add, () -> unknown.add(id));
            } catch (PartitionMissing _) {
                missing.add(partition(id));
            }
        }
        return new Found(List.copyOf(rows), List.copyOf(unknown), List.copyOf(missing));
    }

    /// The last `limit` entries of a thread before a version, oldest first.
    public List<ThreadEntry> thread(String conversationId, long before, int limit) {
        LiveShard shard = shard(conversationId);
        return shard.reading(() -> shard.thread(conversationId, before, limit));
    }

    /// Completes with whether the view has reached this version of the conversation within the time.
    public CompletableFuture<Boolean> reached(String conversationId, long version, Duration within) {
        LiveShard shard = shards.get(partition(conversationId));
        return shard == null
                ? CompletableFuture.completedFuture(false)
                : shard.reached(conversationId, version).completeOnTimeout(false, within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static List<Integer> missing(Set<Integer> of, Map<Integer, LiveShard> here) {
        return of.stream().filter(partition -> !here.containsKey(partition)).sorted().toList();
    }

    private LiveShard shard(String conversationId) {
        LiveShard shard = shards.get(partition(conversationId));
        if (shard == null) {
            throw new PartitionMissing();
        }
        return shard;
    }

    /// Reads those of the partitions that are here. One that leaves in this very moment is not, and takes nothing else with it.
    private <T> T reading(Set<Integer> of, Function<Map<Integer, LiveShard>, T> reads) {
        Map<Integer, LiveShard> here = new TreeMap<>(shards);
        here.keySet().retainAll(of);
        while (true) {
            here.values().removeIf(LiveShard::closed);
            try {
                return reading(List.copyOf(here.values()), 0, () -> reads.apply(here));
            } catch (PartitionMissing _) {
                // one has closed since it was looked at: each time round there is one less
            }
        }
    }

    /// Holds all shards still at once, always in the order of partitions.
    private static <T> T reading(List<LiveShard> all, int from, Supplier<T> reads) {
        return from == all.size() ? reads.get() : all.get(from).reading(() -> reading(all, from + 1, reads));
    }

    private static void close(AutoCloseable iterator) {
        try {
            iterator.close();
        } catch (Exception e) {
            throw new IllegalStateException("an iterator could not be closed", e);
        }
    }
}
