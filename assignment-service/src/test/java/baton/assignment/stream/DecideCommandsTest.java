package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.assignment.Samples;
import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Decision;
import baton.contract.Json;
import baton.contract.Ownership;
import baton.contract.Refusal;
import baton.runtime.Halt;
import baton.runtime.KafkaClients;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When the processor answers, and what it does when Kafka Streams revives it: after an aborted transaction it restores the stores and
/// calls `init` again, on the same processor.
class DecideCommandsTest {

    @TempDir
    private Path state;

    @Test
    void decidesFromTheRestoredStoresWhenItsTaskIsRevived() {
        var decide = new DecideCommands(1, (_, _) -> { }, new OffsetGuard.Gaps());

        assertThat(eventsOfTheFirstMessage(decide, "aborted")).isEqualTo(2);
        assertThat(eventsOfTheFirstMessage(decide, "restored")).as("events after the abort").isEqualTo(2);
    }

    /// C7: what is told can no longer fail, but with the transaction, and then whoever decides again tells the same.
    @Test
    void answersWhenTheRowsAreStoredAndTheEventsHandedOn() {
        var contexts = new ArrayList<MockProcessorContext<byte[], byte[]>>();
        var whenAnswered = new ArrayList<String>();
        var decide = new DecideCommands(1, (_, decision) -> {
            var context = contexts.getFirst();
            KeyValueStore<String, byte[]> conversations = context.getStateStore(AssignmentTopology.CONVERSATIONS);
            KeyValueStore<String, Long> applied = context.getStateStore(AssignmentTopology.APPLIED);
            whenAnswered.add("version %d of %s, row %b, applied %s, events %d".formatted(decision.version(), decision.conversationId(),
                    conversations.get("c-1") != null, applied.get(OffsetGuard.KEY), context.forwarded(AssignmentTopology.TO_EVENTS).size()));
        }, new OffsetGuard.Gaps());
        contexts.add(context("answering"));
        decide.init(contexts.getFirst());
        process(decide, contexts.getFirst());
        assertThat(whenAnswered).containsExactly("version 2 of c-1, row true, applied 0, events 2");
    }

    /// The log is decided again from wherever the stores were committed: the switch comes back with them, or with its record.
    @Test
    void theRulesInForceAreRestoredWithTheStoresOrSwitchedAgainByTheLog() {
        var answers = new ArrayList<Decision>();
        var decide = new DecideCommands(1, (_, decision) -> answers.add(decision), new OffsetGuard.Gaps());
        List<CommandEnvelope> log = List.of(Samples.message("m-1"), Samples.switchTo(2), deactivated());
        Decision refused = new Decision.Refused("c-1", 2, Refusal.ASSIGNEE_DEACTIVATED, null, null, false);

        for (int committed = 0; committed < log.size(); committed++) {
            answers.clear();
            var context = context("committed-" + committed);
            decide.init(context);
            for (int offset = 0; offset < committed; offset++) {
                process(decide, context, offset, log.get(offset));
            }
            var restored = context("restored-" + committed, context);
            decide.init(restored);
            for (int offset = committed; offset < log.size(); offset++) {
                process(decide, restored, offset, log.get(offset));
            }
            assertThat(answers).as("restored behind " + committed + " commands").hasSize(3).last().isEqualTo(refused);
        }
    }

    /// Kafka Streams may have committed what a switch did without its offset (C5).
    @Test
    void aSwitchThatWasDoneBeforeIsToldAgainUnlessThereWasAnotherSince() {
        var answers = new ArrayList<Decision>();
        var decide = new DecideCommands(1, (_, decision) -> answers.add(decision), new OffsetGuard.Gaps());
        var context = context("done");
        decide.init(context);
        process(decide, context, 0, Samples.switchTo(1));
        process(decide, context, 1, Samples.switchTo(2));
        process(decide, context, 2, Samples.switchTo(1));
        var restored = context("restored", context);
        decide.init(restored);
        answers.clear();

        process(decide, restored, 0, Samples.switchTo(1));
        assertThat(answers).as("it was accepted once, and would be refused now").isEmpty();
        process(decide, restored, 1, Samples.switchTo(2));
        assertThat(answers).containsExactly(new Decision.Accepted("c-1", 0, null, null, List.of(), false));
        KeyValueStore<String, Long> applied = restored.getStateStore(AssignmentTopology.APPLIED);
        assertThat(applied.get(RulesInForce.KEY)).isEqualTo(2);
        assertThat(applied.get(OffsetGuard.KEY)).isEqualTo(2);
    }

