package baton.inbox.stream;

import static baton.inbox.Samples.NOON;
import static baton.inbox.Samples.opened;
import static baton.inbox.Samples.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.InvalidField;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.runtime.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Waiting for a version, and what is said of partitions that are not here.
class InboxShardsTest {

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Selection EVERYTHING = Selection.everything(true, true);

    private final ShardStores stores = ShardStores.onHeap(0);
    private final LiveShard shard = stores.shard();
    private final InboxShards shards = new InboxShards(1);

    {
        shards.show(0, shard);
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void saysThatAVersionIsReachedWhenItArrivesAndNotBefore() throws Exception {
        CompletableFuture<Boolean> first = shards.reached("c-1", 1, LONG);
        CompletableFuture<Boolean> second = shards.reached("c-1", 2, LONG);
        CompletableFuture<Boolean> others = shards.reached("c-2", 1, LONG);
        shard.apply(opened("c-1", NOON));
        assertThat(soon(first)).isTrue();
        assertThat(second).isNotDone();
        shard.apply(received("c-1", 2, NOON, "hello"));
        assertThat(soon(second)).isTrue();
        assertThat(others).isNotDone();
        assertThat(shards.reached("c-1", 2, LONG)).isCompletedWithValue(true);
        assertThat(shards.reached("c-1", 1, LONG)).isCompletedWithValue(true);
    }

    @Test
    void saysThatAVersionIsNotReachedWhenTheTimeIsOver() throws Exception {
        shard.apply(opened("c-1", NOON));
        assertThat(soon(shards.reached("c-1", 2, Duration.ofMillis(20)))).isFalse();
        assertThat(soon(shards.reached("nobody", 1, Duration.ofMillis(20)))).isFalse();
        shard.apply(received("c-1", 2, NOON, "hello"));
        assertThat(soon(shards.reached("c-1", 2, Duration.ofMillis(20)))).isTrue();
    }

    @Test
    void thoseWhoWaitAreBoundedAndMakeRoomWhenTheyAreAnswered() throws Exception {
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        IntStream.range(0, LiveShard.WAITERS_MAX).forEach(_ -> waiting.add(shards.reached("c-1", 1, LONG)));
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        assertThat(shards.reached("c-2", 1, LONG)).as("one more").isCompletedWithValue(false);
        shard.apply(opened("c-1", NOON));
        for (CompletableFuture<Boolean> reached : waiting) {
            assertThat(soon(reached)).isTrue();
        }
        CompletableFuture<Boolean> next = shards.reached("c-2", 1, LONG);
        assertThat(next).isNotDone();
        shard.apply(opened("c-2", NOON));
        assertThat(soon(next)).isTrue();
    }

    @Test
    void thoseWhoGaveUpMakeRoomToo() throws Exception {
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        IntStream.range(0, LiveShard.WAITERS_MAX).forEach(_ -> waiting.add(shards.reached("c-1", 1, LONG)));
        waiting.forEach(reached -> reached.complete(false));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (shards.reached("c-2", 1, LONG).isDone()) {
            assertThat(System.nanoTime()).as("nobody made room").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aPartitionThatLeavesAnswersThoseWhoWaitAndIsSaidToBeMissing() throws Exception {
        shard.apply(opened("c-1", NOON));
        CompletableFuture<Boolean> reached = shards.reached("c-1", 2, LONG);
        shards.hide(0, shard);
        assertThat(soon(reached)).isFalse();
        assertThat(shards.missing()).containsExactly(0);
        assertThat(shards.reached("c-1", 1, LONG)).isCompletedWithValue(false);
        assertThatThrownBy(() -> shards.row("c-1")).isInstanceOf(InboxShards.PartitionMissing.class);
        assertThatThrownBy(() -> shards.thread("c-1", 9, 9)).isInstanceOf(InboxShards.PartitionMissing.class);
        assertThat(shards.page(EVERYTHING, Sort.NEWEST, null, 9)).satisfies(listing -> {
            assertThat(listing.page().rows()).isEmpty();
            assertThat(listing.page().next()).isNull();
            assertThat(listing.missing()).containsExactly(0);
        });
        assertThat(shards.counts()).satisfies(counts -> {
            assertThat(counts.unassigned()).isZero();
            assertThat(counts.missing()).containsExactly(0);
        });
    }

    @Test
    void whoHoldsOnToAShardThatHasClosedGetsNothingFromIt() {
        shard.apply(opened("c-1", NOON));
        shard.close();
        assertThatThrownBy(() -> shards.row("c-1")).isInstanceOf(InboxShards.PartitionMissing.class);
        assertThat(shards.page(EVERYTHING, Sort.NEWEST, null, 9)).satisfies(listing -> {
            assertThat(listing.page().rows()).isEmpty();
            assertThat(listing.missing()).containsExactly(0);
        });
        assertThat(shards.counts().missing()).containsExactly(0);
        assertThat(shards.reached("c-1", 1, LONG)).isCompletedWithValue(false);
    }

    /// The list has begun to be read, and waits for the second shard behind its closing.
    @Test
    void aPartitionThatLeavesWhileAListIsReadTakesNoOtherWithIt() throws Exception {
        InboxShards two = new InboxShards(2);
        String id = IntStream.range(0, 100).mapToObj(i -> "c-" + i).filter(one -> partition(one, 2) == 0).findFirst().orElseThrow();
        two.show(0, shard);
        shard.apply(opened(id, NOON));
        try (ShardStores others = ShardStores.onHeap(1)) {
            LiveShard leaving = others.shard();
            two.show(1, leaving);
            var read = new CountDownLatch(1);
            Thread reader = Thread.ofPlatform().start(() -> leaving.reading(() -> await(read)));
            awaitWaiting(reader);
            Thread closer = Thread.ofPlatform().start(leaving::close);
            awaitWaiting(closer);
            var listing = new CompletableFuture<InboxShards.Listing>();
            Thread lister = Thread.ofPlatform().uncaughtExceptionHandler((_, failure) -> listing.completeExceptionally(failure))
                    .start(() -> listing.complete(two.page(EVERYTHING, Sort.NEWEST, null, 9)));
            awaitWaiting(lister);
            read.countDown();
            assertThat(listing.get(10, TimeUnit.SECONDS).page().rows()).extracting(InboxRow::conversationId).containsExactly(id);
            assertThat(listing.join().missing()).containsExactly(1);
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitWaiting(Thread thread) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (thread.getState() != Thread.State.WAITING && thread.getState() != Thread.State.TIMED_WAITING) {
            assertThat(System.nanoTime()).as("%s does not wait but is %s", thread, thread.getState()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void aShardThatLeavesLateDoesNotTakeItsSuccessorWithIt() {
        LiveShard successor = stores.shard();
        shards.show(0, successor);
        shards.hide(0, shard);
        assertThat(shards.missing()).isEmpty();
        successor.apply(opened("c-1", NOON));
        assertThat(shards.row("c-1")).isPresent();
    }

    @Test
    void aPartitionThatHasComeIsMissingUntilItIsSaidToHaveArrived() {
        InboxShards waiting = new InboxShards(1, false);
        waiting.show(0, shard);
        shard.apply(opened("c-1", NOON));
        assertThat(waiting.here()).isEmpty();
        assertThat(waiting.page(EVERYTHING, Sort.NEWEST, null, 9)).satisfies(listing -> {
            assertThat(listing.page().rows()).isEmpty();
            assertThat(listing.missing()).containsExactly(0);
        });
        assertThatThrownBy(() -> waiting.row("c-1")).isInstanceOf(InboxShards.PartitionMissing.class);
        assertThat(waiting.reached("c-1", 1, LONG)).isCompletedWithValue(false);
        assertThat(waiting.arriving()).containsOnlyKeys(0);
        waiting.arrived(0, shard);
        assertThat(waiting.arriving()).isEmpty();
        assertThat(waiting.here()).containsExactly(0);
        assertThat(waiting.row("c-1")).isPresent();
    }

    @Test
    void aPartitionThatLeftWhileItWasComingIsNotShown() {
        InboxShards waiting = new InboxShards(1, false);
        waiting.show(0, shard);
        waiting.hide(0, shard);
        waiting.arrived(0, shard);
        assertThat(waiting.here()).isEmpty();
        assertThat(waiting.arriving()).isEmpty();
    }

    @Test
    void answersForThePartitionsThatItHasAndNamesTheOthers() {
        InboxShards four = new InboxShards(4);
        String here = IntStream.range(0, 100).mapToObj(i -> "c-" + i).filter(id -> partition(id, 4) == 2).findFirst().orElseThrow();
        String elsewhere = IntStream.range(0, 100).mapToObj(i -> "c-" + i).filter(id -> partition(id, 4) == 3).findFirst().orElseThrow();
        four.show(2, shard);
        shard.apply(opened(here, NOON));
        assertThat(four.row(here)).isPresent();
        String unknownHere = IntStream.range(0, 100).mapToObj(i -> "x-" + i).filter(id -> partition(id, 4) == 2).findFirst().orElseThrow();
        assertThat(four.rows(List.of(elsewhere, unknownHere, here))).satisfies(found -> {
            assertThat(found.rows()).extracting(InboxRow::conversationId).containsExactly(here);
            assertThat(found.unknown()).containsExactly(unknownHere);
            assertThat(found.missing()).containsExactly(3);
        });
        assertThatThrownBy(() -> four.row(elsewhere)).isInstanceOf(InboxShards.PartitionMissing.class);
        assertThat(four.page(EVERYTHING, Sort.OLDEST, null, 9).missing()).containsExactly(0, 1, 3);
        assertThat(four.page(EVERYTHING, Sort.OLDEST, null, 9).page().rows()).extracting(InboxRow::conversationId).containsExactly(here);
        assertThat(four.counts().missing()).containsExactly(0, 1, 3);
        assertThat(four.missing()).containsExactly(0, 1, 3);
    }

    @Test
    void refusesAnIdThatIsNone() {
        assertThatThrownBy(() -> shards.row("c 1")).isInstanceOf(InvalidField.class);
        assertThatThrownBy(() -> shards.thread("c/1", 1, 1)).isInstanceOf(InvalidField.class);
        assertThatThrownBy(() -> shards.reached("", 1, LONG)).isInstanceOf(InvalidField.class);
    }

    private static int partition(String id, int partitions) {
        return KafkaClients.partition(KafkaClients.key(id), partitions);
    }

    private static boolean soon(CompletableFuture<Boolean> reached) throws Exception {
        return reached.get(10, TimeUnit.SECONDS);
    }
}
