package baton.webchat.http;

import baton.runtime.Problem;
import baton.runtime.RequestOrigin;
import baton.webchat.domain.RateLimit;
import baton.webchat.domain.VisitorSession;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.micronaut.http.HttpRequest;
import java.time.Duration;

/// How often visitors and addresses may come; what is more is refused with 429 and the time to wait. [RequestOrigin] says what
/// counts as one address.
@Context
final class VisitorLimits {

    /// Visitors, and addresses, that each limit remembers.
    static final int KEYS_MAX = 20_000;

    private final Limit sessions;
    private final Limit messages;
    private final Limit addressMessages;
    private final Limit reads;
    private final RequestOrigin origin;

    VisitorLimits(VisitorSettings settings, RequestOrigin origin, MeterRegistry registry) {
        this.sessions = limit("sessions", settings.sessionsPerMinute(), registry);
        this.messages = limit("messages", settings.messagesPerMinute(), registry);
        this.addressMessages = limit("address-messages", settings.addressMessagesPerMinute(), registry);
        this.reads = limit("reads", settings.readsPerMinute(), registry);
        this.origin = origin;
    }

    /// A new session.
    void requireSession(HttpRequest<?> request) {
        require(sessions, origin.address(request), "Too many new chats from this address.");
    }

    /// A message, before its token has been looked at.
    void requireMessage(HttpRequest<?> request) {
        require(addressMessages, origin.address(request), "Too many messages from this address.");
    }

    /// A message of a visitor.
    void requireMessage(VisitorSession visitor) {
        require(messages, visitor.visitorId(), "Too many messages.");
    }

    /// A visitor asks for replies.
    void requireRead(VisitorSession visitor) {
        require(reads, visitor.visitorId(), "Too many requests.");
    }

    /// A limit, and how many it has refused: counted from the start on, or the first one would not show as one more.
    private record Limit(RateLimit rate, Counter refused) {
    }

    private static Limit limit(String name, int perMinute, MeterRegistry registry) {
        return new Limit(new RateLimit(perMinute, KEYS_MAX), registry.counter("baton.webchat.refused", "limit", name));
    }

    private static void require(Limit limit, String key, String detail) {
        Duration wait = limit.rate().take(key, System.nanoTime());
        if (wait.isPositive()) {
            limit.refused().increment();
            throw Problem.overloaded(detail).retryAfter((int) wait.plusNanos(999_999_999).toSeconds()).asException();
        }
    }
}
