package baton.inbox.stream;

import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Ids;
import baton.contract.Unreadable;
import baton.inbox.domain.InboxFold;
import baton.inbox.domain.InboxRow;
import baton.runtime.DeadLetter;
import baton.runtime.Halt;
import baton.runtime.KafkaClients;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// Takes one event after the other into the partition's shard. What is no event goes to the dead letters; where an event is missing,
/// or has its place in its conversation but cannot be read by this build, the projection halts rather than show what is not so.
final class FoldEvents implements Processor<byte[], byte[], byte[], byte[]> {

    private final InboxShards shards;
    private ProcessorContext<byte[], byte[]> context;
    private LiveShard shard;

    FoldEvents(InboxShards shards) {
        this.shards = shards;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.shard = new LiveShard(
                context.getStateStore(InboxTopology.OPEN_ROWS),
                context.getStateStore(InboxTopology.COMPLETED_ROWS),
                context.getStateStore(InboxTopology.COMPLETED_ORDER),
                context.getStateStore(InboxTopology.COMPLETED_COUNT),
                context.getStateStore(InboxTopology.THREADS));
        shards.show(context.taskId().partition(), shard);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        Event event;
        try {
            event = read(record);
        } catch (Unreadable e) {
            haltIfItHasAPlace(record, e.getMessage());
            context.forward(deadLetter(record, e.getMessage()), InboxTopology.TO_DEAD_LETTERS);
            return;
        }
        try {
            shard.apply(event);
        } catch (InboxFold.MissingEvent e) {
            throw new Halt(e.getMessage() + ": an event is missing on the log; the inbox would be wrong from here on");
        }
    }

    private static Event read(Record<byte[], byte[]> record) {
        Event event = EventJson.read(header(record, EventJson.HEADER_TYPE), record.value());
        // Under another key it would be folded on a partition where nobody looks for it.
        if (!event.conversationId().equals(KafkaClients.keyText(record.key()))) {
            throw new Unreadable("the key is not the event's conversationId");
        }
        return event;
    }

    /// Its own id may say that it is the next event of a conversation, of a type that only a newer build knows. Passed over, it would be
    /// missing for ever, and the newer build would find it missing.
    private void haltIfItHasAPlace(Record<byte[], byte[]> record, String reason) {
        String conversationId = KafkaClients.keyText(record.key());
        if (!Ids.isId(conversationId)) {
            return;
        }
        InboxRow row = shard.find(conversationId);
        String next = Ids.eventId(conversationId, row == null ? 1 : row.version() + 1);
        if (next.equals(header(record, EventJson.HEADER_ID))) {
            throw new Halt("the event " + next + " cannot be read by this build: " + reason);
        }
    }

    private static String header(Record<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : KafkaClients.keyText(header.value());
    }

    private Record<byte[], byte[]> deadLetter(Record<byte[], byte[]> record, String reason) {
        var metadata = context.recordMetadata().orElseThrow();
        var letter = new DeadLetter(record.key(), record.value(), reason, metadata.topic(), metadata.partition(), metadata.offset(),
                InboxTopology.APPLICATION);
        RecordHeaders headers = new RecordHeaders();
        letter.headers().forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
        return new Record<>(letter.key(), letter.value(), record.timestamp(), headers);
    }

    @Override
    public void close() {
        shards.hide(context.taskId().partition(), shard);
    }
}
