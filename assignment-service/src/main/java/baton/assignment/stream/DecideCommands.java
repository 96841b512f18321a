package baton.assignment.stream;

import baton.assignment.domain.Conversation;
import baton.assignment.domain.Ledger;
import baton.assignment.domain.RulesVersion;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Ids;
import baton.contract.Json;
import baton.contract.Limits;
import baton.contract.Refusal;
import baton.contract.SentReply;
import baton.contract.Unreadable;
import baton.runtime.DeadLetter;
import baton.runtime.TextHeaders;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Takes one command after the other: load, decide, store, forward, answer. The answer leaves when everything that
/// the transaction will publish has been handed over and nothing of it can be refused for its size (C7); it does not wait for the
/// transaction, because whoever decides the same record again decides the same.
final class DecideCommands implements Processor<byte[], byte[], byte[], byte[]> {

    private final int partitions;
    private final Answers answers;
    private final OffsetGuard.Gaps gaps;
    private ProcessorContext<byte[], byte[]> context;
    private Ledgers ledgers;
    private OffsetGuard guard;
    private RulesInForce rules;
    private int partition;

    DecideCommands(int partitions, Answers answers, OffsetGuard.Gaps gaps) {
        this.partitions = partitions;
        this.answers = answers;
        this.gaps = gaps;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        this.partition = context.taskId().partition();
        // Made anew whenever the stores may have been restored: a task that Kafka Streams revives, after an aborted transaction for
        // one, keeps its processor and calls this again.
        this.ledgers = new Ledgers(context.getStateStore(AssignmentTopology.CONVERSATIONS), partitions);
        this.guard = new OffsetGuard(context.getStateStore(AssignmentTopology.APPLIED), partition, gaps);
        this.rules = new RulesInForce(context.getStateStore(AssignmentTopology.APPLIED), partition);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        CommandEnvelope command;
        try {
            command = CommandRecords.read(record.key(), record.value(), partition, partitions);
        } catch (Unreadable e) {
            if (guard.check(metadata.offset()) == OffsetGuard.Verdict.NEXT) {
                guard.applied(metadata.offset());
                context.forward(DeadLetter.of(record, metadata, e.getMessage(), AssignmentTopology.APPLICATION), AssignmentTopology.TO_DEAD_LETTERS);
            }
            answers.answer(record.headers(), new Decision.Refused(null, 0, Refusal.UNREADABLE, null, null, false));
            return;
        }
        if (command.body() instanceof Command.SwitchRules wanted) {
            switchRules(record, metadata.offset(), command, wanted);
            return;
        }
        Ledger ledger = ledgers.of(command.conversationId());
        switch (guard.check(metadata.offset())) {
            case NEXT -> {
                Ledger.Entry entry = ledger.take(rules.version(), command, Instant.ofEpochMilli(record.timestamp()));
                ledgers.put(command.conversationId(), ledger, entry.ledger());
                guard.applied(metadata.offset());
                entry.events().forEach(event -> publish(record.key(), event, entry.ledger().state()));
                answers.answer(record.headers(), entry.decision());
            }
            // Where the ledger does not know any more, nobody does, and the caller sends again.
            case DONE_BEFORE -> ledger.again(command).ifPresent(decision -> answers.answer(record.headers(), decision));
        }
    }

    /// Of no conversation, and so without a ledger and without events.
    private void switchRules(Record<byte[], byte[]> record, long offset, CommandEnvelope command, Command.SwitchRules wanted) {
        RulesVersion version = RulesInForce.known(wanted.version(), "a command switches to version " + wanted.version() + " of the rules");
        RulesVersion.Switched switched = rules.version().switchedTo(version, command);
        switch (guard.check(offset)) {
            case NEXT -> {
                rules.put(switched.inForce());
                guard.applied(offset);
                answers.answer(record.headers(), switched.decision());
            }
            case DONE_BEFORE -> {
                if (version == rules.version()) { // else there was another switch since, and what this one led to is not known any more
                    answers.answer(record.headers(), switched.decision());
                }
            }
        }
    }

    private void publish(byte[] key, Event event, Conversation state) {
        forward(event(key, event), AssignmentTopology.TO_EVENTS);
        if (event instanceof Event.ReplySent reply) {
            forward(reply(key, reply, state), AssignmentTopology.TO_REPLIES);
        }
    }

    private static Record<byte[], byte[]> event(byte[] key, Event event) {
        return new Record<>(key, EventJson.value(event), event.at().toEpochMilli(), TextHeaders.of(EventJson.headers(event)));
    }

    private static Record<byte[], byte[]> reply(byte[] key, Event.ReplySent reply, Conversation state) {
        Conversation.Origin origin = switch (state) {
            case Conversation.Unassigned s -> s.origin();
            case Conversation.Assigned s -> s.origin();
            case Conversation.Completed s -> s.origin();
            case Conversation.Absent _ -> throw new IllegalStateException("a reply in a conversation that does not exist");
        };
        byte[] value = Json.write(new SentReply(Ids.eventId(reply.conversationId(), reply.version()), reply.conversationId(),
                origin.channel(), origin.visitorId(), reply.text(), reply.at()));
        return new Record<>(key, value, reply.at().toEpochMilli(), TextHeaders.of(Map.of("content-type", "application/json")));
    }

    private void forward(Record<byte[], byte[]> record, String sink) {
        Limits.requireRecord(record.value());
        context.forward(record, sink);
    }
}
