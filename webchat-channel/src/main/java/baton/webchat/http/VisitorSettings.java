package baton.webchat.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/// What a visitor may do, and how much of it. The defaults are in `webchat-channel.yml`.
///
/// @param sessionLasts              how long a visitor's token is valid, and so her conversation hers
/// @param sessionsPerMinute         new sessions of one address
/// @param messagesPerMinute         messages of one visitor
/// @param addressMessagesPerMinute  messages of one address, whoever sends them
/// @param readsPerMinute            times that one visitor asks for replies or opens a stream
/// @param streamsMax                open streams of this instance; a further one is refused
/// @param streamsPerVisitorMax      open streams of one visitor
/// @param pingEvery                 how long a stream is silent at most
/// @param stuckWithin               how long a client may take nothing while there is something; then its stream is closed
@ConfigurationProperties("baton.webchat")
public record VisitorSettings(
        Duration sessionLasts,
        int sessionsPerMinute,
        int messagesPerMinute,
        int addressMessagesPerMinute,
        int readsPerMinute,
        int streamsMax,
        int streamsPerVisitorMax,
        Duration pingEvery,
        Duration stuckWithin) {

    /// Refuses what cannot work.
    public VisitorSettings {
        if (sessionLasts.toSeconds() < 1 || sessionsPerMinute < 1 || messagesPerMinute < 1 || addressMessagesPerMinute < 1
                || readsPerMinute < 1 || streamsMax < 1 || streamsPerVisitorMax < 1 || pingEvery.toMillis() < 1
                || stuckWithin.toMillis() < 1) {
            throw new IllegalArgumentException("baton.webchat: limits and durations must be more than 0");
        }
    }
}
