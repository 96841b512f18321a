package baton.webchat.http;

import baton.runtime.Problem;
import baton.webchat.domain.RateLimit;
import baton.webchat.domain.VisitorSession;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// How often visitors and addresses may come; what is more is refused with 429 and the time to wait.
///
/// An address is an IPv4 address or the first 64 bits of an IPv6 address, which are what one subscriber has.
@Singleton
final class VisitorLimits {

    /// Visitors, and addresses, that each limit remembers.
    static final int KEYS_MAX = 20_000;

    private static final int IPV6_NETWORK_BYTES = 8;

    private final RateLimit sessions;
    private final RateLimit messages;
    private final RateLimit addressMessages;
    private final RateLimit reads;
    private final String addressHeader;
    private final MeterRegistry registry;

    VisitorLimits(VisitorSettings settings, MeterRegistry registry) {
        this.sessions = new RateLimit(settings.sessionsPerMinute(), KEYS_MAX);
        this.messages = new RateLimit(settings.messagesPerMinute(), KEYS_MAX);
        this.addressMessages = new RateLimit(settings.addressMessagesPerMinute(), KEYS_MAX);
        this.reads = new RateLimit(settings.readsPerMinute(), KEYS_MAX);
        this.addressHeader = settings.addressHeader();
        this.registry = registry;
    }

    /// A new session.
    void requireSession(HttpRequest<?> request) {
        require(sessions, address(request), "sessions", "Too many new chats from this address.");
    }

    /// A message, before its token has been looked at.
    void requireMessage(HttpRequest<?> request) {
        require(addressMessages, address(request), "address-messages", "Too many messages from this address.");
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

    private String address(HttpRequest<?> request) {
        if (!addressHeader.isEmpty()) {
            // What the nearest proxy has added stands last; what stands before it, anybody could have written.
            List<String> said = request.getHeaders().getAll(addressHeader);
            if (!said.isEmpty()) {
                String last = said.getLast();
                return network(last.substring(last.lastIndexOf(',') + 1).strip());
            }
        }
        return network(request.getRemoteAddress().getAddress());
    }

    /// The network of an address in words, or one for all that are none.
    static String network(String address) {
        try {
            return network(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException _) {
            return "unknown";
        }
    }

    private static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES))
                : String.valueOf(address.getHostAddress());
    }
}
