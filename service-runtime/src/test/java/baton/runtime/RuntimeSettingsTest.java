package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuntimeSettingsTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Test
    void hasItsDefaultsFromTheFile() {
        RuntimeSettings settings = settings(Map.of());

        assertThat(settings.bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(settings.topicPrefix()).isEmpty();
        assertThat(settings.partitions()).isEqualTo(4);
        assertThat(settings.replicas()).isEqualTo(3);
        assertThat(settings.commitInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(settings.kafka()).isEmpty();
    }

    @Test
    void passesEveryFurtherPropertyOnToKafkaUnderItsOwnName() {
        assertThat(settings(Map.of("baton.kafka.security.protocol", "SASL_SSL", "baton.kafka.sasl.mechanism", "PLAIN")).kafka())
                .isEqualTo(Map.of("security.protocol", "SASL_SSL", "sasl.mechanism", "PLAIN"));
    }

    @Test
    void readsFurtherPropertiesFromTheEnvironment() {
        var source = Launch.kafkaProperties(Map.of("BATON_KAFKA_SASL_JAAS_CONFIG", "x required;", "BATON_KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                "BATON_PORT", "1"));

        assertThat(source).containsExactlyInAnyOrder("baton.kafka.sasl.jaas.config", "baton.kafka.security.protocol");
        assertThat(source.get("baton.kafka.sasl.jaas.config")).isEqualTo("x required;");
    }

    @Test
    void refusesAValueThatCannotBeReadRatherThanTakingTheDefault() {
        assertThatThrownBy(() -> settings(Map.of("baton.partitions", "four")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("four");
        assertThatThrownBy(() -> settings(Map.of("baton.commit-interval", "soon")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("soon");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,1", "3,2", "5,4"})
    void allReplicasButOneMustHaveARecordBeforeItCounts(int replicas, int inSync) {
        assertThat(settings(Map.of("baton.replicas", replicas)).inSyncReplicasMin()).isEqualTo(inSync);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 257})
    void refusesANumberOfPartitionsThatCannotBe(int partitions) {
        assertThatThrownBy(() -> settings(Map.of("baton.partitions", partitions)))
                .isInstanceOf(StartRefused.class)
                .hasMessage("baton.partitions must be 1 to 256, it is " + partitions);
        assertThat(settings(Map.of("baton.partitions", 256)).partitions()).isEqualTo(256);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 101})
    void refusesANumberOfReplicasThatCannotBe(int replicas) {
        assertThatThrownBy(() -> settings(Map.of("baton.replicas", replicas)))
                .isInstanceOf(StartRefused.class)
                .hasMessage("baton.replicas must be 1 to 100, it is " + replicas);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 11})
    void refusesANumberOfStandbysThatCannotBe(int standbys) {
        assertThatThrownBy(() -> settings(Map.of("baton.standbys", standbys)))
                .isInstanceOf(StartRefused.class)
                .hasMessage("baton.standbys must be 0 to 10, it is " + standbys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"assignment-1:8080", "https://assignment-1", "http://assignment_1:8080", "http://assignment-1/baton", "http://"})
    void refusesAnAddressThatOthersCouldNotReach(String url) {
        assertThatThrownBy(() -> settings(Map.of("baton.advertised-url", url)))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("baton.advertised-url must be http://<host>:<port>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "", "localhost", ":9092", "localhost:", "localhost:70000", "localhost:9092;b:9092", "a:9092,", "http://a:9092/x"})
    void refusesBrokersThatCannotBe(String brokers) {
        assertThatThrownBy(() -> settings(Map.of("baton.bootstrap-servers", brokers)))
                .isInstanceOf(StartRefused.class)
                .hasMessage("baton.bootstrap-servers must be <host>:<port>, or several with commas between them, it is " + brokers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9092", "kafka-1.example:9092, kafka-2.example:9092", "10.0.0.7:9092", "[::1]:9092", "::1:9092", "SASL_SSL://kafka_1:9092"})
    void takesBrokersAsKafkaDoes(String brokers) {
        assertThat(RuntimeSettings.isBrokers(brokers)).isTrue();
    }

    @Test
    void knowsWhereOthersReachIt() {
        assertThat(settings(Map.of()).here()).isEmpty();
        assertThat(settings(Map.of("baton.advertised-url", "http://assignment-1:8081")).here()).hasToString("Optional[http://assignment-1:8081]");
        assertThat(settings(Map.of("baton.advertised-url", "http://10.0.0.7")).here()).hasToString("Optional[http://10.0.0.7:80]");
    }

    /// As `docker-compose.yml` names its containers.
    @Test
    void aNameMayBeThatOfAVariableOfTheEnvironment() {
        assertThat(settings(Map.of("baton.instance-id", "${PATH}")).instanceId()).isEqualTo(System.getenv("PATH"));
    }

    @Test
    void changelogsAreAsSafeAsTopicsWhateverElseIsSaidToKafka() {
        var config = new KafkaClients(settings(Map.of("baton.kafka.replication.factor", "1", "baton.kafka.topic.min.insync.replicas", "1")))
                .streams("test", "earliest", Duration.ofSeconds(1));

        assertThat(config).containsEntry("replication.factor", 3).containsEntry("topic.min.insync.replicas", "2")
                .containsEntry("topic.unclean.leader.election.enable", "false")
                .containsEntry("topic.message.timestamp.after.max.ms", String.valueOf(Long.MAX_VALUE));
    }

    @Test
    void nothingIsSkippedWhateverElseIsSaidToKafka() {
        var config = new KafkaClients(settings(Map.of("baton.kafka.deserialization.exception.handler", LogAndContinueExceptionHandler.class.getName(),
                "baton.kafka.processing.exception.handler", LogAndContinueProcessingExceptionHandler.class.getName(),
                "baton.kafka.processing.guarantee", "at_least_once", "baton.kafka.auto.offset.reset", "latest")))
                .streams("test", "none", Duration.ofSeconds(1));

        assertThat(config).containsEntry("deserialization.exception.handler", LogAndFailExceptionHandler.class)
                .containsEntry("processing.exception.handler", LogAndFailProcessingExceptionHandler.class)
                .containsEntry("production.exception.handler", DefaultProductionExceptionHandler.class)
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("main.consumer.auto.offset.reset", "none");
    }

    @Test
    void whatApplicationsHoldIsBoundedWhateverElseIsSaidToKafka() {
        var config = new KafkaClients(settings(Map.of("baton.kafka.buffered.records.per.partition", "100000", "baton.kafka.fetch.max.bytes", "100000000")))
                .streams("test", "earliest", Duration.ofSeconds(1));

        assertThat(config).containsEntry("buffered.records.per.partition", KafkaClients.BUFFERED_RECORDS_MAX)
                .containsEntry("consumer.fetch.max.bytes", KafkaClients.FETCHED_BYTES_MAX);
    }

    /// Held under the names by which Kafka Streams gives them to its consumers.
    @Test
    void aStartDoesNotWaitForEmptyFetchesUnlessThatIsWanted() {
        var config = new StreamsConfig(new KafkaClients(settings(Map.of("baton.standbys", 0))).streams("test", "earliest", Duration.ofSeconds(1)));
        var wanted = new StreamsConfig(new KafkaClients(settings(Map.of("baton.kafka.fetch.max.wait.ms", "700"))).streams("test", "earliest", Duration.ofSeconds(1)));

        assertThat(config.getMainConsumerConfigs("group", "client", 0)).containsEntry("fetch.max.wait.ms", 100).containsEntry("retry.backoff.ms", 20);
        assertThat(config.getRestoreConsumerConfigs("client")).containsEntry("fetch.max.wait.ms", 100);
        assertThat(config.getLong(StreamsConfig.POLL_MS_CONFIG)).isEqualTo(25);
        assertThat(wanted.getMainConsumerConfigs("group", "client", 0)).containsEntry("fetch.max.wait.ms", "700");
        assertThat(wanted.getLong(StreamsConfig.POLL_MS_CONFIG)).isEqualTo(100); // there are standbys
    }

    private static RuntimeSettings settings(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("micronaut.server.port", -1);
        all.put("baton.jwt-secret", SECRET);
        try (ApplicationContext context = Launch.start(all, new String[0])) {
            return context.getBean(RuntimeSettings.class);
        }
    }
}
