package baton.notification.delivery;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/// The bounds of the live stream. The defaults are in `notification-service.yml`, not here, where a value that cannot be read would
/// silently become the default.
///
/// @param listenersMax         open streams of this instance; a further one is refused
/// @param listenersPerAgentMax open streams of one agent; so one token cannot take all
/// @param entriesMax           events that are kept for those who resume or read slowly; who is further behind is told to resync
/// @param backlogMax           records of each partition that are read again at start, so that streams resume over a restart
/// @param pingEvery            how long a stream is silent at most
/// @param stuckWithin          how long a client may take nothing while there is something; then its stream is closed
@ConfigurationProperties("baton.live")
public record LiveSettings(
        int listenersMax,
        int listenersPerAgentMax,
        int entriesMax,
        long backlogMax,
        Duration pingEvery,
        Duration stuckWithin) {

    /// Refuses what cannot work.
    public LiveSettings {
        requireAtLeast(1, listenersMax, "listeners-max");
        requireAtLeast(1, listenersPerAgentMax, "listeners-per-agent-max");
        requireAtLeast(1, entriesMax, "entries-max");
        requireAtLeast(0, backlogMax, "backlog-max");
        requirePositive(pingEvery, "ping-every");
        requirePositive(stuckWithin, "stuck-within");
    }

    private static void requireAtLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException("baton.live." + name + " must be " + least + " or more, it is " + value);
        }
    }

    private static void requirePositive(Duration value, String name) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("baton.live." + name + " must be longer than nothing, it is " + value);
        }
    }
}
