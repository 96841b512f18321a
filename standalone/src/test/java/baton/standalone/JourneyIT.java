package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/// The journey on the embedded broker, on a foreign one, and with a foreign client.
class JourneyIT {

    private static final String KAFKA_IMAGE = "apache/kafka:4.2.0";

    @Test
    void onTheEmbeddedBroker() {
        Standalone baton = Shared.baton();
        Journey.play(baton.url(), baton.bootstrapServers(), baton.password());
    }

    /// Runs where there is a Docker engine that has `apache/kafka`, or can fetch it; is reported as skipped elsewhere.
    @Test
    void onABrokerInAContainer() throws Exception {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "there is no Docker engine");
        assumeTrue(hasImage(), "the Docker engine has no " + KAFKA_IMAGE + " and cannot fetch it");
        Path folder = Files.createTempDirectory("baton-container");
        try (KafkaContainer kafka = new KafkaContainer(KAFKA_IMAGE)) {
            kafka.start();
            var options = new Standalone.Options(folder, "localhost", 0, 0, null, true, kafka.getBootstrapServers(), null,
                    java.util.Map.of("baton.replicas", 1));
            try (Standalone baton = Standalone.start(options)) {
                baton.awaitReady();
                Journey.play(baton.url(), baton.bootstrapServers(), baton.password());
            }
        } finally {
            Shared.delete(folder);
        }
    }

    private static boolean hasImage() throws InterruptedException {
        var docker = DockerClientFactory.lazyClient();
        try {
            docker.inspectImageCmd(KAFKA_IMAGE).exec();
            return true;
        } catch (NotFoundException _) {
            try {
                return docker.pullImageCmd(KAFKA_IMAGE).start().awaitCompletion(2, TimeUnit.MINUTES);
            } catch (DockerException | DockerClientException _) {
                return false;
            }
        }
    }

    /// librdkafka's own partitioner spreads keys differently from Java's: any partition of `channel-messages` is valid.
    @Test
    void withKcatAndItsOwnPartitioner() throws Exception {
        boolean present = Arrays.stream(System.getenv("PATH").split(java.io.File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kcat")));
        assumeTrue(present || System.getenv("CI") != null, "kcat is not installed");
        String id = Shared.fresh("kcat");
        Process kcat = new ProcessBuilder("kcat", "-P", "-b", Shared.baton().bootstrapServers(), "-t", "channel-messages", "-k", id)
                .redirectErrorStream(true).start();
        try (var stdin = kcat.getOutputStream()) {
            stdin.write(Log.bytes("{\"messageId\":\"m-1\",\"channel\":\"web\",\"visitor\":{\"id\":\"vera\"},\"text\":\"hello from kcat\"}\n"));
        }
        assertThat(kcat.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(kcat.exitValue()).as(new String(kcat.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)).isZero();
        Journey.awaitConversation(Shared.client("ana"), id);
        assertThat(Shared.client("ana").conversation(id, 2).body().at("/lastMessage/text").asText()).isEqualTo("hello from kcat");
    }
}
