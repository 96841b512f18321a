package baton.faults;

import baton.checker.Call;
import baton.checker.Post;
import baton.checker.Read;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;

/// All that callers have asked and were told, by one clock that never runs backwards.
final class History {

    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Post> posts = new ConcurrentLinkedQueue<>();
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final AtomicLong decided = new AtomicLong();
    private final Map<String, Long> lastDecided = new ConcurrentHashMap<>();

    void add(Call call) {
        calls.add(call);
        if (call.fate() == Call.Fate.DECIDED) {
            decided.incrementAndGet();
            lastDecided.merge(call.conversationId(), call.endedNanos(), Math::max);
        }
    }

    void add(Post post) {
        posts.add(post);
    }

    void add(Read read) {
        reads.add(read);
    }

    /// How many answers said what became of a command.
    long decided() {
        return decided.get();
    }

    /// When a command was last decided on one of some partitions.
    long lastDecidedNanos(ToIntFunction<String> partition, List<Integer> partitions) {
        return lastDecided.entrySet().stream().filter(last -> partitions.contains(partition.applyAsInt(last.getKey())))
                .mapToLong(Map.Entry::getValue).max().orElseThrow();
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    List<Post> posts() {
        return List.copyOf(posts);
    }

    List<Read> reads() {
        return List.copyOf(reads);
    }
}
