package baton.runtime;

import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;

/// Brokers that do not answer, or whose names are not known at this moment: it passes, and a line in the log says all that there is to say.
public final class Outage {

    private Outage() {
    }

    /// What the log says beside a failure: its stack trace, or null where it is an outage.
    public static Throwable trace(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            boolean unresolved = cause instanceof ConfigException; // a host's name that is not known, or a property of Kafka's: its message says which
            if (cause instanceof RetriableException || cause instanceof TimeoutException || unresolved) {
                return null;
            }
        }
        return failure.getStackTrace().length == 0 ? null : failure;
    }

    /// What is wrong, in one line.
    public static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root.getMessage() != null) {
            return root.getMessage();
        }
        return root instanceof TimeoutException ? "no answer in time" : root.getClass().getSimpleName();
    }
}
