package baton.webchat.stream;

import baton.contract.Topic;
import baton.runtime.KafkaClients;
import baton.runtime.Service;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/// The life of webchat-channel: the writer of messages and the reader of replies. It creates no topic and needs no right to: it waits
/// until Baton has created the two that it uses.
@Singleton
public final class WebchatChannel implements Service {

    private static final int ASK_WITHIN_SECONDS = 10;

    private final KafkaClients clients;
    private final MessageWriter messages;
    private final ReplyTail replies;
    private volatile boolean started;
    private boolean closed;

    WebchatChannel(KafkaClients clients, MessageWriter messages, ReplyTail replies) {
        this.clients = clients;
        this.messages = messages;
        this.replies = replies;
    }

    @Override
    public String name() {
        return "webchat-channel";
    }

    /// What can fail comes first; the tail can be started only once.
    @Override
    public void start() throws Exception {
        String prefix = clients.settings().topicPrefix();
        try (Admin admin = clients.admin()) { // fails while one of them is missing
            admin.describeTopics(List.of(Topic.CHANNEL_MESSAGES.name(prefix), Topic.CONVERSATION_REPLIES.name(prefix)))
                    .allTopicNames().get(ASK_WITHIN_SECONDS, TimeUnit.SECONDS);
        }
        open();
    }

    private synchronized void open() {
        if (closed) {
            throw new IllegalStateException("closed while it started");
        }
        messages.open();
        replies.start();
        started = true;
    }

    @Override
    public Optional<String> notReadyBecause() {
        return started ? replies.notReadyBecause() : Optional.of("not started");
    }

    @Override
    public synchronized void close() {
        closed = true;
        messages.close();
        replies.close();
    }
}
