package baton.runtime;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.Topology;

/// A Kafka Streams application whose stores are a fold over a log that is kept for ever, so that they can be thrown away and made again.
/// [ViewRunner] runs it.
public interface View {

    /// The application's name, before the deployment's prefix.
    String name();

    /// The topic that it folds, with the prefix.
    String log();

    /// The topic that it alone writes and that is made anew with it, with the prefix; empty without one.
    Optional<String> output();

    /// How often it commits.
    Duration commitInterval();

    /// What is run. Its processors [ask to be admitted][FoldedBefore#admit] when they are given a partition, and do nothing a second time.
    Topology topology(FoldedBefore before);

    /// Its application was made and is started next.
    void opened(StreamsRunner runner);

    /// Its application is closed next.
    void closing();

    /// Why it cannot be read at this moment although its application runs; empty when it can.
    Optional<String> notReadableBecause();
}
