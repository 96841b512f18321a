package baton.webchat.http;

import baton.runtime.Problem;
import baton.runtime.RequestOrigin;
import baton.webchat.domain.RateLimit;
import baton.webchat.domain.VisitorSession;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.time.Duration;

/// How often visitors and addresses may come; what is more is refused with 429 and the time to wait. [RequestOrigin] says what
/// counts as one address.
@Singleton
final class VisitorLimits {

    /// Visitors, and addresses, that each limit remembers.
    static final int KEYS_MAX = 20_000;

    private final RateLimit sessions;
    private final RateLimit messages;
    private final RateLimit addressMessages;
    private final RateLimit reads;
    private final RequestOrigin origin;
    private final MeterRegistry registry;

    VisitorLimits(VisitorSettings settings, RequestOrigin origin, MeterRegistry registry) {
        this.sessions = new RateLimit(settings.sessionsPerMinute(), KEYS_MAX);
        this.messages = new RateLimit(settings.messagesPerMinute(), KEYS_MAX);
        this.addressMessages = new RateLimit(settings.addressMessagesPerMinute(), KEYS_MAX);
        this.reads = new RateLimit(settings.readsPerMinute(), KEYS_MAX);
        this.origin = origin;
        this.registry = registry;
    }

    /// A new session.
    void requireSession(HttpRequest<?> request) {
        require(sessions, origin.address(request), "sessions", "Too many new chats from this address.");
    }

    /// A message, before its token has been looked at.
    void requireMessage(HttpRequest<?> request) {
        require(addressMessages, origin.address(request), "address-messages", "Too many messages from this address.");
    }

    /// A message of a visitor.
    void requireMessage(VisitorSession visitor) {
        require(messages, visitor.visitorId(), "messages", "Too many messages.");
    }

    /// A visitor asks for replies.
    void requireRead(VisitorSession visitor) {
        require(reads, visitor.visitorId(), "reads", "Too many requests.");
    }

    private void require(RateLimit limit, String key, String name, String detail) {
        Duration wait = limit.take(key, System.nanoTime());
        if (wait.isPositive()) {
            registry.counter("baton.webchat.refused", "limit", name).increment();
            throw Problem.overloaded(detail).retryAfter((int) wait.plusNanos(999_999_999).toSeconds()).asException();
        }
    }
}
