package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;

import baton.runtime.StreamsRunner;
import baton.standalone.EmbeddedBroker;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.TaskCorruptedException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// What the guard of C5 is for: Kafka Streams itself, on a real broker, publishes outputs without their input offsets, or input offsets without
/// their outputs, when it takes an exception in mid-transaction for a sign of a corrupted task. The damage without the guard is asserted as
/// well as its absence with it, so that a release of Kafka that mends it, or makes it worse, is noticed.
///
/// One processor forwards the offset of each record, once with [OffsetGuard] and once without. The outputs must be every offset, once. An input
/// offset that was committed without its state is found by the guard at the next record: it halts and says which offset is right, and that is
/// then set, as an operator would.
class CorruptedTaskIT {

    private static final int RECORDS = 60;
    /// Where it happens: behind some records that the transaction has already taken, and before others.
    private static final int FAILS_AT = 25;
    private static final Pattern ADVICE = Pattern.compile("partition (\\d+) .* set them to (\\d+)");
    private static final Duration QUIET_FOR = Duration.ofSeconds(3);
    /// Several commit intervals.
    private static final Duration NOTHING_TO_COMMIT_AFTER = Duration.ofSeconds(10);
    private static final Duration DONE_WITHIN = Duration.ofSeconds(60);

    /// Where the exception comes from.
    enum Trigger {
        /// The processor throws [TaskCorruptedException], as a store does that finds its changelog truncated.
        CORRUPTED_TASK,
        /// A punctuator throws Kafka's [TimeoutException], as one that asks a broker may.
        TIMEOUT_IN_PUNCTUATOR
    }

    /// One application on a topic of its own.
    enum Run {
        ONE_TASK(Trigger.CORRUPTED_TASK, 1, false),
        ONE_TASK_GUARDED(Trigger.CORRUPTED_TASK, 1, true),
        FOUR_TASKS(Trigger.CORRUPTED_TASK, 4, false),
        FOUR_TASKS_GUARDED(Trigger.CORRUPTED_TASK, 4, true),
        ONE_TASK_TIMEOUT(Trigger.TIMEOUT_IN_PUNCTUATOR, 1, false),
        ONE_TASK_TIMEOUT_GUARDED(Trigger.TIMEOUT_IN_PUNCTUATOR, 1, true),
        FOUR_TASKS_TIMEOUT(Trigger.TIMEOUT_IN_PUNCTUATOR, 4, false),
        FOUR_TASKS_TIMEOUT_GUARDED(Trigger.TIMEOUT_IN_PUNCTUATOR, 4, true);

        final Trigger trigger;
        final int partitions;
        final boolean guarded;
        final String input = name().toLowerCase(java.util.Locale.ROOT) + "-in";
        final String output = name().toLowerCase(java.util.Locale.ROOT) + "-out";

        Run(Trigger trigger, int partitions, boolean guarded) {
            this.trigger = trigger;
            this.partitions = partitions;
            this.guarded = guarded;
        }
    }

    /// What came out.
    ///
    /// @param halted  what the application said when it halted, which was then done; null if it has not halted
    /// @param lost    `partition@offset` of records without an output
    /// @param doubled `partition@offset` of records with more than one
    private record Outcome(int thrown, String halted, List<String> lost, List<String> doubled) {
        boolean exact() {
            return lost.isEmpty() && doubled.isEmpty();
        }
    }

    /// They tell at length of the failure that this test brings about.
    private static final List<Logger> TALKATIVE = Stream.of("org.apache.kafka.streams", StreamsRunner.class.getName())
            .map(name -> (Logger) LoggerFactory.getLogger(name)).toList();
    private static final Map<Run, Outcome> OUTCOMES = new TreeMap<>();
    @TempDir
    private static Path folder;
    private static EmbeddedBroker broker;

