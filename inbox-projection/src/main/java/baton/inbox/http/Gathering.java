package baton.inbox.http;

import baton.contract.Json;
import baton.inbox.stream.InboxShards;
import baton.runtime.Peers;
import io.micronaut.http.HttpRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One question to the whole inbox. What this instance has, it answers itself; for the rest, the same question goes to the peers, to
/// each for the partitions that it has and for no others: so no partition is answered twice, and those that nobody answers for are
/// known by name. With all partitions here, no peer is asked and nothing is waited for.
final class Gathering {

    /// How long a peer has for an answer that waits for nothing.
    static final Duration ANSWERED_WITHIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Gathering.class);

    private final SortedSet<Integer> here;
    private final SortedSet<Integer> missing;
    private final List<Asked> asked = new ArrayList<>();

    private record Asked(URI peer, SortedSet<Integer> partitions, CompletableFuture<byte[]> answer) {
    }

    /// A part of an answer, from whoever has the part.
    interface Part {
        /// Partitions that it was asked for and has nothing of.
        List<Integer> partitionsMissing();

        /// Whether a version that was asked for had not been reached in time.
        boolean stale();
    }

    /// Says whether a peer's answer for these partitions can be true.
    interface Plausible<T> {
        boolean test(T answer, Set<Integer> partitions);
    }

    private Gathering(SortedSet<Integer> here, SortedSet<Integer> missing) {
        this.here = here;
        this.missing = missing;
    }

    /// Begins to ask the peers.
    ///
    /// @param about      the partitions that the question is about
    /// @param waitedFor  those in which it waits for a version
    /// @param waitsWithin how long it does
    static Gathering begin(HttpRequest<?> request, InboxShards shards, Peers peers, Set<Integer> about, Set<Integer> waitedFor,
            Duration waitsWithin) {
        SortedSet<Integer> share = new TreeSet<>(about);
        Peers.share(request).ifPresent(share::retainAll);
        SortedSet<Integer> here = shards.here();
        here.retainAll(share);
        SortedSet<Integer> rest = share;
        rest.removeAll(here);
        var gathering = new Gathering(here, rest);
        if (!rest.isEmpty() && Peers.share(request).isEmpty()) {
            peers.elsewhere(rest).forEach((peer, partitions) -> {
                Duration within = Collections.disjoint(partitions, waitedFor) ? ANSWERED_WITHIN : ANSWERED_WITHIN.plus(waitsWithin);
                gathering.asked.add(new Asked(peer, partitions, peers.ask(request, peer, partitions, within)));
            });
        }
        return gathering;
    }

    /// The partitions that this instance answers for.
    Set<Integer> here() {
        return Collections.unmodifiableSortedSet(here);
    }

    /// What the peers answered, each within its deadline. Whoever did not answer, or answered what cannot be, has its partitions
    /// [missing][#missing].
    <T extends Part> List<T> answers(Class<T> type, Plausible<T> plausible) {
        List<T> answers = new ArrayList<>();
        for (Asked one : asked) {
            try {
                T answer = Json.read(one.answer().join(), type);
                if (!one.partitions().containsAll(answer.partitionsMissing())
                        || !plausible.test(answer, present(one.partitions(), answer))) {
                    LOG.warn("{} answered for partitions {} what cannot be", one.peer(), one.partitions());
                    continue;
                }
                missing.removeAll(present(one.partitions(), answer));
                answers.add(answer);
            } catch (CompletionException e) {
                LOG.debug("{} did not answer for partitions {}", one.peer(), one.partitions(), e.getCause());
            } catch (RuntimeException e) {
                LOG.warn("{} answered for partitions {} what cannot be read: {}", one.peer(), one.partitions(), e.getMessage());
            }
        }
        return answers;
    }

    private static Set<Integer> present(Set<Integer> partitions, Part answer) {
        Set<Integer> present = new TreeSet<>(partitions);
        answer.partitionsMissing().forEach(present::remove);
        return present;
    }

    /// The partitions that nobody has answered for, once the answers are here.
    SortedSet<Integer> missing() {
        return Collections.unmodifiableSortedSet(missing);
    }
}
