package baton.faults;

import baton.checker.Call;
import baton.checker.Post;
import baton.checker.Read;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// All that callers have asked and were told, by one clock that never runs backwards.
final class History {

    private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Post> posts = new ConcurrentLinkedQueue<>();
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final AtomicLong decided = new AtomicLong();

    void add(Call call) {
        calls.add(call);
        if (call.fate() == Call.Fate.DECIDED) {
            decided.incrementAndGet();
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
