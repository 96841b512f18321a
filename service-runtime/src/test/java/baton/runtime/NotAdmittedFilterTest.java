package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class NotAdmittedFilterTest {

    private static FilterReply decided(Throwable thrown) {
        var logger = new LoggerContext().getLogger("org.apache.kafka.streams.KafkaStreams");
        return new NotAdmittedFilter().decide(new LoggingEvent("here", logger, Level.ERROR, "a failure", thrown, null));
    }

    @Test
    void leavesOutWhatWasNotAdmittedAndNothingElse() {
        assertThat(decided(new StreamsException("failed to initialize", new NotAdmitted("it is rebuilt")))).isEqualTo(FilterReply.DENY);
        assertThat(decided(new StreamsException("failed to initialize", new IllegalStateException("broken")))).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decided(null)).isEqualTo(FilterReply.NEUTRAL);
    }
}
