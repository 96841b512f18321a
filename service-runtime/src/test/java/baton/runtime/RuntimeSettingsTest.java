package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeSettingsTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Test
    void hasItsDefaultsFromTheFile() {
        RuntimeSettings settings = settings(Map.of());

        assertThat(settings.bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(settings.topicPrefix()).isEmpty();
        assertThat(settings.partitions()).isEqualTo(4);
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

    private static RuntimeSettings settings(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        all.put("micronaut.server.port", -1);
        all.put("baton.jwt-secret", SECRET);
        try (ApplicationContext context = Launch.start(all, new String[0])) {
            return context.getBean(RuntimeSettings.class);
        }
    }
}
