package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was committed is there after a kill, also for those who read only what is committed.
class EmbeddedBrokerIT {

    private static final String TOPIC = "many";
    /// So many that not all have their marker when the commit is answered.
    private static final int PARTITIONS = 100;
    private static final int TRIES = 5;

    @TempDir
    private Path folder;

    @Test
    void aTransactionThatIsKilledAfterItsCommitAndBeforeItsMarkersIsReadInWhole() throws Exception {
        Path killed = null;
        for (int i = 0; i < TRIES && killed == null; i++) {
            Path data = folder.resolve("killed-" + i);
            assertThat(run(KilledAfterCommit.class, data)).contains("committed");
            killed = partitionsWithAMarker(data) < PARTITIONS ? data : null;
        }
        assertThat(killed).as("one of " + TRIES + " kills that came before the last marker").isNotNull();
        assertThat(run(Reader.class, killed)).contains("read " + PARTITIONS);
    }

    /// Then its log knows of no broker yet that would have to be taken for dead.
    @Test
    void oneThatWasKilledInItsFirstStartIsStartedAgain() throws Exception {
        Path data = folder.resolve("killed-early");

        assertThat(run(KilledInItsFirstStart.class, data)).contains("killed");

        assertThat(run(Starter.class, data)).contains("started");
        assertThat(run(Starter.class, data)).as("and after a clean stop").contains("started");
    }

    /// Commits, and is gone before anything else happens.
    static final class KilledAfterCommit {

        public static void main(String[] arguments) {
            orHalt(() -> {
                EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), "localhost", FreePort.local());
                try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                    admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get(30, TimeUnit.SECONDS);
                }
                var producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG, "killed"), new ByteArraySerializer(), new ByteArraySerializer());
                producer.initTransactions();
                producer.beginTransaction();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    producer.send(new ProducerRecord<>(TOPIC, partition, null, new byte[1]));
                }
                producer.flush();
                System.out.println("to be committed");
                producer.commitTransaction();
                Runtime.getRuntime().halt(0);
            });
        }
    }

    /// Is gone as soon as its metadata log is there.
    static final class KilledInItsFirstStart {

        public static void main(String[] arguments) {
            Path data = Path.of(arguments[0]);
            Thread.ofPlatform().start(() -> {
                while (!Files.exists(data.resolve("__cluster_metadata-0"))) {
                    Thread.onSpinWait();
                }
                System.out.println("killed");
                Runtime.getRuntime().halt(0);
            });
            orHalt(() -> EmbeddedBroker.start(data, "localhost", FreePort.local()));
        }
    }

    /// Starts, and stops.
    static final class Starter {

        public static void main(String[] arguments) {
            orHalt(() -> {
                EmbeddedBroker.start(Path.of(arguments[0]), "localhost", FreePort.local()).close();
                System.out.println("started");
            });
        }
    }

    /// Says how many records it could read within half a minute.
    static final class Reader {

        public static void main(String[] arguments) {
            orHalt(() -> {
                long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
                int read = 0;
                try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), "localhost", FreePort.local());
                        var consumer = new KafkaConsumer<>(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                    List<TopicPartition> partitions = IntStream.range(0, PARTITIONS).mapToObj(partition -> new TopicPartition(TOPIC, partition)).toList();
                    consumer.assign(partitions);
                    consumer.seekToBeginning(partitions);
                    while (read < PARTITIONS && System.nanoTime() < deadline) {
                        read += consumer.poll(Duration.ofMillis(100)).count();
                    }
                    System.out.println("read " + read);
                }
            });
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /// A broker's threads would keep the process of one that fails.
    private static void orHalt(Work work) {
        try {
            work.run();
        } catch (Exception e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private static long partitionsWithAMarker(Path data) throws IOException {
        long marked = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            File segment = data.resolve(TOPIC + "-" + partition).resolve("00000000000000000000.log").toFile();
            try (FileRecords records = FileRecords.open(segment)) {
                marked += StreamSupport.stream(records.batches().spliterator(), false).anyMatch(RecordBatch::isControlBatch) ? 1 : 0;
            }
        }
        return marked;
    }

    /// What a process says, until it has ended.
    private String run(Class<?> main, Path data) throws Exception {
        Path output = Files.createTempFile(folder, main.getSimpleName(), ".txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), main.getName(), data.toString()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            boolean ended = process.waitFor(90, TimeUnit.SECONDS);
            assertThat(ended).as(main.getSimpleName() + " does not end:\n" + Files.readString(output)).isTrue();
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }
}
