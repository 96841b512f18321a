package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

/// What was committed is there after a kill, also for those who read what is committed only.
class EmbeddedBrokerIT {

    private static final String TOPIC = "many";
    /// So many that not all have their marker when the commit is answered.
    private static final int PARTITIONS = 100;

    @Test
    void aTransactionThatIsKilledAfterItsCommitAndBeforeItsMarkersIsReadInWhole(@TempDir Path folder) throws Exception {
        assertThat(run(Killed.class, folder)).startsWith("committed");
        assertThat(partitionsWithAMarker(folder)).as("the kill came too late").hasSizeLessThan(PARTITIONS);
        assertThat(run(Reader.class, folder)).startsWith("read " + PARTITIONS);
    }

    /// Commits, and is gone before anything else happens.
    static final class Killed {

        public static void main(String[] arguments) throws Exception {
            EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), "localhost", FreePort.local());
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1))).all().get(30, TimeUnit.SECONDS);
            }
            var producer = new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(), ProducerConfig.TRANSACTIONAL_ID_CONFIG, "killed"),
                    new ByteArraySerializer(), new ByteArraySerializer());
            producer.initTransactions();
            producer.beginTransaction();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                producer.send(new ProducerRecord<>(TOPIC, partition, null, new byte[1]));
            }
            producer.flush();
            System.out.println("committed");
            producer.commitTransaction();
            Runtime.getRuntime().halt(0);
        }
    }

    /// Says how many records it could read within half a minute.
    static final class Reader {

        public static void main(String[] arguments) throws Exception {
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            int read = 0;
            try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), "localhost", FreePort.local());
                    var consumer = new KafkaConsumer<>(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers(), ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                            new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                List<TopicPartition> partitions = IntStream.range(0, PARTITIONS).mapToObj(partition -> new TopicPartition(TOPIC, partition)).toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                while (read < PARTITIONS && System.nanoTime() < deadline) {
                    read += consumer.poll(Duration.ofMillis(100)).count();
                }
                System.out.println("read " + read);
            }
        }
    }

    private static Set<Integer> partitionsWithAMarker(Path folder) throws IOException {
        Set<Integer> marked = new TreeSet<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            File segment = folder.resolve(TOPIC + "-" + partition).resolve("00000000000000000000.log").toFile();
            try (FileRecords records = FileRecords.open(segment)) {
                if (StreamSupport.stream(records.batches().spliterator(), false).anyMatch(RecordBatch::isControlBatch)) {
                    marked.add(partition);
                }
            }
        }
        return marked;
    }

    /// What a process says.
    private static String run(Class<?> main, Path folder) throws Exception {
        Path output = Files.createTempFile(folder.getParent(), "embedded-broker", ".txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"), main.getName(), folder.toString()).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as(() -> "it does not end").isTrue();
            return Files.readString(output).lines().filter(line -> line.matches("(committed|read \\d+)")).findFirst().orElse(Files.readString(output));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
