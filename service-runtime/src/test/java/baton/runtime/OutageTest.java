package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class OutageTest {

    @Test
    void aLineSaysAllThatThereIsToSayOfBrokersThatDoNotAnswer() {
        var unassigned = new ExecutionException(new org.apache.kafka.common.errors.TimeoutException("Timed out waiting for a node assignment."));
        assertThat(Outage.trace(unassigned)).isNull();
        assertThat(Outage.reason(unassigned)).isEqualTo("Timed out waiting for a node assignment.");
        assertThat(Outage.trace(new TimeoutException())).isNull();
        assertThat(Outage.reason(new TimeoutException())).isEqualTo("no answer in time");
        assertThat(Outage.trace(new KafkaException("Failed to create new KafkaAdminClient", new ConfigException("No resolvable bootstrap urls given"))))
                .isNull();
    }

    @Test
    void whatNobodyExpectedHasItsTrace() {
        var broken = new IllegalStateException("broken");
        assertThat(Outage.trace(broken)).isSameAs(broken);
        assertThat(Outage.reason(new ExecutionException(new NullPointerException()))).isEqualTo("NullPointerException");
    }
}
