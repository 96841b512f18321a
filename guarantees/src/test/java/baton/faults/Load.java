package baton.faults;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;
import static baton.processes.ServiceKind.INBOX_PROJECTION;

import baton.checker.Call;
import baton.checker.Post;
import baton.checker.Read;
import baton.processes.Deployment;
import baton.processes.ServiceKind;
import baton.processes.ServiceProcess;
import baton.processes.Waiting;
import baton.runtime.KafkaClients;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Agents and visitors who want the same conversations at the same time. Many conversations, of which a few are hot at a moment, so that
/// claims conflict and yet no conversation is asked so much that it would forget a command before its caller can send it again. Any instance
/// is asked; whoever gets no answer sends the same command, with the same key, to the next one, until it knows.
///
/// Beside that, each partition has a conversation of its own that is asked five times a second, by which a stall is measured.
/// Two cores that run three brokers and as many services have to start processes beside that.
final class Load {

    static final List<String> AGENTS = List.of("ana", "ben", "chloe", "sam");
    private static final int CONVERSATIONS = 200;
    private static final int HOT = 6;
    private static final int OPERATIONS_WHILE_HOT = 40;
    private static final int WRITERS = 6;
    private static final long OPERATION_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1) / 30;
    private static final long PULSE_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long AGAIN_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(150);
    private static final String CHANNEL = "webchat";

    private final Deployment deployment;
    private final History history;
    private final int partitions;
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong ids = new AtomicLong();
    private final AtomicLong turn = new AtomicLong();
    private final AtomicLong nextAt = new AtomicLong();
    private final Map<String, Long> versions = new ConcurrentHashMap<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final KafkaProducer<byte[], byte[]> channel;
    private long seed;
    private volatile boolean stopping = true;

    Load(Deployment deployment, History history, int partitions) {
        this.deployment = deployment;
        this.history = history;
        this.partitions = partitions;
        this.channel = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, deployment.cluster().bootstrapServers(),
                ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                ProducerConfig.LINGER_MS_CONFIG, 0), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// The conversation of a partition that is asked all the time.
    String pulse(int partition) {
        return IntStream.iterate(0, i -> i + 1).mapToObj(i -> "pulse-" + i).filter(id -> partition(id) == partition).findFirst().orElseThrow();
    }

    /// Where a conversation is decided.
    int partition(String conversationId) {
        return KafkaClients.partition(KafkaClients.key(conversationId), partitions);
    }

    /// Every conversation there will be.
    List<String> conversations() {
        List<String> all = new ArrayList<>(IntStream.range(0, CONVERSATIONS).mapToObj(Load::conversation).toList());
        IntStream.range(0, partitions).forEach(partition -> all.add(pulse(partition)));
        return all;
    }

    private static String conversation(int number) {
        return "c-" + number;
    }

    /// An id that nobody has used.
    String fresh(String prefix) {
        return prefix + "-" + ids.incrementAndGet();
    }

    /// Writes to each conversation, and waits until all are there.
    void openConversations(Logs logs) {
        for (String conversation : conversations()) {
            String messageId = fresh("m");
            String text = "Hello, this is " + conversation;
            long began = System.nanoTime();
            channel.send(record(conversation, messageId, text), (_, failure) ->
                    history.add(new Post(conversation, messageId, text, began, System.nanoTime(), failure == null)));
        }
        channel.flush();
        Waiting.until("all conversations", Duration.ofSeconds(60), () -> logs.read("conversation-events").size() >= 2 * conversations().size());
    }

    /// Begins.
    void start(long seed) {
        if (!stopping) {
            throw new IllegalStateException("it runs");
        }
        stopping = false;
        this.seed = seed;
        nextAt.set(System.nanoTime());
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(seed + i);
            run("writer-" + i, () -> work(random));
        }
        for (int partition = 0; partition < partitions; partition++) {
            String conversation = pulse(partition);
            run("pulse-" + partition, () -> pulse(conversation));
        }
    }

    /// Goes on after a [#stop()], with other dice.
    void resume() {
        start(seed + WRITERS);
    }

    private void run(String name, Runnable what) {
        Thread thread = Thread.ofPlatform().name(name).daemon().uncaughtExceptionHandler((failed, failure) -> {
            if (threads.contains(failed)) {
                failures.add(failure);
            }
        }).unstarted(what);
        threads.add(thread);
        thread.start();
    }

    /// Waits until so many more commands have been decided.
    void awaitDecided(int more) {
        long from = history.decided();
        Waiting.until(more + " decisions", Duration.ofSeconds(90), () -> {
            requireNoFailure();
            return history.decided() >= from + more;
        }, () -> history.decided() - from + " came");
    }

    /// Ends when everybody knows what became of what was asked.
    void stop() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                if (!thread.join(KNOWN_WITHIN.plusSeconds(10))) {
                    throw new AssertionError(thread + " does not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        threads.clear();
        channel.flush();
        requireNoFailure();
    }

    /// Ends, whatever became of what was asked: after a failure, so that the next fault can be rehearsed.
    void giveUp() {
        stopping = true;
        threads.clear();
        failures.clear();
    }

    private boolean running() {
        return !stopping && threads.contains(Thread.currentThread());
    }

    private void requireNoFailure() {
        if (!failures.isEmpty()) {
            throw new AssertionError("a client failed", failures.peek());
        }
    }

    private void pulse(String conversation) {
        long due = System.nanoTime();
        while (running()) {
            until(due);
            due = Math.max(due + PULSE_EVERY_NANOS, System.nanoTime());
            persist(new Operation(conversation, fresh("p"), "sam", "reopen-conversation", null));
        }
    }

    private void work(Random random) {
        while (running()) {
            until(nextAt.getAndAdd(OPERATION_EVERY_NANOS));
            long number = operations.getAndIncrement();
            int hot = (int) (number / OPERATIONS_WHILE_HOT * HOT % CONVERSATIONS);
            String conversation = conversation((hot + random.nextInt(HOT)) % CONVERSATIONS);
            String agent = AGENTS.get(random.nextInt(AGENTS.size()));
            Integer what = random.nextInt(100);
            switch (what) {
                case Integer n when n < 34 -> persist(command(conversation, agent, "assign-agent", agent, random));
                case Integer n when n < 44 -> persist(command(conversation, agent, "assign-agent", AGENTS.get(random.nextInt(AGENTS.size())), random));
                case Integer n when n < 60 -> persist(command(conversation, agent, "reply", "Reply " + number + " \u00fc \ud83d\ude00", random));
                case Integer n when n < 68 -> persist(command(conversation, agent, "unassign-agent", null, random));
                case Integer n when n < 76 -> persist(command(conversation, agent, "complete-conversation", null, random));
                case Integer n when n < 80 -> persist(command(conversation, agent, "reopen-conversation", null, random));
                case Integer n when n < 83 -> twiceAtOnce(command(conversation, agent, "assign-agent", agent, random));
                case Integer n when n < 85 -> underAUsedKey(command(conversation, agent, "reply", "First " + number, random), random);
                case Integer n when n < 92 -> post(conversation, "Message " + number);
                default -> write(conversation, fresh("m"), "Message " + number);
            }
        }
    }

    private Operation command(String conversation, String agent, String type, String argument, Random random) {
        Long version = random.nextInt(5) == 0 ? versions.get(conversation) : null;
        return new Operation(conversation, fresh("k"), agent, type, argument, version);
    }

    /// Sends until it knows; the last answer.
    Call persist(Operation operation) {
        long deadline = System.nanoTime() + KNOWN_WITHIN.toNanos();
        while (true) {
            Call call = operation.send(next(ASSIGNMENT_SERVICE), history);
            boolean again = call.fate() == Call.Fate.UNKNOWN || call.status() == 503 || call.status() == 429;
            if (call.fate() == Call.Fate.DECIDED || call.fate() == Call.Fate.REFUSED) {
                if (call.status() == 200) {
                    seen(call);
                }
                return call;
            }
            if (!again || System.nanoTime() > deadline) {
                throw new AssertionError("within " + KNOWN_WITHIN + " nobody has told what became of " + call);
            }
            LockSupport.parkNanos(AGAIN_AFTER_NANOS);
        }
    }

    /// Sends all of them until it knows, some at a time.
    void persist(List<Operation> all) {
        try (ExecutorService some = Executors.newFixedThreadPool(WRITERS)) {
            all.stream().map(operation -> some.submit(() -> persist(operation))).toList().forEach(Load::get);
        }
    }

    private static void get(Future<?> done) {
        try {
            done.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// Now and then somebody looks at what she has done.
    private void seen(Call call) {
        long version = call.body().path("version").asLong();
        versions.merge(call.conversationId(), version, Math::max);
        if (version % 8 == 0 && !call.conversationId().startsWith("pulse")) {
            ServiceProcess inbox = next(INBOX_PROJECTION);
            Http.Answer answer = Http.get(inbox.url(), "/api/inbox/conversations/" + call.conversationId() + "?minVersion=" + version, call.actor());
            history.add(new Read(inbox.name(), call.conversationId(), version, answer.status(), answer.body()));
        }
    }

    private void twiceAtOnce(Operation operation) {
        Thread other = Thread.ofVirtual().uncaughtExceptionHandler((_, failure) -> failures.add(failure)).start(() -> persist(operation));
        persist(operation);
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void underAUsedKey(Operation first, Random random) {
        persist(first);
        String agent = AGENTS.get(random.nextInt(AGENTS.size()));
        persist(new Operation(first.conversationId(), first.commandId(), agent, "reply", "Another text under the same key"));
    }

    /// A visitor's message over HTTP, until the log has it.
    private void post(String conversation, String text) {
        String messageId = fresh("m");
        ObjectNode message = message(messageId, text).put("conversationId", conversation);
        long deadline = System.nanoTime() + KNOWN_WITHIN.toNanos();
        while (true) {
            long began = System.nanoTime();
            Http.Answer answer = Http.send(Http.request(next(ASSIGNMENT_SERVICE).url(), "/api/channel-messages", CHANNEL)
                    .POST(BodyPublishers.ofString(message.toString())));
            history.add(new Post(conversation, messageId, text, began, System.nanoTime(), answer.status() == 202));
            if (answer.status() == 202) {
                return;
            }
            if (answer.status() != 0 && answer.status() != 503 && answer.status() != 429 || System.nanoTime() > deadline) {
                throw new AssertionError("the message " + message + " was answered " + answer);
            }
            LockSupport.parkNanos(AGAIN_AFTER_NANOS);
        }
    }

    /// A visitor's message as a channel writes it, until the log has it.
    void write(String conversation, String messageId, String text) {
        long deadline = System.nanoTime() + KNOWN_WITHIN.toNanos();
        while (true) {
            long began = System.nanoTime();
            try {
                channel.send(record(conversation, messageId, text)).get(15, TimeUnit.SECONDS);
                history.add(new Post(conversation, messageId, text, began, System.nanoTime(), true));
                return;
            } catch (ExecutionException | TimeoutException e) {
                history.add(new Post(conversation, messageId, text, began, System.nanoTime(), false));
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("a message could not be written", e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String conversation, String messageId, String text) {
        return new ProducerRecord<>("channel-messages", conversation.getBytes(StandardCharsets.UTF_8),
                message(messageId, text).toString().getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode message(String messageId, String text) {
        ObjectNode message = Http.JSON.createObjectNode().put("messageId", messageId).put("channel", "web").put("text", text);
        message.set("visitor", Http.JSON.createObjectNode().put("id", "vera").put("name", "Vera"));
        return message;
    }

    /// The instances in turn, whether they run or not: who finds one that does not answer asks the next.
    ServiceProcess next(ServiceKind kind) {
        List<ServiceProcess> all = deployment.instances(kind).stream().filter(ServiceProcess::inRotation).toList();
        return all.get((int) (turn.getAndIncrement() % all.size()));
    }

    private static void until(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    void close() {
        stopping = true;
        channel.close(Duration.ZERO);
    }
}
