package baton.inbox.stream;

import static baton.inbox.Samples.LATER;
import static baton.inbox.Samples.NOON;
import static baton.inbox.Samples.assigned;
import static baton.inbox.Samples.completed;
import static baton.inbox.Samples.opened;
import static baton.inbox.Samples.received;
import static baton.inbox.Samples.reopened;
import static baton.inbox.Samples.sent;
import static baton.inbox.Samples.unassigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Reason;
import baton.contract.Status;
import baton.inbox.History;
import baton.inbox.NaiveInbox;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.domain.ThreadEntry;
import baton.runtime.FoldedBefore;
import baton.runtime.Halt;
import baton.runtime.NotAdmitted;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Events in, pages, counts, threads and dead letters out. One partition, so that every key is at home in it; stores on disk.
class InboxTopologyTest {

    private static final Selection OPEN = Selection.everything(true, false);
    private static final Selection COMPLETED = Selection.everything(false, true);
    private static final Selection ALL = Selection.everything(true, true);
    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    private Path state;

    private InboxShards shards;
    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> events;
    private TestOutputTopic<byte[], byte[]> deadLetters;

    @BeforeEach
    void open() {
        shards = new InboxShards(1);
        driver = driver(shards, "first");
        events = driver.createInputTopic("conversation-events", new ByteArraySerializer(), new ByteArraySerializer());
        deadLetters = driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private TopologyTestDriver driver(InboxShards shown, String directory) {
        return driver(shown, FoldedBefore.nothing(), directory);
    }

    private TopologyTestDriver driver(InboxShards shown, FoldedBefore before, String directory) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, state.resolve(directory).toString());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        return new TopologyTestDriver(InboxTopology.build("", shown, before), config, NOON);
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.close();
        }
    }

    @Test
    void isTheTopologyThatWasAgreedOn() throws IOException {
        String agreed = new String(getClass().getResourceAsStream("/inbox-topology.txt").readAllBytes(), StandardCharsets.UTF_8);
        assertThat(InboxTopology.build("", new InboxShards(1), FoldedBefore.nothing()).describe().toString()).isEqualToNormalizingNewlines(agreed);
    }

    @Test
    void anEmptyInboxHasNoPageAndNoCount() {
        assertThat(shards.missing()).isEmpty();
        assertThat(ids(ALL, Sort.NEWEST)).isEmpty();
        assertThat(shards.page(ALL, Sort.NEWEST, null, 1).page().next()).isNull();
        assertThat(shards.counts()).isEqualTo(new InboxShards.Counts(0, 0, Map.of(), List.of()));
        assertThat(shards.row("c-1")).isEmpty();
        assertThat(shards.thread("c-1", Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void pagesRunThroughOpenAndCompletedConversationsInOneOrder() {
        for (int i = 1; i <= 6; i++) {
            send(opened("c-" + i, NOON.plusSeconds(i)), received("c-" + i, 2, NOON.plusSeconds(i), "hello"));
        }
        send(sent("c-5", 3, NOON.plusSeconds(5), "ana", "yes"));
        send(completed("c-2", 3, LATER, "ana"), completed("c-4", 3, LATER, "ana"), completed("c-5", 4, LATER, "ana"));

        assertThat(ids(ALL, Sort.NEWEST)).containsExactly("c-6", "c-5", "c-4", "c-3", "c-2", "c-1");
        assertThat(ids(ALL, Sort.OLDEST)).containsExactly("c-1", "c-2", "c-3", "c-4", "c-5", "c-6");
        assertThat(ids(ALL, Sort.WAITING)).containsExactly("c-1", "c-2", "c-3", "c-4", "c-6", "c-5");
        assertThat(ids(COMPLETED, Sort.NEWEST)).containsExactly("c-5", "c-4", "c-2");
        assertThat(ids(COMPLETED, Sort.OLDEST)).containsExactly("c-2", "c-4", "c-5");
        assertThat(ids(COMPLETED, Sort.WAITING)).containsExactly("c-2", "c-4", "c-5");
        assertThat(ids(OPEN, Sort.NEWEST)).containsExactly("c-6", "c-3", "c-1");
    }

    @Test
    void aCursorGoesOnBehindACompletedRowThatHasLeft() {
        for (int i = 1; i <= 3; i++) {
            send(opened("c-" + i, NOON.plusSeconds(i)), completed("c-" + i, 2, NOON.plusSeconds(i), "ana"));
        }
        Cursor newest = shards.page(COMPLETED, Sort.NEWEST, null, 2).page().next();
        Cursor oldest = shards.page(COMPLETED, Sort.OLDEST, null, 2).page().next();
        send(reopened("c-2", 3, LATER, Actor.agent("ana")));
        assertThat(ids(shards.page(COMPLETED, Sort.NEWEST, newest, 9).page().rows())).containsExactly("c-1");
        assertThat(ids(shards.page(COMPLETED, Sort.OLDEST, oldest, 9).page().rows())).containsExactly("c-3");
    }

    @Test
    void aConversationThatIsCompletedAndReopenedIsInOneListAtATime() {
        send(opened("c-1", NOON), received("c-1", 2, NOON, "hello"), assigned("c-1", 3, NOON, "ana", "ana", null, Reason.MANUAL));
        assertThat(shards.counts()).isEqualTo(counts(0, 0, "ana", 1));
        send(unassigned("c-1", 4, LATER, "ana", "ana", Reason.COMPLETED), completed("c-1", 5, LATER, "ana"));
        assertThat(shards.counts()).isEqualTo(new InboxShards.Counts(0, 1, Map.of(), List.of()));
        assertThat(ids(OPEN, Sort.NEWEST)).isEmpty();
        assertThat(ids(COMPLETED, Sort.NEWEST)).containsExactly("c-1");
        assertThat(shards.row("c-1")).get().extracting(InboxRow::status, InboxRow::version).containsExactly(Status.COMPLETED, 5L);

        send(reopened("c-1", 6, LATER, Actor.visitor("vera")), received("c-1", 7, LATER, "still broken"));
        assertThat(shards.counts()).isEqualTo(new InboxShards.Counts(1, 0, Map.of(), List.of()));
        assertThat(ids(OPEN, Sort.NEWEST)).containsExactly("c-1");
        assertThat(ids(COMPLETED, Sort.NEWEST)).isEmpty();
        assertThat(shards.row("c-1")).get().extracting(InboxRow::status, InboxRow::version).containsExactly(Status.OPEN, 7L);
        assertThat(driver.<String, byte[]>getKeyValueStore(InboxTopology.COMPLETED_ROWS).get("c-1")).isNull();

        send(completed("c-1", 8, LATER, "ana"));
        assertThat(shards.counts()).isEqualTo(new InboxShards.Counts(0, 1, Map.of(), List.of()));
        assertThat(ids(ALL, Sort.WAITING)).containsExactly("c-1");
        assertThat(driver.<String, byte[]>getKeyValueStore(InboxTopology.OPEN_ROWS).get("c-1")).isNull();
    }

    @Test
    void aThreadIsReadBackwardsInParts() {
        send(opened("c-1", NOON), received("c-1", 2, NOON, "one"), received("c-1", 3, NOON, "two"), sent("c-1", 4, NOON, "ana", "three"),
                assigned("c-1", 5, NOON, "ana", "ana", null, Reason.FIRST_REPLY), unassigned("c-1", 6, NOON, "ana", "ana", Reason.COMPLETED),
                completed("c-1", 7, NOON, "ana"));
        send(opened("c-10", NOON), received("c-10", 2, NOON, "not this one"), opened("c-", NOON), received("c-", 2, NOON, "nor this one"));
        assertThat(versions(shards.thread("c-1", Long.MAX_VALUE, 50))).containsExactly(2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(versions(shards.thread("c-1", Long.MAX_VALUE, 2))).containsExactly(6L, 7L);
        assertThat(versions(shards.thread("c-1", 6, 2))).containsExactly(4L, 5L);
        assertThat(versions(shards.thread("c-1", 4, 2))).containsExactly(2L, 3L);
        assertThat(versions(shards.thread("c-1", 2, 2))).isEmpty();
        assertThat(shards.thread("c-1", 5, 1).getFirst().text()).isEqualTo("three");
    }

    @Test
    void anEventThatCannotBeReadIsADeadLetterAndItsNeighboursGoOn() {
        send(opened("c-1", NOON));
        Event second = received("c-1", 2, NOON, "hello");
        pipe("c-1", "message.received", bytes("{not json"));
        pipe("c-1", "message.received", null);
        pipe("c-1", "message.received", bytes("{\"conversationId\":\"c-1\"}"));
        pipe("c-1", "message.lost", EventJson.value(second));
        pipe("c-2", "message.received", EventJson.value(second));
        events.pipeInput(new TestRecord<>(bytes("c-1"), EventJson.value(second), new RecordHeaders(), NOON));
        events.pipeInput(new TestRecord<>(bytes("c-1"), EventJson.value(second), new RecordHeaders().add("ce_type", null), NOON));
        events.pipeInput(new TestRecord<>(null, EventJson.value(second), new RecordHeaders().add("ce_type", bytes("message.received")), NOON));
        send(second);

        List<TestRecord<byte[], byte[]>> letters = deadLetters.readRecordsToList();
        assertThat(letters).extracting(letter -> header(letter, "baton-reason")).containsExactly(
                "not JSON: line 1, column 2",
                "the value is missing",
                "version has the wrong type or value",
                "the event type message.lost is not known",
                "the key is not the event's conversationId",
                "the header ce_type is missing",
                "the header ce_type is missing",
                "the key is not the event's conversationId");
        assertThat(letters.getFirst().key()).isEqualTo(bytes("c-1"));
        assertThat(letters.getFirst().value()).isEqualTo(bytes("{not json"));
        assertThat(header(letters.getFirst(), "baton-origin-topic")).isEqualTo("conversation-events");
        assertThat(header(letters.getFirst(), "baton-origin-partition")).isEqualTo("0");
        assertThat(header(letters.getFirst(), "baton-origin-offset")).isEqualTo("1");
        assertThat(header(letters.getFirst(), "baton-read-by")).isEqualTo("inbox-projection");
        assertThat(shards.row("c-1")).get().extracting(InboxRow::version).isEqualTo(2L);
    }

    @Test
    void whatWasBuriedBeforeARebuildIsNotBuriedAgain() {
        driver.close();
        driver = driver(shards, FoldedBefore.upTo(1, Map.of(0, 2L), null), "rebuilt");
        events = driver.createInputTopic("conversation-events", new ByteArraySerializer(), new ByteArraySerializer());
        deadLetters = driver.createOutputTopic("dead-letters", new ByteArrayDeserializer(), new ByteArrayDeserializer());
        send(opened("c-1", NOON));
        pipe("c-1", "message.received", bytes("{not json"));
        pipe("c-1", "message.received", bytes("{not json"));

        assertThat(deadLetters.readRecordsToList()).extracting(letter -> header(letter, "baton-origin-offset")).containsExactly("2");
        assertThat(shards.row("c-1")).isPresent();
    }

    @Test
    void asksToBeAdmittedBeforeItShowsAnything() {
        InboxShards others = new InboxShards(1);
        FoldedBefore refused = FoldedBefore.nothing().admittedBy(() -> {
            throw new NotAdmitted("it is being rebuilt");
        });
        assertThatThrownBy(() -> driver(others, refused, "refused")).hasRootCauseInstanceOf(NotAdmitted.class);
        assertThat(others.missing()).containsExactly(0);
    }

    @Test
    void haltsWhereAnEventIsMissing() {
        send(opened("c-1", NOON));
        assertThatThrownBy(() -> send(received("c-1", 3, NOON, "hello")))
                .isInstanceOf(StreamsException.class).hasRootCauseInstanceOf(Halt.class)
                .rootCause().hasMessageContaining("conversation c-1 is at version 1 and was given version 3");
        assertThat(shards.row("c-1")).get().extracting(InboxRow::version).isEqualTo(1L);
        assertThat(shards.thread("c-1", Long.MAX_VALUE, 10)).isEmpty();
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void haltsAtAnEventThatOnlyANewerBuildCanRead() {
        send(opened("c-1", NOON));
        for (String id : List.of("c-1:2", "c-2:1")) {
            RecordHeaders headers = new RecordHeaders();
            headers.add("ce_type", bytes("conversation.merged")).add("ce_id", bytes(id));
            var newer = new TestRecord<>(bytes(id.substring(0, 3)), bytes("{}"), headers, NOON);
            assertThatThrownBy(() -> events.pipeInput(newer)).hasRootCauseInstanceOf(Halt.class)
                    .rootCause().hasMessageContaining("the event " + id + " cannot be read by this build");
        }
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void whatWasReadBeforeIsDropped() {
        send(opened("c-1", NOON), received("c-1", 2, NOON, "hello"), completed("c-1", 3, NOON, "ana"));
        InboxRow before = shards.row("c-1").orElseThrow();
        send(opened("c-1", NOON), received("c-1", 2, NOON, "hello"), completed("c-1", 3, NOON, "ana"));
        assertThat(shards.row("c-1")).contains(before);
        assertThat(shards.counts().completed()).isEqualTo(1);
        assertThat(shards.thread("c-1", Long.MAX_VALUE, 10)).hasSize(2);
    }

    @Test
    void answersThoseWhoWaitForAVersionAndSaysNoWhenItCloses() throws Exception {
        CompletableFuture<Boolean> second = shards.reached("c-1", 2, LONG);
        CompletableFuture<Boolean> third = shards.reached("c-1", 3, LONG);
        send(opened("c-1", NOON));
        assertThat(second).isNotDone();
        send(received("c-1", 2, NOON, "hello"));
        assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(shards.row("c-1").orElseThrow().version()).isEqualTo(2);
        assertThat(third).isNotDone();
        closeDriver();
        assertThat(third.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(shards.missing()).containsExactly(0);
        assertThatThrownBy(() -> shards.row("c-1")).isInstanceOf(InboxShards.PartitionMissing.class);
    }

    @Test
    void theChangelogsMakeTheSameInboxAgain() {
        List<History.Step> steps = History.steps(7, 400, History.IDS);
        steps.add(new History.Step("c~", History.Action.COMPLETE, "ana", 1));
        steps.add(new History.Step("C", History.Action.COMPLETE, "ana", 0));
        List<Event> history = History.of(NOON, steps);
        send(history.toArray(Event[]::new));
        InboxShards restored = new InboxShards(1);
        try (TopologyTestDriver second = driver(new InboxShards(1), "second")) {
            KeyValueStore<String, byte[]> openRows = replay(second, InboxTopology.OPEN_ROWS, new StringDeserializer(), new ByteArrayDeserializer());
            KeyValueStore<String, byte[]> completedRows = replay(second, InboxTopology.COMPLETED_ROWS, new StringDeserializer(), new ByteArrayDeserializer());
            KeyValueStore<Bytes, byte[]> completedOrder =
                    replay(second, InboxTopology.COMPLETED_ORDER, new BytesDeserializer(), new ByteArrayDeserializer());
            KeyValueStore<String, Long> completedCount = replay(second, InboxTopology.COMPLETED_COUNT, new StringDeserializer(), new LongDeserializer());
            KeyValueStore<Bytes, byte[]> threads =
                    replay(second, InboxTopology.THREADS, new BytesDeserializer(), new ByteArrayDeserializer());
            restored.show(0, new LiveShard(openRows, completedRows, completedOrder, completedCount, threads));

            NaiveInbox naive = new NaiveInbox(history);
            assertThat(naive.completed()).isPositive();
            assertThat(restored.counts()).isEqualTo(shards.counts());
            for (Sort sort : Sort.values()) {
                List<InboxRow> rows = restored.page(ALL, sort, null, 200).page().rows();
                assertThat(rows).isEqualTo(shards.page(ALL, sort, null, 200).page().rows());
                assertThat(rows).isEqualTo(naive.list(new NaiveInbox.Ticked(false, false, Set.of(), true, true), sort));
            }
            for (String id : History.IDS) {
                assertThat(restored.row(id)).isEqualTo(shards.row(id));
                assertThat(restored.thread(id, Long.MAX_VALUE, 1000)).isEqualTo(shards.thread(id, Long.MAX_VALUE, 1000));
            }
        }
    }

    private <K, V> KeyValueStore<K, V> replay(TopologyTestDriver into, String name, Deserializer<K> keys, Deserializer<V> values) {
        KeyValueStore<K, V> store = into.getKeyValueStore(name);
        List<TestRecord<K, V>> changes = driver.createOutputTopic("test-" + name + "-changelog", keys, values).readRecordsToList();
        assertThat(changes).as(name).isNotEmpty();
        changes.forEach(change -> store.put(change.key(), change.value()));
        return store;
    }

    @Test
    void theLogMakesTheSameInboxAgain() {
        List<Event> history = History.of(NOON, History.steps(11, 300, History.IDS));
        send(history.toArray(Event[]::new));
        InboxShards.Counts counts = shards.counts();
        List<InboxRow> rows = shards.page(ALL, Sort.NEWEST, null, 200).page().rows();
        closeDriver();
        open();
        assertThat(shards.page(ALL, Sort.NEWEST, null, 200).page().rows()).as("the driver wipes its directory").isEmpty();
        send(history.toArray(Event[]::new));
        assertThat(shards.counts()).isEqualTo(counts);
        assertThat(shards.page(ALL, Sort.NEWEST, null, 200).page().rows()).isEqualTo(rows).isNotEmpty();
    }

    private void closeDriver() {
        driver.close();
        driver = null;
    }

    private void send(Event... sent) {
        for (Event event : sent) {
            RecordHeaders headers = new RecordHeaders();
            EventJson.headers(event).forEach((name, text) -> headers.add(name, bytes(text)));
            events.pipeInput(new TestRecord<>(bytes(event.conversationId()), EventJson.value(event), headers, event.at()));
        }
    }

    private void pipe(String key, String type, byte[] value) {
        events.pipeInput(new TestRecord<>(bytes(key), value, new RecordHeaders().add("ce_type", bytes(type)), NOON));
    }

    /// All ids of a list, by pages of two.
    private List<String> ids(Selection selection, Sort sort) {
        List<InboxRow> rows = new ArrayList<>();
        Cursor cursor = null;
        do {
            var page = shards.page(selection, sort, cursor, 2).page();
            rows.addAll(page.rows());
            assertThat(rows).hasSizeLessThan(100);
            cursor = page.next();
        } while (cursor != null);
        return ids(rows);
    }

    private static List<String> ids(List<InboxRow> rows) {
        return rows.stream().map(InboxRow::conversationId).toList();
    }

    private static List<Long> versions(List<ThreadEntry> entries) {
        return entries.stream().map(ThreadEntry::version).toList();
    }

    private static InboxShards.Counts counts(int unassigned, long completed, String owner, int owned) {
        return new InboxShards.Counts(unassigned, completed, Map.of(owner, owned), List.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String header(TestRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
