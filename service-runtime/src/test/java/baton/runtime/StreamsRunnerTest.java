package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where another instance is said to be is what that instance says of itself: who is told otherwise takes its own partitions for another's.
class StreamsRunnerTest {

    @ParameterizedTest
    @ValueSource(strings = {"http://assignment-1:8081", "http://10.0.0.7:80", "http://[::1]:8081", "http://[2001:db8::7]:8081"})
    void anInstanceIsWhereItSaysThatItIs(String url) {
        URI here = URI.create(url);
        assertThat(StreamsRunner.origin(HostInfo.buildFromEndpoint(here.getAuthority()))).isEqualTo(here);
    }
}
