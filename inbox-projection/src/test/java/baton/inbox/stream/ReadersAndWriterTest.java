package baton.inbox.stream;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Event;
import baton.contract.Status;
import baton.inbox.History;
import baton.inbox.History.Action;
import baton.inbox.History.Step;
import baton.inbox.Samples;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Page;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.runtime.KafkaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Many read while one thread per partition folds: every page and its counts are of one moment. Stores on disk.
@Timeout(120)
class ReadersAndWriterTest {

    private static final int PARTITIONS = 2;
    private static final int CONVERSATIONS = 60;
    private static final int STEPS = 4_000;
    private static final int READERS = 3;
    /// Writers wait for a round of the readers after as many events, so that reading and writing really meet.
    private static final int EVENTS_PER_ROUND = 100;
    private static final Selection EVERYTHING = Selection.everything(true, true);
    private static final Selection COMPLETED = Selection.everything(false, true);
    private static final Selection UNASSIGNED = new Selection(Set.of(), null, true, true, false);

    @TempDir
    private Path state;

    private final List<ShardStores> stores = new ArrayList<>();
    private final List<LiveShard> live = new ArrayList<>();
    private final InboxShards shards = new InboxShards(PARTITIONS);
    private final List<Event> opening = new ArrayList<>();
    private final List<List<Event>> rest = List.of(new ArrayList<>(), new ArrayList<>());
    private final Map<String, Long> lastVersions = new HashMap<>();

