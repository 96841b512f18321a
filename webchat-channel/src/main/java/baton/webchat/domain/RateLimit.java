package baton.webchat.domain;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// So many a minute for each key, all at once if need be: a token bucket that holds a minute's worth, kept as the one moment when it
/// will be full again (the generic cell rate algorithm of ITU-T I.371, annex A).
///
/// At most `keysMax` keys are remembered; at that bound the one that came longest ago is forgotten, and has a full bucket when it comes
/// again. The time is the caller's, in nanoseconds of any clock that never runs backwards.
public final class RateLimit {

    private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

    private final long oneTakesNanos;
    private final long allTakeNanos;
    private final Map<String, Long> fullAt;

    /// A limit of `perMinute`.
    public RateLimit(int perMinute, int keysMax) {
        if (perMinute < 1 || keysMax < 1) {
            throw new IllegalArgumentException("a limit must be 1 a minute or more, for 1 key or more");
        }
        this.oneTakesNanos = MINUTE_NANOS / perMinute;
        this.allTakeNanos = oneTakesNanos * perMinute;
        this.fullAt = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > keysMax;
            }
        };
    }

    /// Takes one for this key. Returns zero if it may go on, and otherwise how long until one more is there; then nothing was taken.
    public synchronized Duration take(String key, long nowNanos) {
        long missing = Math.max(0, fullAt.getOrDefault(key, nowNanos) - nowNanos);
        long wait = missing + oneTakesNanos - allTakeNanos;
        if (wait > 0) {
            return Duration.ofNanos(wait);
        }
        fullAt.put(key, nowNanos + missing + oneTakesNanos);
        return Duration.ZERO;
    }

    /// How many keys are remembered.
    synchronized int keys() {
        return fullAt.size();
    }
}
