package baton.notification.stream;

import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Ids;
import baton.contract.Json;
import baton.contract.Unreadable;
import baton.notification.domain.KnownConversation;
import baton.notification.domain.NotificationPolicy;
import baton.notification.domain.Telling;
import baton.runtime.DeadLetter;
import baton.runtime.Halt;
import baton.runtime.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/// Reads an event, remembers what it did to its conversation, and forwards who is told.
///
/// What cannot be read is a dead letter. An event that is missing, or that has its place in its conversation but cannot be
/// read by this build, halts: going on would tell the wrong people from then on.
final class TellProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private ProcessorContext<byte[], byte[]> context;
    private KeyValueStore<String, byte[]> known;

    /// Makes processors with their store.
    static final class Supplier implements ProcessorSupplier<byte[], byte[], byte[], byte[]> {
        @Override
        public Processor<byte[], byte[], byte[], byte[]> get() {
            return new TellProcessor();
        }

        @Override
        public Set<StoreBuilder<?>> stores() {
            return Set.of(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(NotificationTopology.STORE),
                    Serdes.String(), Serdes.ByteArray()));
        }
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.known = context.getStateStore(NotificationTopology.STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Event event;
        try {
            event = read(record);
        } catch (Unreadable e) {
            bury(record, e.getMessage());
            return;
        }
        KnownConversation before = known(event.conversationId());
        if (before.covers(event)) {
            return; // told before
        }
        known.put(event.conversationId(), Json.write(evolve(before, event)));
        NotificationPolicy.tell(before, event).forEach(this::forward);
    }

    private static Event read(Record<byte[], byte[]> record) {
        Event event = EventJson.read(header(record, EventJson.HEADER_TYPE), record.value());
        if (!event.conversationId().equals(KafkaClients.keyText(record.key()))) {
            throw new Unreadable("the key is not the conversation " + event.conversationId());
        }
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
        context.forward(new Record<>(KafkaClients.key(telling.recipient()), Json.write(telling.notification()),
                telling.notification().at().toEpochMilli()), "notifications");
    }

    private void bury(Record<byte[], byte[]> record, String reason) {
        RecordMetadata origin = context.recordMetadata().orElseThrow();
        haltIfItHasAPlace(record, reason);
        DeadLetter letter = new DeadLetter(record.key(), record.value(), reason, origin.topic(), origin.partition(), origin.offset(),
                NotificationTopology.APPLICATION);
        RecordHeaders headers = new RecordHeaders();
        letter.headers().forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
        context.forward(new Record<>(letter.key(), letter.value(), Math.max(0, record.timestamp()), headers), "dead-letters");
    }

    /// Its own id may say that it is the next event of a conversation, of a type that only a newer build knows.
    private void haltIfItHasAPlace(Record<byte[], byte[]> record, String reason) {
        String conversationId = KafkaClients.keyText(record.key());
        String id = header(record, EventJson.HEADER_ID);
        if (Ids.isId(conversationId) && Ids.eventId(conversationId, known(conversationId).version() + 1).equals(id)) {
            throw new Halt("the event " + id + " cannot be read by this build: " + reason);
        }
    }

    private static String header(Record<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
