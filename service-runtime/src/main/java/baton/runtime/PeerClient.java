package baton.runtime;

import io.micronaut.http.client.HttpClientConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;

/// How instances of a service talk to each other: they are near, so who does not take a connection at once is gone.
@Singleton
public final class PeerClient extends HttpClientConfiguration {

    /// Two hundred rows with their texts are a tenth of it.
    private static final int ANSWER_BYTES_MAX = 4 * 1024 * 1024;
    private static final Duration CONNECTED_WITHIN = Duration.ofMillis(500);
    /// Longer than any request is given: who asks sets its own deadline.
    private static final Duration SILENT_MAX = Duration.ofSeconds(30);

    private final ConnectionPoolConfiguration pool = new ConnectionPoolConfiguration();

    /// As it is everywhere.
    public PeerClient() {
        setConnectTimeout(CONNECTED_WITHIN);
        setReadTimeout(SILENT_MAX);
        setMaxContentLength(ANSWER_BYTES_MAX);
        setFollowRedirects(false);
    }

    @Override
    public ConnectionPoolConfiguration getConnectionPoolConfiguration() {
        return pool;
    }
}
