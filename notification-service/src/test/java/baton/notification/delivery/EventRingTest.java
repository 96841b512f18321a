package baton.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Agent;
import baton.contract.Json;
import baton.contract.Notification;
import baton.notification.Samples;
import baton.notification.domain.FeedItem;
import baton.notification.domain.NotificationPolicy;
import baton.runtime.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EventRingTest {

    private static final Positions.Slot C0 = new Positions.Slot('c', 0);
    private static final Positions.Slot C1 = new Positions.Slot('c', 1);
    private static final Positions.Slot N0 = new Positions.Slot('n', 0);
    private static final List<Positions.Slot> SLOTS = List.of(C0, C1, N0);
    private static final Predicate<Agent> ALL = _ -> true;
    private static final Agent ANA = Samples.agent("ana");
    private static final Pattern BLOCK =
            Pattern.compile("(?:: ready\n)?id: (?<id>[^\n]*)\n(?:event: (?<event>[^\n]*)\ndata: (?<data>[^\n]*)\n)?\n");

    private final List<EventRing.Resync> resyncs = new ArrayList<>();

    /// A parsed block.
    private record Block(String id, String event, String data) {
    }

    @Test
    void encodesAnEventWithThePositionsBehindIt() {
        EventRing ring = ring(10);
        EventRing.Cursor cursor = ring.open(null);
        ring.append(C1, 3, ALL, "conversation", bytes("{\"version\":1}"));

        assertThat(text(cursor.next(ANA))).isEqualTo(": ready\nid: c0.0_c1.0_n0.0\n\n");
        assertThat(text(cursor.next(ANA))).isEqualTo("id: c0.0_c1.4_n0.0\nevent: conversation\ndata: {\"version\":1}\n\n");
        assertThat(cursor.next(ANA)).isEmpty();
    }

    /// With its default number of entries it is the largest thing on the heap of a service, and each entry knows all partitions: it holds its
    /// data once, and not what was told as an object besides.
    @Test
    void isSmallWithManyPartitionsToo() {
        int partitions = 50;
        int idLength = 2 * partitions * "c49.1019999_".length();
        EventRing ring = new EventRing(20_000, resyncs::add);
        long before = heap();
        for (int i = 0; i < 20_000; i++) {
            Notification told = Samples.told("c-" + i, 1, i, "ana");
            byte[] data = Arrays.copyOf(Json.write(FeedItem.of(told, false)), 1_000);
            ring.append(new Positions.Slot(i % 2 == 0 ? 'c' : 'n', i / 2 % partitions), 1_000_000 + i,
                    NotificationPolicy.whoSees(Notification.EVERYONE, told), "notification", data);
        }
        assertThat((heap() - before) / 20_000).as("bytes of an entry").isBetween(1_000L, 1_000L + idLength + 300);
        assertThat(ring.open(null).next(ANA)).isPresent(); // it is there until here
    }

    /// As records of a rebuild, which were told before. Another instance begins behind them.
    @Test
    void whoPassesWhatIsNoNewsGoesOnElsewhereWithoutAGap() {
        EventRing here = ring(10);
        for (int offset = 0; offset < 5; offset++) {
            here.passed(N0, offset);
        }
        EventRing.Cursor cursor = here.open(null);
        assertThat(text(cursor.next(ANA))).isEqualTo(": ready\nid: c0.0_c1.0_n0.5\n\n");
        here.passed(N0, 3); // a repeat
        EventRing elsewhere = new EventRing(10, resyncs::add);
        elsewhere.beginsAt(C0, 0);
        elsewhere.beginsAt(C1, 0);
        elsewhere.beginsAt(N0, 5);
        elsewhere.open("c0.0_c1.0_n0.5");
        here.open("c0.0_c1.0_n0.5");
        assertThat(resyncs).isEmpty();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void sharesTheBytesAmongListeners() {
        EventRing ring = ring(10);
        EventRing.Cursor one = ring.open(null);
        EventRing.Cursor other = ring.open(null);
        ring.append(C0, 0, ALL, "conversation", bytes("{}"));
        one.next(ANA);
        other.next(ANA);

        assertThat(one.next(ANA).orElseThrow()).isSameAs(other.next(ANA).orElseThrow());
    }

    @Test
    void givesEachOnlyWhatIsForHer() {
        EventRing ring = ring(10);
        EventRing.Cursor ana = ring.open(null);
        EventRing.Cursor ben = ring.open(null);
        ring.append(N0, 0, agent -> agent.id().equals("ben"), "notification", bytes("for-ben"));
        ring.append(C0, 0, ALL, "conversation", bytes("for-all"));

        assertThat(data(drain(ana, ANA))).containsExactly("for-all");
        assertThat(data(drain(ben, Samples.agent("ben")))).containsExactly("for-ben", "for-all");
    }

    /// The promise of the stream: from the id of every event, resuming gives exactly the events after it; also on another
    /// instance, which has read the partitions in another order, and after any number of resumptions.
    @Property(tries = 300)
    void resumesFromEveryPositionWithoutLossOrRepeat(@ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int records) {
        List<Written> log = log(seed, records);
        EventRing first = ring(100);
        EventRing.Cursor whole = first.open(null);
        log.forEach(written -> append(first, written));
        List<Block> seen = drain(whole, ANA);
        assertThat(data(seen)).containsExactlyElementsOf(visible(log));

        for (int cut = 0; cut < seen.size(); cut++) {
            List<String> got = new ArrayList<>(data(seen.subList(0, cut + 1)));
            String id = seen.get(cut).id();
            java.util.Random random = new java.util.Random(seed + cut);
            boolean done = false;
            while (!done) {
                EventRing another = ring(100);
                interleaved(log, random).forEach(written -> append(another, written));
                List<Block> resumed = drain(another.open(id), ANA);
                int taken = resumed.size() == 1 ? 1 : 1 + random.nextInt(resumed.size());
                got.addAll(data(resumed.subList(0, taken)));
                id = resumed.get(taken - 1).id();
                done = taken == resumed.size();
            }
            assertThat(got).containsExactlyInAnyOrderElementsOf(visible(log));
        }
        assertThat(resyncs).isEmpty();
    }

    @Test
    void goesOnLiveAfterReplay() {
        EventRing ring = ring(10);
        ring.append(C0, 0, ALL, "conversation", bytes("a"));
        ring.append(N0, 0, ALL, "notification", bytes("b"));
        EventRing.Cursor cursor = ring.open("c0.1_c1.0_n0.0");
        ring.append(C0, 1, ALL, "conversation", bytes("c"));

        List<Block> blocks = drain(cursor, ANA);

        assertThat(data(blocks)).containsExactly("b", "c");
        assertThat(blocks.stream().map(Block::id)).containsExactly("c0.1_c1.0_n0.0", "c0.1_c1.0_n0.1", "c0.2_c1.0_n0.1");
    }

    /// As on another instance, which has read the logs in another order.
    @Test
    void aReplayedEventHasTheIdOfWhereItsReaderIs() {
        EventRing ring = ring(10);
        ring.append(C0, 0, ALL, "conversation", bytes("a"));
        ring.append(N0, 0, ALL, "notification", bytes("b"));

        assertThat(drain(ring.open("c0.0_c1.0_n0.1"), ANA)).endsWith(new Block("c0.1_c1.0_n0.1", "conversation", "a"));
    }

    /// A whole ring loses its oldest entry with each that comes, and whoever resumes begins there.
    @Test
    void losesNothingIfOnlyWhatWasSeenLeavesTheRingBeforeItIsReplayed() {
        EventRing ring = ring(3);
        for (int offset = 0; offset < 3; offset++) {
            ring.append(C0, offset, ALL, "conversation", bytes("e" + offset));
        }
        EventRing.Cursor hasSeenTwo = ring.open("c0.2_c1.0_n0.0");
        EventRing.Cursor hasSeenOne = ring.open("c0.1_c1.0_n0.0");
        ring.append(C0, 3, ALL, "conversation", bytes("e3"));
        ring.append(C0, 4, ALL, "conversation", bytes("e4"));

        assertThat(data(drain(hasSeenTwo, ANA))).containsExactly("e2", "e3", "e4");
        assertThat(data(drain(hasSeenOne, ANA))).containsExactly("{\"reason\":\"too-slow\"}");
    }

    /// It has no place in the logs by which the reader could tell that it is gone.
    @Test
    void announcesThatAnAnnouncementHasLeftTheRing() {
        EventRing ring = ring(1);
        ring.append(C0, 0, ALL, "conversation", bytes("e0"));
        EventRing.Cursor cursor = ring.open("c0.1_c1.0_n0.0");
        ring.rebuilt();
        ring.rebuilt();

        assertThat(data(drain(cursor, ANA))).containsExactly("{\"reason\":\"too-slow\"}");
    }

    @Test
    void dropsARepeatedRecord() {
        EventRing ring = ring(10);
        EventRing.Cursor cursor = ring.open(null);
        ring.append(C0, 5, ALL, "conversation", bytes("a"));
        ring.append(C0, 5, ALL, "conversation", bytes("a"));

        assertThat(data(drain(cursor, ANA))).containsExactly("a");
    }

    @Test
    void announcesThatAPositionHasLeftTheRing() {
        EventRing ring = ring(3);
        for (int offset = 0; offset < 5; offset++) {
            ring.append(C0, offset, ALL, "conversation", bytes("e" + offset));
        }

        assertThat(data(drain(ring.open("c0.2_c1.0_n0.0"), ANA))).containsExactly("e2", "e3", "e4");
        List<Block> blocks = drain(ring.open("c0.1_c1.0_n0.0"), ANA);
        assertThat(blocks).as("no position behind the gap before it is announced")
                .containsExactly(new Block("c0.5_c1.0_n0.0", "resync", "{\"reason\":\"too-old\"}"));
        assertThat(resyncs).containsExactly(EventRing.Resync.TOO_OLD);
    }

    @Test
    void announcesThatAPositionIsBeforeWhereReadingBegan() {
        EventRing ring = new EventRing(10, resyncs::add);
        ring.beginsAt(C0, 100);

        assertThat(data(drain(ring.open("c0.99"), ANA))).containsExactly("{\"reason\":\"too-old\"}");
        assertThat(data(drain(ring.open("c0.100"), ANA))).isEmpty();
    }

    @Test
    void announcesThatAPositionIsUnknownOrAhead() {
        EventRing ring = ring(10);

        for (String unknown : List.of("x", "c0.1", "c0.0_c1.0_n0.0_n1.0", "c0.0_c0.0_c1.0_n0.0", "c0.-1_c1.0_n0.0", "_",
                "c0.9999999999999999999_c1.0_n0.0")) {
            assertThat(data(drain(ring.open(unknown), ANA))).as(unknown).containsExactly("{\"reason\":\"unknown-position\"}");
        }
        assertThat(data(drain(ring.open("c0.1_c1.0_n0.0"), ANA))).containsExactly("{\"reason\":\"ahead\"}");
    }

    @Test
    void announcesThatAViewWasRebuiltToWhoeverMayHaveSeenItAsItWas() {
        EventRing ring = ring(10);
        ring.append(C0, 0, ALL, "conversation", bytes("a"));
        EventRing.Cursor connected = ring.open(null);
        ring.rebuilt();
        ring.append(C0, 1, ALL, "conversation", bytes("b"));

        assertThat(data(drain(connected, ANA))).containsExactly("{\"reason\":\"rebuilt\"}", "b");
        assertThat(data(drain(ring.open("c0.0_c1.0_n0.0"), ANA))).as("was away meanwhile").containsExactly("{\"reason\":\"rebuilt\"}");
        assertThat(data(drain(ring.open("c0.1_c1.0_n0.0"), ANA))).as("left just before, or just after").containsExactly("{\"reason\":\"rebuilt\"}");
        assertThat(data(drain(ring.open("c0.2_c1.0_n0.0"), ANA))).as("was there").isEmpty();
        assertThat(data(drain(ring.open(null), ANA))).as("is new").isEmpty();
    }

    @Test
    void announcesNothingBeforeAnythingIsRead() {
        EventRing ring = new EventRing(10, resyncs::add);
        ring.rebuilt();
        ring.beginsAt(C0, 0);

        assertThat(data(drain(ring.open("c0.0"), ANA))).isEmpty();
        assertThat(resyncs).isEmpty();
    }

    @Test
    void announcesToASlowReaderThatItWasOvertaken() {
        EventRing ring = ring(4);
        EventRing.Cursor slow = ring.open(null);
        slow.next(ANA);
        for (int offset = 0; offset < 10; offset++) {
            ring.append(C0, offset, ALL, "conversation", bytes("e" + offset));
        }
        List<Block> blocks = drain(slow, ANA);
        ring.append(C0, 10, ALL, "conversation", bytes("e10"));

        assertThat(blocks).containsExactly(new Block("c0.10_c1.0_n0.0", "resync", "{\"reason\":\"too-slow\"}"));
        assertThat(data(drain(slow, ANA))).containsExactly("e10");
        assertThat(resyncs).containsExactly(EventRing.Resync.TOO_SLOW);
    }

    @Test
    void announcesAGapInTheLogToEveryone() {
        EventRing ring = ring(10);
        ring.append(C0, 0, ALL, "conversation", bytes("a"));
        EventRing.Cursor open = ring.open(null);
        ring.beginsAt(C0, 50);
        ring.append(C0, 50, ALL, "conversation", bytes("b"));

        assertThat(data(drain(open, ANA))).containsExactly("{\"reason\":\"gap\"}", "b");
        assertThat(data(drain(ring.open("c0.1_c1.0_n0.0"), ANA))).containsExactly("{\"reason\":\"too-old\"}");
        assertThat(data(drain(ring.open("c0.50_c1.0_n0.0"), ANA))).containsExactly("b");
    }

    /// Listeners that come, go and resume while another thread publishes miss nothing and get nothing twice.
    @Test
    @Timeout(60)
    void losesNothingBetweenReplayAndLiveWhileRecordsArrive() throws Exception {
        int records = 50_000;
        EventRing ring = new EventRing(records, resyncs::add);
        ring.beginsAt(C0, 0);
        CountDownLatch ready = new CountDownLatch(1);
        AtomicBoolean published = new AtomicBoolean();
        CompletableFuture<List<String>> reading = CompletableFuture.supplyAsync(() -> {
            List<String> got = new ArrayList<>();
            java.util.Random random = new java.util.Random(7);
            String id = "c0.0";
            ready.countDown();
            boolean last;
            do {
                last = published.get();
                EventRing.Cursor cursor = ring.open(id);
                int most = last ? Integer.MAX_VALUE : 1 + random.nextInt(500);
                for (int i = 0; i < most; i++) {
                    Optional<Frame> frame = cursor.next(ANA);
                    if (frame.isEmpty()) {
                        break;
                    }
                    Block block = block(frame.get());
                    id = block.id();
                    if (block.data() != null) {
                        got.add(block.data());
                    }
                }
            } while (!last);
            return got;
        });
        ready.await(10, TimeUnit.SECONDS);
        List<String> expected = new ArrayList<>();
        for (int offset = 0; offset < records; offset++) {
            ring.append(C0, offset, ALL, "conversation", bytes("e" + offset));
            expected.add("e" + offset);
        }
        published.set(true);

        assertThat(reading.get(Duration.ofSeconds(30).toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(expected);
        assertThat(resyncs).isEmpty();
    }

    private record Written(Positions.Slot slot, long offset, boolean visible) {
        String data() {
            return "" + slot.log() + slot.partition() + "-" + offset;
        }
    }

    /// Records with gaps between their offsets, as transactions leave them.
    private static List<Written> log(long seed, int records) {
        java.util.Random random = new java.util.Random(seed);
        long[] next = new long[SLOTS.size()];
        List<Written> log = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            int slot = random.nextInt(SLOTS.size());
            next[slot] += random.nextInt(3);
            log.add(new Written(SLOTS.get(slot), next[slot]++, random.nextInt(4) > 0));
        }
        return log;
    }

    /// The same partitions, read in another order.
    private static List<Written> interleaved(List<Written> log, java.util.Random random) {
        List<List<Written>> partitions = SLOTS.stream()
                .map(slot -> new ArrayList<>(log.stream().filter(written -> written.slot().equals(slot)).toList()))
                .<List<Written>>map(list -> list)
                .toList();
        List<Written> order = new ArrayList<>();
        while (order.size() < log.size()) {
            List<Written> partition = partitions.get(random.nextInt(partitions.size()));
            if (!partition.isEmpty()) {
                order.add(partition.removeFirst());
            }
        }
        return order;
    }

    private static List<String> visible(List<Written> log) {
        return log.stream().filter(Written::visible).map(Written::data).toList();
    }

    private static void append(EventRing ring, Written written) {
        ring.append(written.slot(), written.offset(), _ -> written.visible(), "conversation", bytes(written.data()));
    }

    private EventRing ring(int entriesMax) {
        EventRing ring = new EventRing(entriesMax, resyncs::add);
        SLOTS.forEach(slot -> ring.beginsAt(slot, 0));
        return ring;
    }

    private static List<Block> drain(EventRing.Cursor cursor, Agent agent) {
        List<Block> blocks = new ArrayList<>();
        for (Optional<Frame> frame = cursor.next(agent); frame.isPresent(); frame = cursor.next(agent)) {
            blocks.add(block(frame.get()));
        }
        return blocks;
    }

    private static Block block(Frame frame) {
        Matcher matcher = BLOCK.matcher(new String(frame.bytes(), StandardCharsets.UTF_8));
        assertThat(matcher.matches()).as(matcher.toString()).isTrue();
        return new Block(matcher.group("id"), matcher.group("event"), matcher.group("data"));
    }

    private static List<String> data(List<Block> blocks) {
        return blocks.stream().map(Block::data).filter(java.util.Objects::nonNull).toList();
    }

    private static String text(Optional<Frame> frame) {
        return new String(frame.orElseThrow().bytes(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
