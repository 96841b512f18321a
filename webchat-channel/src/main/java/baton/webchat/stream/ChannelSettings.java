package baton.webchat.stream;

import io.micronaut.context.annotation.ConfigurationProperties;
import java.time.Duration;

/// How the channel uses its two topics. The defaults are in `webchat-channel.yml`.
///
/// @param writtenWithin     how long a visitor waits for the log to have her message
/// @param backlogMax        replies of each partition that are read again at start
/// @param conversationsMax  conversations whose replies are kept
/// @param repliesMax        replies that are kept of each
/// @param replyBytesMax     heap for all of them
@ConfigurationProperties("baton.webchat")
public record ChannelSettings(Duration writtenWithin, long backlogMax, int conversationsMax, int repliesMax, long replyBytesMax) {

    /// Refuses what cannot work.
    public ChannelSettings {
        if (writtenWithin.toMillis() < 100 || writtenWithin.toMinutes() > 10 || backlogMax < 0) {
            throw new IllegalArgumentException("baton.webchat.written-within must be 100ms to 10m, baton.webchat.backlog-max 0 or more");
        }
    }
}
