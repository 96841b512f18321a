package baton.runtime;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamsRunnerTest {

    private static final Instant BEGIN = Instant.parse("2026-11-22T10:15:00Z");

    @TempDir
    Path folder;

    /// One that is never started: what it says to failures needs no broker.
    private StreamsRunner runner() {
        var config = new Properties();
        config.put("application.id", "runner");
        config.put("bootstrap.servers", "localhost:1");
        config.put("state.dir", folder.toString());
        var builder = new StreamsBuilder();
        builder.stream("in").to("out");
        return new StreamsRunner("runner", builder.build(), config, new SimpleMeterRegistry());
    }

    private static StreamsException failure(String last) {
        return new StreamsException("it failed", new IllegalStateException(last));
    }

    @Test
    void haltsWhenFailuresComeFasterThanTheyCouldEnd() {
        try (StreamsRunner runner = runner()) {
            for (int i = 0; i < 5; i++) {
                assertThat(runner.onFailure(failure("disk full"), BEGIN.plusSeconds(i))).isEqualTo(REPLACE_THREAD);
            }
            assertThat(runner.haltedBecause()).isEmpty();
            assertThat(runner.onFailure(failure("disk full"), BEGIN.plus(Duration.ofMinutes(5)))).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(runner.haltedBecause()).hasValue("more than 5 failures in 5 minutes, the last: it failed: disk full");
            assertThat(runner.notReadyBecause()).hasValue("halted: more than 5 failures in 5 minutes, the last: it failed: disk full");
        }
    }

    @Test
    void goesOnWhileFailuresAreSeldom() {
        try (StreamsRunner runner = runner()) {
            for (int i = 0; i < 20; i++) {
                assertThat(runner.onFailure(failure("now and then"), BEGIN.plusSeconds(61L * i))).isEqualTo(REPLACE_THREAD);
            }
            assertThat(runner.haltedBecause()).isEmpty();
        }
    }

    @Test
    void haltsAtOnceWhereGoingOnWouldBeWrong() {
        try (StreamsRunner runner = runner()) {
            assertThat(runner.onFailure(new StreamsException(new Halt("the log has a hole")), BEGIN)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(runner.haltedBecause()).hasValue("the log has a hole");
        }
        try (StreamsRunner runner = runner()) {
            assertThat(runner.onFailure(new StreamsException(new OutOfMemoryError("heap")), BEGIN)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(runner.haltedBecause()).hasValue("out of resources: java.lang.OutOfMemoryError: heap");
        }
    }

    @Test
    void endsWithoutAHaltWhatIsNotAdmitted() {
        try (StreamsRunner runner = runner()) {
            assertThat(runner.onFailure(new StreamsException(new NotAdmitted("stopped while it began")), BEGIN)).isEqualTo(SHUTDOWN_CLIENT);
            assertThat(runner.haltedBecause()).isEmpty();
            assertThat(runner.onFailure(new AssertionError("a bug is a failure"), BEGIN)).isEqualTo(REPLACE_THREAD);
        }
    }

    /// Where another instance is said to be is what that instance says of itself: who is told otherwise takes its own partitions for another's.
    @ParameterizedTest
    @ValueSource(strings = {"http://assignment-1:8081", "http://10.0.0.7:80", "http://[::1]:8081", "http://[2001:db8::7]:8081"})
    void anInstanceIsWhereItSaysThatItIs(String url) {
        URI here = URI.create(url);
        assertThat(StreamsRunner.origin(HostInfo.buildFromEndpoint(here.getAuthority()))).isEqualTo(here);
    }
}
