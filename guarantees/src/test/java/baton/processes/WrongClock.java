package baton.processes;

import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/// A clock on the wall that is wrong by always the same, in the place where a broker looks for the time. How fast time passes is right.
///
/// @param aheadMillis how far it is ahead; negative where it is behind
record WrongClock(long aheadMillis) implements Time {

    @Override
    public long milliseconds() {
        return Time.SYSTEM.milliseconds() + aheadMillis;
    }

    @Override
    public long nanoseconds() {
        return Time.SYSTEM.nanoseconds();
    }

    @Override
    public void sleep(long millis) {
        Time.SYSTEM.sleep(millis);
    }

    @Override
    public void waitObject(Object monitor, Supplier<Boolean> condition, long deadlineMillis) throws InterruptedException {
        Time.SYSTEM.waitObject(monitor, condition, deadlineMillis - aheadMillis);
    }
}
