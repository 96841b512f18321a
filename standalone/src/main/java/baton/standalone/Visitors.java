package baton.standalone;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Simulated visitors, who use the web chat over HTTP as its page does: for a first look, and for demonstrations.
///
/// Each writes, waits for an agent, answers her, says thanks and goes, and comes back later as somebody else. Whom nobody answers asks once
/// whether anybody is there, and goes in the end. So at any time at most `count` of them wait, and each begins at most
/// [#CONVERSATIONS_EACH_MAX] conversations. What they say and when follows from the seed and from when they are answered.
final class Visitors implements AutoCloseable {

    /// Visitors at once.
    static final int COUNT_MAX = 100;
    /// Conversations that each of them begins in one run.
    static final int CONVERSATIONS_EACH_MAX = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Visitors.class);
    private static final String ANYBODY_THERE = "Hello? Is anybody there?";
    /// Replies that a visitor has not read yet; she reads all of them before she answers.
    private static final int REPLIES_UNREAD_MAX = 100;
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(5);

    private final WebchatClient chat;
    private final Pace pace;
    private final List<Thread> threads = new ArrayList<>();

    /// How fast they are; each time is drawn anew between a half and one and a half of what stands here.
    ///
    /// @param arrival  between one visitor's first message and the next one's
    /// @param typing   before each further message
    /// @param patience until she asks whether anybody is there
    /// @param stay     until she gives up
    /// @param away     until she comes back
    record Pace(Duration arrival, Duration typing, Duration patience, Duration stay, Duration away) {
        /// As people do, a little faster.
        static final Pace HUMAN = new Pace(Duration.ofSeconds(2), Duration.ofSeconds(7), Duration.ofMinutes(3), Duration.ofMinutes(30),
                Duration.ofSeconds(45));
    }

    private Visitors(String url, Pace pace) {
        this.chat = new WebchatClient(url);
        this.pace = pace;
    }

    /// Lets `count` of them in, one after the other.
    static Visitors start(String url, int count, long seed, Pace pace) {
        if (count < 0 || count > COUNT_MAX) {
            throw new IllegalArgumentException("0 to " + COUNT_MAX + " visitors, not " + count);
        }
        var visitors = new Visitors(url, pace);
        for (int i = 0; i < count; i++) {
            RandomGenerator random = new SplittableRandom(seed + i);
            Duration first = pace.arrival().multipliedBy(i).plus(about(pace.arrival(), random));
            visitors.threads.add(Thread.ofVirtual().name("visitor-" + i).start(() -> visitors.live(first, random)));
        }
        return visitors;
    }

    private void live(Duration first, RandomGenerator random) {
        try {
            Thread.sleep(first);
            for (int i = 0; i < CONVERSATIONS_EACH_MAX; i++) {
                converse(random);
                Thread.sleep(about(pace.away(), random));
            }
        } catch (InterruptedException _) {
            // told to go
        } catch (RuntimeException e) {
            LOG.warn("a simulated visitor has gone away: {}", e.getMessage());
        }
    }

    private void converse(RandomGenerator random) throws InterruptedException {
        Dialogue dialogue = Dialogue.ALL.get(random.nextInt(Dialogue.ALL.size()));
        String name = random.nextInt(5) == 0 ? null : Dialogue.NAMES.get(random.nextInt(Dialogue.NAMES.size()));
        WebchatClient.Session session = chat.begin(name);
        BlockingQueue<String> replies = new ArrayBlockingQueue<>(REPLIES_UNREAD_MAX);
        Thread reader = Thread.ofVirtual().name(Thread.currentThread().getName() + "-replies").start(() -> read(session, replies));
        try {
            talk(session, dialogue, replies, random);
        } finally {
            reader.interrupt();
        }
    }

    private void read(WebchatClient.Session session, BlockingQueue<String> replies) {
        try {
            chat.follow(session, replies::offer);
        } catch (InterruptedException _) {
            // she has gone
        } catch (RuntimeException e) {
            LOG.warn("a simulated visitor hears nothing any more: {}", e.getMessage());
        }
    }

    private void talk(WebchatClient.Session session, Dialogue dialogue, BlockingQueue<String> replies, RandomGenerator random)
            throws InterruptedException {
        int sent = 0;
        for (String text : dialogue.opening()) {
            if (sent > 0) {
                Thread.sleep(about(pace.typing(), random));
            }
            chat.send(session, "m-" + sent++, text);
        }
        boolean asked = false;
        for (String answer : dialogue.answers()) {
            String reply = replies.poll(about(pace.patience(), random).toMillis(), TimeUnit.MILLISECONDS);
            if (reply == null && !asked) {
                chat.send(session, "m-" + sent++, ANYBODY_THERE);
                asked = true;
            }
            if (reply == null && replies.poll(about(pace.stay(), random).toMillis(), TimeUnit.MILLISECONDS) == null) {
                return;
            }
            Thread.sleep(about(pace.typing(), random));
            replies.clear(); // what came while she was typing, she has read too
            chat.send(session, "m-" + sent++, answer);
        }
    }

    private static Duration about(Duration middle, RandomGenerator random) {
        return Duration.ofNanos((long) (middle.toNanos() * (0.5 + random.nextDouble())));
    }

    /// Sends them away; returns when they have gone.
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        chat.close();
        long deadline = System.nanoTime() + STOPPED_WITHIN.toNanos();
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
