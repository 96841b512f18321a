package baton.runtime;

import java.util.Optional;

/// A part of the process that has to be started and can be not ready: a Streams application with what belongs to it.
///
/// [Boot] starts every one on a thread of its own, tries again while brokers cannot be reached, and closes them; [ServicesHealth]
/// asks them.
public interface Service extends AutoCloseable {

    /// The name in logs and in health.
    String name();

    /// Starts it; returns when it is under way, not necessarily ready. Called again after a failure, except after
    /// [StartRefused]. What a failed start has opened, the next one or [#close()] must close.
    void start() throws Exception;

    /// Why it cannot do its work at this moment; empty when it can.
    Optional<String> notReadyBecause();

    @Override
    void close();
}
