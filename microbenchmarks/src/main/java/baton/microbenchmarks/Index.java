package baton.microbenchmarks;

import baton.contract.Actor;
import baton.contract.Status;
import baton.contract.Visitor;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.InboxShard;
import baton.inbox.domain.Page;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The order of open conversations on the heap: a change of one, and pages out of all, of 200 agents.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Index {

    private static final int AGENTS = 200;
    private static final int PAGE = 50;
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Visitor VERA = new Visitor("vera", "Vera");

    /// Open conversations, half of them nobody's.
    @Param({"10000", "200000"})
    public int open;

    private final Random random = new Random(1);
    private final Set<String> ten = IntStream.range(0, 10).mapToObj(Index::agent).collect(Collectors.toSet());
    private InboxShard shard;
    private InboxRow[] rows;
    private Cursor deep;
    private long version;

    /// Fills it.
    @Setup
    public void fill() {
        shard = new InboxShard(0);
        rows = new InboxRow[open];
        for (int i = 0; i < open; i++) {
            rows[i] = row(i, i % 2 == 0 ? null : agent(random.nextInt(AGENTS)), NOON.plusMillis(random.nextInt(100_000_000)));
            shard.restore(rows[i]);
        }
        deep = new Cursor(Sort.NEWEST, Sort.NEWEST.place(rows[open / 2]));
    }

    private static String agent(int number) {
        return "agent-" + number;
    }

    private InboxRow row(int number, String assignee, Instant at) {
        return new InboxRow("conversation-" + number, "web", VERA, Status.OPEN, assignee, new InboxRow.LastMessage(Actor.Type.VISITOR, "hello", at), at, at, ++version);
    }

    /// Another owner, and somebody has written.
    @Benchmark
    public void replace() {
        int number = random.nextInt(open);
        InboxRow after = row(number, agent(random.nextInt(AGENTS)), NOON.plusMillis(random.nextInt(100_000_000)));
        shard.replace(rows[number], after);
        rows[number] = after;
    }

    /// The first page of what is nobody's.
    @Benchmark
    public Page unassigned() {
        return page(new Selection(Set.of(), null, true, true, false), null);
    }

    /// The first page of ten agents.
    @Benchmark
    public Page tenAgents() {
        return page(new Selection(ten, null, false, true, false), null);
    }

    /// A page of everything, behind half of it.
    @Benchmark
    public Page deepInEverything() {
        return page(Selection.everything(true, false), deep);
    }

    private Page page(Selection selection, Cursor cursor) {
        List<Iterator<InboxRow>> sources = shard.sources(selection, Sort.NEWEST, cursor);
        return Page.merge(sources, Sort.NEWEST, PAGE);
    }
}
