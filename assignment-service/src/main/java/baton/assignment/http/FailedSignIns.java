package baton.assignment.http;

import baton.runtime.Problem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes guessing a password slow: after some failures from one address, or for one name, the next attempt has to wait. A failure is
/// forgotten after a while, a success forgives none, and an attempt that has to wait is no failure.
///
/// Remembers the latest 10 000 names and addresses; to make it forget one takes that many others.
@Singleton
final class FailedSignIns {

    /// Failures from one address that cost nothing. All accounts share one password, so a guess at another name is a guess at the same.
    static final int ADDRESS_FAILURES_MAX = 10;
    /// Failures for one name, wherever they come from. More, because whoever makes them keeps its owner from signing in.
    static final int NAME_FAILURES_MAX = 100;
    /// How long it takes for one failure to be forgotten, and so the pace of whoever goes on guessing.
    static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(6);

    private static final int REMEMBERED_MAX = 10_000;
    private static final int NAME_LENGTH_MAX = 128;

    private final InstantSource clock;
    private final Map<String, Instant> forgottenAt = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    @Inject
    FailedSignIns() {
        this(InstantSource.system());
    }

    FailedSignIns(InstantSource clock) {
        this.clock = clock;
    }

    /// Refuses with 429 an attempt that comes too soon.
    synchronized void requireMayTry(String name, String address) {
        Instant now = clock.instant();
        Duration wait = max(waitFor(address(address), ADDRESS_FAILURES_MAX, now), waitFor(name(name), NAME_FAILURES_MAX, now));
        if (wait.isPositive()) {
            throw Problem.of(429, "too-many-sign-ins", "Too many failed sign-ins", "Wait, then try again.")
                    .retryAfter((int) wait.plusMillis(999).toSeconds()).asException();
        }
    }

    /// Remembers a failure.
    synchronized void add(String name, String address) {
        Instant now = clock.instant();
        for (String key : new String[] {address(address), name(name)}) {
            forgottenAt.merge(key, now.plus(FORGOTTEN_AFTER),
                    (before, alone) -> before.isAfter(now) ? before.plus(FORGOTTEN_AFTER) : alone);
        }
    }

    private Duration waitFor(String key, int failuresMax, Instant now) {
        Instant at = forgottenAt.get(key);
        return at == null ? Duration.ZERO : Duration.between(now, at).minus(FORGOTTEN_AFTER.multipliedBy(failuresMax - 1L));
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static String address(String address) {
        return "address " + address;
    }

    private static String name(String name) {
        // Whoever sends long names to fill the memory shares one entry with those that begin alike.
        return "name " + name.substring(0, Math.min(name.length(), NAME_LENGTH_MAX));
    }
}
