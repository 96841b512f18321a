package baton.benchmarks;

import baton.contract.Command;
import baton.contract.Json;
import baton.contract.Topic;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// A Baton with ever more conversations: a fifth of them open, but never more than [#OPEN_MAX]; of those every second an agent's.
///
/// They come through the topics, see [TopicWriter]: a message each, and then, for all but every tenth, a command. So all of them were carried,
/// decided, folded and told.
final class Filled {

    static final int OPEN_MAX = 200_000;
    private static final int OPEN_ONE_OF = 5;
    /// Open for a while at once, besides those that stay open.
    private static final int CHUNK = 20_000;
    private static final int CLAIMED_MAX = 500;
    private static final Duration FILLED_WITHIN = Duration.ofHours(2);

    private final int agents;
    private final List<String> claimed = new ArrayList<>();
    private final AtomicLong nextClaim = new AtomicLong();
    private LoneBaton baton;
    private Supplier<Account> supervisor;
    private int conversations;
    private int assigned;
    private int started;

    Filled(int agents) {
        this.agents = agents;
    }

    /// What a row does with the Baton.
    interface Measurement {
        void on(LoneBaton baton) throws Exception;
    }

    /// Measures on the Baton; started, with its agents and nothing else, where it is not there yet. Where that fails it is closed and
    /// forgotten, because nobody knows what it has.
    void measure(Row.Batons batons, Measurement measurement) throws Exception {
        boolean begins = baton == null;
        if (begins) {
            baton = batons.start("filled-" + ++started);
        }
        try {
            if (begins) {
                of(baton::supervisor);
            }
            measurement.on(baton);
        } catch (Exception e) {
            LoneBaton failed = baton;
            baton = null;
            conversations = 0;
            assigned = 0;
            claimed.clear();
            ServerProcess.close(failed, e);
            throw e;
        }
    }

    /// Makes the agents of a Baton that is there already, and means it from now on.
    ///
    /// @param supervisor one of its accounts, as it is signed in at the time
    void of(Supplier<Account> supervisor) throws Exception {
        this.supervisor = supervisor;
        supervisor.get().side().addAgents(supervisor.get(), agents, InboxQueries.ten(agents));
    }

    int conversations() {
        return conversations;
    }

    int agents() {
        return agents;
    }

    /// How many are open of so many.
    static int open(int conversations) {
        return Math.min(conversations / OPEN_ONE_OF, OPEN_MAX);
    }

    /// Whether one of `count` stays open, if `open` of them do, evenly spread.
    static boolean staysOpen(int i, int count, int open) {
        return (i + 1L) * open / count > (long) i * open / count;
    }

    /// Adds conversations until there are so many; returns when all that follows from them is done and the inbox counts what it should.
    void fillTo(int wanted) throws Exception {
        if (wanted <= conversations) {
            return;
        }
        int count = wanted - conversations;
        int open = open(wanted) - open(conversations);
        long begin = System.nanoTime();
        String bootstrapServers = ((Side.Baton) supervisor.get().side()).bootstrapServers();
        try (Broker broker = new Broker(bootstrapServers); var writer = new TopicWriter(bootstrapServers)) {
            int openSoFar = 0;
            for (int from = 0; from < count; from += CHUNK) {
                int until = Math.min(count, from + CHUNK);
                for (int i = from; i < until; i++) {
                    writer.message(id(conversations + i), "m", 2);
                }
                writer.flush();
                broker.awaitCommitted("channel-bridge", Topic.CHANNEL_MESSAGES.name(""), FILLED_WITHIN); // then the commands come behind them
                for (int i = from; i < until; i++) {
                    if (!staysOpen(i, count, open)) {
                        writer.command(id(conversations + i), "c", new Command.CompleteConversation(), 3);
                    } else if (openSoFar++ % 2 == 0) {
                        assign(writer, id(conversations + i));
                    }
                }
                writer.flush();
            }
            writer.awaitFolded(broker, supervisor.get(), FILLED_WITHIN);
        }
        conversations = wanted;
        requireCounted();
        Bench.say("%d conversations, %d of them open; %.0f a second were added", wanted, open(wanted), count / ((System.nanoTime() - begin) / 1e9));
    }

    private void assign(TopicWriter writer, String conversation) {
        writer.command(conversation, "c", new Command.AssignAgent(InboxQueries.agent(assigned++ % agents)), 3);
        if (claimed.size() < CLAIMED_MAX) {
            claimed.add(conversation);
        }
    }

    private void requireCounted() throws Exception {
        Account sam = supervisor.get();
        JsonNode counts = Json.MAPPER.readTree(sam.http().send(HttpClient.Request.get("/api/inbox/counts", sam.token())).get(30, TimeUnit.SECONDS).body());
        if (counts.path("completed").asInt() != conversations - open(conversations)) { // whatever else is open there
            throw new IllegalStateException("of " + conversations + " conversations the inbox counts " + counts);
        }
    }

    private static String id(int i) {
        return "filled-" + i;
    }

    /// Claims, by a supervisor, of conversations that are somebody's, each for another agent than before.
    Load.Work claims() {
        Account sam = supervisor.get();
        return () -> {
            long n = nextClaim.getAndIncrement();
            String agent = n / claimed.size() % 2 == 0 ? "ana" : "ben";
            return sam.http().send(new HttpClient.Request("PUT", "/api/conversations/" + claimed.get((int) (n % claimed.size())) + "/assignee", sam.token(),
                    "claim-" + n, "{\"agentId\":\"" + agent + "\"}")).thenApply(answer -> answer.status() == 200);
        };
    }
}