    @BeforeAll
    static void runThemAllSideBySide() throws Exception {
        TALKATIVE.forEach(logger -> logger.setLevel(Level.OFF));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        broker = EmbeddedBroker.start(folder.resolve("kafka"), "localhost", port);
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<Run, Future<Outcome>> running = new TreeMap<>();
            for (Run run : Run.values()) {
                running.put(run, each.submit(() -> outcome(run)));
            }
            for (Map.Entry<Run, Future<Outcome>> one : running.entrySet()) {
                OUTCOMES.put(one.getKey(), one.getValue().get(DONE_WITHIN.toSeconds() * 4, TimeUnit.SECONDS));
            }
        }
        OUTCOMES.forEach((run, outcome) -> System.out.println("CorruptedTaskIT " + run + ": " + outcome));
    }

    @AfterAll
    static void stop() {
        broker.close();
        TALKATIVE.forEach(logger -> logger.setLevel(null));
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void theExceptionWasThrownInMidTransaction(Run run) {
        assertThat(OUTCOMES.get(run).thrown()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(value = Run.class, names = ".*_GUARDED", mode = EnumSource.Mode.MATCH_ALL)
    void withTheGuardEveryRecordHasItsOutputOnce(Run run) {
        assertThat(OUTCOMES.get(run)).matches(Outcome::exact, "nothing lost, nothing doubled");
    }

    /// Lost where there is one task; lost or doubled where there are four, as it happens.
    @ParameterizedTest
    @EnumSource(value = Run.class, names = {"ONE_TASK", "FOUR_TASKS"})
    void withoutTheGuardRecordsAreLostOrDoubled(Run run) {
        assertThat(OUTCOMES.get(run)).matches(outcome -> !outcome.exact(), "something lost or doubled: if Kafka Streams has been mended, C5 of "
                + "docs/ARCHITECTURE.md can be said in fewer words");
    }

    private static Outcome outcome(Run run) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(Stream.of(run.input, run.output)
                    .map(topic -> new NewTopic(topic, run.partitions, (short) 1)).toList()).all().get(30, TimeUnit.SECONDS);
            for (int partition = 0; partition < run.partitions; partition++) {
                setOffset(admin, run, partition, 0); // as CommandOffsets does at a first start
            }
            write(run, RECORDS - 1);
            AtomicInteger thrown = new AtomicInteger();
            Optional<String> first = untilQuiet(admin, run, thrown, RECORDS - 1, true);
            write(run, 1); // where an offset was committed that the state does not know of, the next record tells
            Optional<String> halted = first.or(() -> untilQuiet(admin, run, thrown, RECORDS, false));
            if (halted.isPresent()) {
                Matcher advice = ADVICE.matcher(halted.get());
                assertThat(advice.find()).as(halted.get()).isTrue();
                setOffset(admin, run, Integer.parseInt(advice.group(1)), Long.parseLong(advice.group(2)));
                assertThat(untilQuiet(admin, run, thrown, RECORDS, false)).as("a halt after its own advice was followed").isEmpty();
            }
            Map<String, Integer> outputs = outputs(run);
            List<String> all = IntStream.range(0, run.partitions).boxed()
                    .flatMap(partition -> IntStream.range(0, RECORDS).mapToObj(offset -> partition + "@" + offset)).toList();
            return new Outcome(thrown.get(), halted.orElse(null),
                    all.stream().filter(record -> !outputs.containsKey(record)).toList(),
                    outputs.entrySet().stream().filter(entry -> entry.getValue() > 1).map(Map.Entry::getKey).sorted().toList());
        }
    }

    private static void write(Run run, int records) throws Exception {
        try (var producer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int partition = 0; partition < run.partitions; partition++) {
                for (int i = 0; i < records; i++) {
                    producer.send(new ProducerRecord<>(run.input, partition, null, new byte[] {1}));
                }
            }
        }
    }

    /// Runs the application until it has committed the end of its input and has been quiet for a while, or has halted, and why.
    ///
    /// @param mayHaveNothingToCommit whether it is enough that it has read all of its input and has long been quiet: where outputs were published
    ///                               without their input offsets, these are committed with the next record
    private static Optional<String> untilQuiet(Admin admin, Run run, AtomicInteger thrown, int end, boolean mayHaveNothingToCommit) {
        long deadline = System.nanoTime() + DONE_WITHIN.toNanos();
        var reading = new Reading();
        try (var application = new StreamsRunner(run.name(), topology(run, thrown, reading), config(run), new SimpleMeterRegistry())) {
            application.start();
            while (application.haltedBecause().isEmpty() && !(reading.isQuietFor(QUIET_FOR)
                    && (committed(admin, run, end) || mayHaveNothingToCommit && reading.isQuietFor(NOTHING_TO_COMMIT_AFTER) && reading.hasReached(run, end)))) {
                assertThat(System.nanoTime()).as(run + " reads all its input within " + DONE_WITHIN).isLessThan(deadline);
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
            return application.haltedBecause();
        }
    }

    /// How far an application has read, whatever came of it.
    private static final class Reading {
        private final Map<Integer, Long> furthest = new ConcurrentHashMap<>();
        private volatile long lastAt = System.nanoTime();

        void at(int partition, long offset) {
            furthest.merge(partition, offset, Math::max);
            lastAt = System.nanoTime();
        }

        boolean isQuietFor(Duration time) {
            return System.nanoTime() - lastAt >= time.toNanos();
        }

        boolean hasReached(Run run, int end) {
            return IntStream.range(0, run.partitions).allMatch(partition -> furthest.getOrDefault(partition, -1L) == end - 1);
        }
    }

    /// Every committed output with how often it is there.
    private static Map<String, Integer> outputs(Run run) {
        Map<String, Integer> outputs = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed",
                        "auto.offset.reset", "earliest"), new ByteArrayDeserializer(), new LongDeserializer())) {
            List<TopicPartition> partitions = partitions(run, run.output);
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + DONE_WITHIN.toNanos();
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                assertThat(System.nanoTime()).as(run + "'s outputs cannot be read within " + DONE_WITHIN).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(200))
                        .forEach(output -> outputs.merge(output.partition() + "@" + (output.value() & 0xffff_ffffL), 1, Integer::sum));
            }
        }
        return outputs;
    }

    private static List<TopicPartition> partitions(Run run, String topic) {
        return IntStream.range(0, run.partitions).mapToObj(partition -> new TopicPartition(topic, partition)).toList();
    }

    private static void setOffset(Admin admin, Run run, int partition, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(run.name(), Map.of(new TopicPartition(run.input, partition), new OffsetAndMetadata(offset)))
                .all().get(30, TimeUnit.SECONDS);
    }

    private static boolean committed(Admin admin, Run run, int end) {
        try {
            return admin.listConsumerGroupOffsets(run.name()).partitionsToOffsetAndMetadata().get(10, TimeUnit.SECONDS).values().stream()
                    .allMatch(offset -> offset != null && offset.offset() == end);
        } catch (Exception e) {
            throw new AssertionError("the committed offsets of " + run, e);
        }
    }

    private static Topology topology(Run run, AtomicInteger thrown, Reading reading) {
        var bytes = new ByteArrayDeserializer();
        var gaps = new OffsetGuard.Gaps();
        return new Topology()
                .addSource("input", bytes, bytes, run.input)
                .addProcessor("forward-offsets", () -> new ForwardOffsets(run, thrown, reading, gaps), "input")
                .addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(AssignmentTopology.APPLIED), Serdes.String(), Serdes.Long()),
                        "forward-offsets")
                .addSink("output", run.output, new ByteArraySerializer(), new LongSerializer(), (_, _, value, _) ->
                        java.util.Optional.of(Set.of((int) (value >>> 32))), "forward-offsets");
    }

    /// As the deciding application is configured, but for a commit that comes late, so that there is a transaction to be in the middle of.
    private static Properties config(Run run) {
        Properties config = new Properties();
        config.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, run.name(),
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                StreamsConfig.STATE_DIR_CONFIG, folder.resolve("state-" + run).toString(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 2_000,
                StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1,
                StreamsConfig.consumerPrefix("auto.offset.reset"), "none",
                StreamsConfig.consumerPrefix("session.timeout.ms"), 3_000,
                StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 1_000,
                StreamsConfig.consumerPrefix("max.poll.records"), 10));
        config.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        return config;
    }

    /// Forwards the offset of each record to the record's own partition; fails once, where partition 0 is in the middle of a transaction.
    private static final class ForwardOffsets implements Processor<byte[], byte[], byte[], Long> {

        private final Run run;
        private final AtomicInteger thrown;
        private final Reading reading;
        private final OffsetGuard.Gaps gaps;
        private ProcessorContext<byte[], Long> context;
        private KeyValueStore<String, Long> store;
        private OffsetGuard guard;
        private boolean due;

        ForwardOffsets(Run run, AtomicInteger thrown, Reading reading, OffsetGuard.Gaps gaps) {
            this.run = run;
            this.thrown = thrown;
            this.reading = reading;
            this.gaps = gaps;
        }

        @Override
        public void init(ProcessorContext<byte[], Long> context) {
            this.context = context;
            this.store = context.getStateStore(AssignmentTopology.APPLIED);
            this.guard = run.guarded ? new OffsetGuard(store, context.taskId().partition(), gaps) : null;
            context.schedule(Duration.ofMillis(10), PunctuationType.WALL_CLOCK_TIME, _ -> {
                if (due && run.trigger == Trigger.TIMEOUT_IN_PUNCTUATOR && thrown.compareAndSet(0, 1)) {
                    throw new TimeoutException("a broker did not answer");
                }
            });
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            long offset = context.recordMetadata().orElseThrow().offset();
            int partition = context.taskId().partition();
            reading.at(partition, offset);
            if (guard == null) {
                store.put(OffsetGuard.KEY, offset);
                forward(record, partition, offset);
            } else if (guard.check(offset) == OffsetGuard.Verdict.NEXT) {
                guard.applied(offset);
                forward(record, partition, offset);
            }
            due |= partition == 0 && offset == FAILS_AT;
            if (due && run.trigger == Trigger.CORRUPTED_TASK && thrown.compareAndSet(0, 1)) {
                throw new TaskCorruptedException(Set.of(context.taskId()));
            }
        }

        private void forward(Record<byte[], byte[]> record, int partition, long offset) {
            context.forward(record.withValue((long) partition << 32 | offset));
        }
    }
}
