package baton.notification.stream;

import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.EventRecord;
import baton.contract.Json;
import baton.contract.Notification;
import baton.contract.Unreadable;
import baton.notification.domain.KnownConversation;
import baton.notification.domain.NotificationPolicy;
import baton.notification.domain.Telling;
import baton.runtime.DeadLetter;
import baton.runtime.FoldedBefore;
import baton.runtime.Halt;
import baton.runtime.KafkaClients;
import baton.runtime.TextHeaders;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// Reads an event, remembers what it did to its conversation, and forwards who is told.
///
/// What cannot be read is a dead letter. An event that is missing, or that has its place in its conversation but cannot be
/// read by this build, halts: going on would tell the wrong people from then on.
///
/// What was told before the view was rebuilt is written again, as long as its topic would still have it, and says that it is no news.
final class TellProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private final FoldedBefore before;
    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, byte[]> known;

    TellProcessor(FoldedBefore before) {
        this.before = before;
    }

    /// Makes processors with their store.
    static final class Supplier implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {

        private final FoldedBefore before;

        Supplier(FoldedBefore before) {
            this.before = before;
        }

        @Override
        public Processor<byte[], byte[], byte[], byte[]> get() {
            return new TellProcessor(before);
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(NotificationTopology.STORE),
                    Serdes.String(), Serdes.ByteArray()));
        }
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        before.admit();
        this.context = context;
        this.known = context.getStateStore(NotificationTopology.STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var found = new EventRecord(KafkaClients.keyText(record.key()), TextHeaders.text(record.headers(), EventJson.HEADER_TYPE),
                TextHeaders.text(record.headers(), EventJson.HEADER_ID), record.value());
        Event event;
        try {
            event = read(found);
        } catch (Unreadable e) {
            if (found.saysItIsNext(id -> known(id).version())) {
                throw new Halt("the event " + found.id() + " cannot be read by this build: " + e.getMessage());
            }
            if (!before.has(context.recordMetadata())) {
                context.forward(DeadLetter.of(record, context.recordMetadata().orElseThrow(), e.getMessage(), NotificationTopology.APPLICATION),
                        "dead-letters");
            }
            return;
        }
        KnownConversation conversation = known(event.conversationId());
        if (conversation.covers(event)) {
            return; // told before
        }
        known.put(event.conversationId(), Json.write(evolve(conversation, event)));
        NotificationPolicy.tell(conversation, event).forEach(this::forward);
    }

    private static Event read(EventRecord found) {
        Event event = found.event();
        if (event.at().isBefore(Instant.EPOCH)) {
            throw new Unreadable("at must not be before 1970"); // no record can have such a time: the sink would fail for ever
        }
        return event;
    }

    private KnownConversation known(String conversationId) {
        byte[] row = known.get(conversationId);
        return row == null ? KnownConversation.ABSENT : Json.read(row, KnownConversation.class);
    }

    private static KnownConversation evolve(KnownConversation before, Event event) {
        try {
            return KnownConversation.evolve(before, event);
        } catch (IllegalStateException e) {
            throw new Halt("conversation-events is not what its writer promises: " + e.getMessage());
        }
    }

    private void forward(Telling telling) {
        var record = new Record<>(KafkaClients.key(telling.recipient()), Json.write(telling.notification()), telling.notification().at().toEpochMilli());
        if (!before.has(context.recordMetadata())) {
            context.forward(record, "notifications");
        } else if (before.isKept(telling.notification().at())) {
            context.forward(record.withHeaders(new RecordHeaders().add(Notification.HEADER_REBUILT, KafkaClients.key(String.valueOf(before.rebuild())))),
                    "notifications");
        }
    }
}
