package baton.webchat.stream;

import baton.contract.InvalidField;
import baton.contract.Json;
import baton.contract.SentReply;
import baton.contract.Topic;
import baton.contract.Unreadable;
import baton.runtime.KafkaClients;
import baton.runtime.LogTail;
import baton.runtime.Problem;
import baton.webchat.domain.Recipient;
import baton.webchat.domain.ReplyView;
import baton.webchat.domain.VisitorReply;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows `conversation-replies` and keeps this channel's newest in a [ReplyView]. Without a consumer group: every instance reads all of
/// it, so any instance serves any visitor, and the view is made again at each start.
///
/// What is for another channel is passed over. What cannot be read is counted, said in the log, and passed over too: it was on the log
/// before, and every start would meet it again.
@Singleton
public final class ReplyTail implements AutoCloseable {

    /// The name of this channel in both topics.
    public static final String CHANNEL = "webchat";

    private static final Logger LOG = LoggerFactory.getLogger(ReplyTail.class);

    private final ReplyView view;
    private final LogTail tail;
    private final Counter unreadable;
    private final CopyOnWriteArrayList<Consumer<Recipient>> listeners = new CopyOnWriteArrayList<>();

    ReplyTail(KafkaClients clients, ChannelSettings settings, MeterRegistry registry) {
        this.view = new ReplyView(
                new ReplyView.Bounds(settings.conversationsMax(), settings.repliesMax(), settings.replyBytesMax()));
        this.unreadable = registry.counter("baton.webchat.replies.unreadable");
        Gauge.builder("baton.webchat.conversations", view, ReplyView::conversations).register(registry);
        Gauge.builder("baton.webchat.reply.bytes", view, ReplyView::bytes).register(registry);
        this.tail = new LogTail(clients, "webchat-replies", List.of(Topic.CONVERSATION_REPLIES.name(clients.settings().topicPrefix())),
                new LogTail.From(settings.backlogMax()), this::take);
    }

    /// Starts reading; the topic must be there.
    void start() {
        tail.start();
    }

    /// Calls `listener` with whom a new reply is for, on the reading thread, when the view shows it.
    public void onReply(Consumer<Recipient> listener) {
        listeners.add(listener);
    }

    /// The replies to a visitor behind a version, oldest first. `unavailable` until what was there at the start has been read; while
    /// brokers are away, what is known.
    public List<VisitorReply> after(Recipient recipient, long version) {
        if (!tail.caughtUp().isDone()) {
            throw Problem.unavailable("The replies are still being read.").asException();
        }
        return view.after(recipient, version);
    }

    /// Why it is not following the log at this moment; empty when it is.
    Optional<String> notReadyBecause() {
        return tail.notReadyBecause();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        SentReply reply;
        VisitorReply seen;
        try {
            reply = Json.read(record.value(), SentReply.class);
            if (!reply.channel().equals(CHANNEL)) {
                return;
            }
            seen = VisitorReply.of(reply);
        } catch (Unreadable | InvalidField e) {
            unreadable.increment();
            LOG.warn("the reply {}-{} at {} cannot be read: {}", record.topic(), record.partition(), record.offset(), e.getMessage());
            return;
        }
        Recipient recipient = new Recipient(reply.conversationId(), reply.visitorId());
        if (view.fold(recipient, seen)) {
            listeners.forEach(listener -> listener.accept(recipient));
        }
    }

    @Override
    public void close() {
        tail.close();
    }
}
