package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/// How the producer of commands meets its topic.
class CommandLogTest {

    /// A producer that waits shorter than connecting takes.
    private static final class Distant extends MockProducer<byte[], byte[]> {
        private int timeoutsLeft;

        Distant(int timeouts) {
            timeoutsLeft = timeouts;
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            if (timeoutsLeft-- > 0) {
                throw new TimeoutException("no metadata after 100 ms");
            }
            return Collections.nCopies(4, new PartitionInfo(topic, 0, null, null, null));
        }
    }

    @Test
    void asksAgainWhereConnectingTakesLongerThanTheProducerWaits() {
        var distant = new Distant(3);
        CommandLog.meet(distant, "conversation-commands", 4, Duration.ofSeconds(15));
        assertThat(distant.timeoutsLeft).isNegative();
    }

    @Test
    void givesUpAtItsDeadline() {
        assertThatThrownBy(() -> CommandLog.meet(new Distant(Integer.MAX_VALUE), "conversation-commands", 4, Duration.ofMillis(1)))
                .isInstanceOf(TimeoutException.class);
    }
}