    @Test
    void haltsBeforeItDecidesWhereRulesAreInForceThatItDoesNotKnow() {
        var decide = new DecideCommands(1, (_, _) -> { }, new OffsetGuard.Gaps());
        var context = context("newer");
        KeyValueStore<String, Long> applied = context.getStateStore(AssignmentTopology.APPLIED);
        applied.put(RulesInForce.KEY, 99L);
        assertThatThrownBy(() -> decide.init(context)).isInstanceOf(Halt.class)
                .hasMessage("on partition 0, version 99 of the rules is in force, this build knows up to version 2: deploy the newer build");
    }

    private static CommandEnvelope deactivated() {
        return new CommandEnvelope(1, "k-1", "c-1", Actor.agent("ana"), false, Ownership.OWNER, null, new Command.AssignAgent("ben", true));
    }

    /// A record that was decided and committed before it is read again is answered as it was then, or not at all: what was told of a
    /// command id that was another command's named the version of that moment, which nobody knows any more.
    @Test
    void answersWhatWasDecidedBeforeAsItWasOrNotAtAll() {
        var told = new ArrayList<Decision>();
        var decide = new DecideCommands(1, (_, decision) -> told.add(decision), new OffsetGuard.Gaps());
        var context = context("read again");
        decide.init(context);
        process(decide, context, 0, Samples.message("m-1"));
        process(decide, context, 1, Samples.by("ana", new Command.AssignAgent("ana")));
        process(decide, context, 2, Samples.by("ana", new Command.Reply("another command under the same id")));
        process(decide, context, 3, Samples.message("m-2"));
        assertThat(told).hasSize(4).element(2).isInstanceOf(Decision.Refused.class).extracting(Decision::version).isEqualTo(3L);
        Decision assigned = told.get(1);
        told.clear();

        decide.init(context); // as after a restore: everything was committed, except the input offsets
        process(decide, context, 1, Samples.by("ana", new Command.AssignAgent("ana")));
        process(decide, context, 2, Samples.by("ana", new Command.Reply("another command under the same id")));
        assertThat(told).containsExactly(assigned.again());
    }

    /// Events that the first command of the log makes on stores that have nothing of it.
    private int eventsOfTheFirstMessage(DecideCommands decide, String incarnation) {
        var context = context(incarnation);
        decide.init(context);
        process(decide, context);
        return context.forwarded(AssignmentTopology.TO_EVENTS).size();
    }

    private static void process(DecideCommands decide, MockProcessorContext<byte[], byte[]> context) {
        process(decide, context, 0, Samples.message("m-1"));
    }

    private static void process(DecideCommands decide, MockProcessorContext<byte[], byte[]> context, long offset, CommandEnvelope command) {
        context.setRecordMetadata("conversation-commands", 0, offset);
        decide.process(new Record<>(KafkaClients.key(command.conversationId()), Json.write(command), Samples.NOON.toEpochMilli()));
    }

    /// With stores that have what those of another context have.
    private MockProcessorContext<byte[], byte[]> context(String incarnation, MockProcessorContext<byte[], byte[]> before) {
        var context = context(incarnation);
        for (String store : List.of(AssignmentTopology.CONVERSATIONS, AssignmentTopology.APPLIED)) {
            KeyValueStore<String, Object> restored = context.getStateStore(store);
            try (var rows = before.<KeyValueStore<String, Object>>getStateStore(store).all()) {
                rows.forEachRemaining(row -> restored.put(row.key, row.value));
            }
        }
        return context;
    }

    private MockProcessorContext<byte[], byte[]> context(String incarnation) {
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
        var context = new MockProcessorContext<byte[], byte[]>(config, new TaskId(0, 0), state.resolve(incarnation).toFile());
        open(context, AssignmentTopology.CONVERSATIONS, Serdes.ByteArray());
        open(context, AssignmentTopology.APPLIED, Serdes.Long());
        return context;
    }

    private static <V> void open(MockProcessorContext<byte[], byte[]> context, String name, Serde<V> values) {
        KeyValueStore<String, V> store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
    }
}
