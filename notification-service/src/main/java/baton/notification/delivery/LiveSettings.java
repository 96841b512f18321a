package baton.notification.delivery;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// The bounds of the live stream.
///
/// @param listenersMax   open streams of this instance; a further one is refused
/// @param entriesMax     events that are kept for those who resume or read slowly; who is further behind is told to resync
/// @param backlogMax     records of each partition that are read again at start, so that streams resume over a restart
/// @param pingEvery      how long a stream is silent at most
/// @param stuckWithin    how long a client may take nothing while there is something; then its stream is closed
@ConfigurationProperties("baton.live")
public record LiveSettings(
        @Bindable(defaultValue = "10000") int listenersMax,
        @Bindable(defaultValue = "20000") int entriesMax,
        @Bindable(defaultValue = "2000") long backlogMax,
        @Bindable(defaultValue = "15s") Duration pingEvery,
        @Bindable(defaultValue = "60s") Duration stuckWithin) {

    /// Refuses what cannot work.
    public LiveSettings {
        if (listenersMax < 1 || entriesMax < 1 || backlogMax < 0 || pingEvery.isNegative() || pingEvery.isZero()
                || stuckWithin.isNegative() || stuckWithin.isZero()) {
            throw new IllegalArgumentException("baton.live: bounds must be more than 0");
        }
    }
}
