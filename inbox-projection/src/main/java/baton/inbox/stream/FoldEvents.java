package baton.inbox.stream;

import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.EventRecord;
import baton.contract.Unreadable;
import baton.inbox.domain.InboxFold;
import baton.inbox.domain.InboxRow;
import baton.runtime.DeadLetter;
import baton.runtime.FoldedBefore;
import baton.runtime.Halt;
import baton.runtime.KafkaClients;
import baton.runtime.TextHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/// Takes one event after the other into the partition's shard. What is no event goes to the dead letters; where an event is missing,
/// or has its place in its conversation but cannot be read by this build, the projection halts rather than show what is not so.
final class FoldEvents implements Processor<byte[], byte[], byte[], byte[]> {

    private final InboxShards shards;
    private final FoldedBefore before;
    private ProcessorContext<byte[], byte[]> context;
    private LiveShard shard;

    FoldEvents(InboxShards shards, FoldedBefore before) {
        this.shards = shards;
        this.before = before;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        before.admit();
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
        fold(record);
        context.recordMetadata().ifPresent(metadata -> shard.foldedTo(metadata.offset() + 1));
    }

    private void fold(Record<byte[], byte[]> record) {
        var found = new EventRecord(KafkaClients.keyText(record.key()), TextHeaders.text(record.headers(), EventJson.HEADER_TYPE),
                TextHeaders.text(record.headers(), EventJson.HEADER_ID), record.value());
        Event event;
        try {
            event = found.event();
        } catch (Unreadable e) {
            if (found.saysItIsNext(this::version)) {
                throw new Halt("the event " + found.id() + " cannot be read by this build: " + e.getMessage());
            }
            if (!before.has(context.recordMetadata())) {
                context.forward(DeadLetter.of(record, context.recordMetadata().orElseThrow(), e.getMessage(), InboxTopology.APPLICATION),
                        InboxTopology.TO_DEAD_LETTERS);
            }
            return;
        }
        try {
            shard.apply(event);
        } catch (InboxFold.MissingEvent e) {
            throw new Halt(e.getMessage() + ": an event is missing on the log; the inbox would be wrong from here on");
        }
    }

    private long version(String conversationId) {
        InboxRow row = shard.find(conversationId);
        return row == null ? 0 : row.version();
    }

    @Override
    public void close() {
        shards.hide(context.taskId().partition(), shard);
    }
}