    @BeforeEach
    void openConversations() throws IOException {
        for (int i = 0; i < PARTITIONS; i++) {
            stores.add(ShardStores.onDisk(i, Files.createDirectory(state.resolve("0_" + i)).toFile()));
            live.add(stores.get(i).shard());
            shards.show(i, live.get(i));
        }
        List<String> ids = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < CONVERSATIONS; i++) {
            ids.add("c-" + i);
            steps.add(new Step("c-" + i, Action.WRITE, "ana", 1));
        }
        steps.addAll(History.steps(42, STEPS, ids));
        List<Event> events = History.of(Samples.NOON, steps);
        opening.addAll(events.subList(0, 2 * CONVERSATIONS));
        events.subList(2 * CONVERSATIONS, events.size()).forEach(event -> rest.get(home(event.conversationId())).add(event));
        events.forEach(event -> lastVersions.put(event.conversationId(), event.version()));
        opening.forEach(event -> live.get(home(event.conversationId())).apply(event));
        assertThat(rest).allSatisfy(partition -> assertThat(partition).hasSizeGreaterThan(1_000));
    }

    @AfterEach
    void close() {
        stores.forEach(ShardStores::close);
    }

    @Test
    void everyPageAndItsCountsAreOfOneMoment() throws Exception {
        whileWriting(() -> {
            assertOneOfEach(shards.page(EVERYTHING, Sort.NEWEST, null, CONVERSATIONS + 1).page());
            InboxShards.Counts counts = shards.counts();
            assertThat(counts.unassigned() + counts.completed() + counts.byOwner().values().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(CONVERSATIONS);
            // Read locks may be taken again by who holds them: within, nothing changes.
            return live.get(0).reading(() -> live.get(1).reading(() -> {
                InboxShards.Counts now = shards.counts();
                assertThat(list(UNASSIGNED)).hasSize(now.unassigned());
                assertThat(list(COMPLETED)).hasSize((int) now.completed()).allMatch(row -> row.status() == Status.COMPLETED);
                Set<String> owners = new HashSet<>(History.AGENTS);
                owners.addAll(now.byOwner().keySet());
                for (String owner : owners) {
                    assertThat(list(new Selection(Set.of(owner), null, false, true, true))).hasSize(now.byOwner().getOrDefault(owner, 0))
                            .allMatch(row -> owner.equals(row.assignee()));
                }
                return null;
            }));
        });
    }

    @Test
    void walkingThroughAListThatMovesNeverGoesBack() throws Exception {
        whileWriting(() -> {
            for (Sort sort : Sort.values()) {
                InboxRow last = null;
                Cursor cursor = null;
                do {
                    Page page = shards.page(EVERYTHING, sort, cursor, 7).page();
                    assertThat(page.rows()).extracting(InboxRow::conversationId).doesNotHaveDuplicates();
                    for (InboxRow row : page.rows()) {
                        assertThat(last == null || sort.order().compare(last, row) < 0).isTrue();
                        last = row;
                    }
                    cursor = page.next();
                } while (cursor != null);
            }
            return null;
        });
    }

    @Test
    void whoWaitedForAVersionSeesIt() throws Exception {
        AtomicInteger waits = new AtomicInteger();
        AtomicInteger round = new AtomicInteger();
        whileWriting(() -> {
            String id = "c-" + round.incrementAndGet() % CONVERSATIONS;
            long wanted = Math.min(lastVersions.get(id), shards.row(id).orElseThrow().version() + 1);
            var reached = shards.reached(id, wanted, Duration.ofSeconds(60));
            waits.addAndGet(reached.isDone() ? 0 : 1);
            // The writers go on only after a round, so no round may wait for them.
            return reached.thenAccept(seen -> {
                assertThat(seen).isTrue();
                assertThat(shards.row(id).orElseThrow().version()).isGreaterThanOrEqualTo(wanted);
                assertThat(shards.thread(id, wanted + 1, 1)).isNotEmpty().allMatch(entry -> entry.version() == wanted);
            });
        });
        assertThat(waits).hasPositiveValue();
    }

    /// Runs `round` again and again in several threads while all events are folded, then looks for what was left open. What a round gives
    /// back is waited for at the end, if it is a future.
    private void whileWriting(Callable<?> round) throws Exception {
        Semaphore rounds = new Semaphore(0);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < PARTITIONS; i++) {
                int partition = i;
                writers.add(threads.submit(() -> write(partition, rounds)));
            }
            List<Future<List<Future<?>>>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(() -> {
                    List<Future<?>> later = new ArrayList<>();
                    do {
                        try {
                            if (round.call() instanceof Future<?> future) {
                                later.add(future);
                            }
                        } finally {
                            rounds.release();
                        }
                    } while (!writers.stream().allMatch(Future::isDone));
                    return later;
                }));
            }
            for (Future<List<Future<?>>> reader : readers) {
                for (Future<?> later : reader.get(60, TimeUnit.SECONDS)) {
                    later.get(60, TimeUnit.SECONDS);
                }
            }
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
        }
        lastVersions.forEach((id, version) -> assertThat(shards.row(id).orElseThrow().version()).isEqualTo(version));
        for (ShardStores store : stores) {
            assertThat(store.openIterators()).isZero();
            try (KeyValueIterator<?, ?> _ = store.completedOrder.all()) {
                assertThat(store.openIterators()).as("the measure itself").isEqualTo(1);
            }
        }
    }

    private Void write(int partition, Semaphore rounds) throws InterruptedException {
        int written = 0;
        for (Event event : rest.get(partition)) {
            if (++written % EVENTS_PER_ROUND == 0) {
                assertThat(rounds.tryAcquire(30, TimeUnit.SECONDS)).as("a round of the readers").isTrue();
            }
            live.get(partition).apply(event);
        }
        return null;
    }

    private List<InboxRow> list(Selection selection) {
        Page page = shards.page(selection, Sort.OLDEST, null, CONVERSATIONS + 1).page();
        assertThat(page.next()).isNull();
        return page.rows();
    }

    private static void assertOneOfEach(Page page) {
        assertThat(page.rows()).hasSize(CONVERSATIONS).extracting(InboxRow::conversationId).doesNotHaveDuplicates();
        assertThat(page.next()).isNull();
    }

    private static int home(String conversationId) {
        return KafkaClients.partition(KafkaClients.key(conversationId), PARTITIONS);
    }
}
