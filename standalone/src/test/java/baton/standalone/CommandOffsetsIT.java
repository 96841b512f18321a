package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.StartRefused;
import baton.standalone.Client.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the decider begins to read (C5), on a broker whose offsets have expired and whose log has lost its beginning.
class CommandOffsetsIT {

    private static final List<TopicPartition> COMMANDS =
            IntStream.range(0, 4).mapToObj(partition -> new TopicPartition("conversation-commands", partition)).toList();

    @Test
    void goesOnBehindTheLastAppliedCommandWhenOffsetsHaveExpiredAndRefusesALogThatHasLostCommands(@TempDir Path data) throws Exception {
        Standalone.Options options = Standalone.Options.forTests(data);
        Answer claimed;
        try (Standalone baton = started(options)) {
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            Client.signIn(baton.url(), "webchat", baton.password()).message("c-1", "m-1", "hello");
            Journey.awaitConversation(ana, "c-1");
            claimed = ana.assign("c-1", "ana", "Idempotency-Key", "k-1");
        }

        withBrokerOnly(data, admin -> admin.deleteConsumerGroups(List.of("assignment-service")).all().get(10, TimeUnit.SECONDS));
        try (Standalone baton = started(options)) {
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            Answer again = ana.assign("c-1", "ana", "Idempotency-Key", "k-1");
            assertThat(again.body().path("events")).isEqualTo(claimed.body().path("events"));
            assertThat(ana.reply("c-1", "hello").body().path("version").asLong()).isEqualTo(4);
            ana.conversation("c-1", 4);
            assertThat(new Auditor(new Log(baton.bootstrapServers())).conversations()).containsExactly("c-1");
        }

        withBrokerOnly(data, admin -> {
            admin.deleteConsumerGroups(List.of("assignment-service")).all().get(10, TimeUnit.SECONDS);
            var ends = admin.listOffsets(COMMANDS.stream().collect(Collectors.toMap(p -> p, _ -> OffsetSpec.latest()))).all().get(10, TimeUnit.SECONDS);
            // One command that nobody has decided, and then all of them gone.
            try (var producer = new org.apache.kafka.clients.producer.KafkaProducer<>(
                    Map.of("bootstrap.servers", admin.describeCluster().nodes().get().iterator().next().host() + ":"
                            + admin.describeCluster().nodes().get().iterator().next().port()),
                    new org.apache.kafka.common.serialization.ByteArraySerializer(), new org.apache.kafka.common.serialization.ByteArraySerializer())) {
                producer.send(new org.apache.kafka.clients.producer.ProducerRecord<>("conversation-commands", 0, Log.bytes("c-1"), Log.bytes("{}")))
                        .get(10, TimeUnit.SECONDS);
            }
            admin.deleteRecords(Map.of(COMMANDS.getFirst(), RecordsToDelete.beforeOffset(ends.get(COMMANDS.getFirst()).offset() + 1)))
                    .all().get(10, TimeUnit.SECONDS);
        });
        try (Standalone baton = Standalone.start(options)) {
            assertThatThrownBy(baton::awaitReady).isInstanceOf(StartRefused.class).hasMessageContaining("commands were deleted");
        }
    }

    @Test
    void refusesALogThatEndsBeforeTheNextCommand(@TempDir Path data) throws Exception {
        Standalone.Options options = Standalone.Options.forTests(data);
        started(options).close();
        withBrokerOnly(data, admin -> {
            long end = admin.listOffsets(Map.of(COMMANDS.getFirst(), OffsetSpec.latest())).partitionResult(COMMANDS.getFirst()).get(10, TimeUnit.SECONDS).offset();
            admin.alterConsumerGroupOffsets("assignment-service", Map.of(COMMANDS.getFirst(), new OffsetAndMetadata(end + 3)))
                    .all().get(10, TimeUnit.SECONDS);
        });
        try (Standalone baton = Standalone.start(options)) {
            assertThatThrownBy(baton::awaitReady).isInstanceOf(StartRefused.class).hasMessageContaining("commands were lost");
        }
    }

    /// It may be long: a start that knows its offsets must not wait for it. Here it has a record that only a reader would stumble over.
    @Test
    void doesNotReadTheChangelogWhereOffsetsAreCommitted(@TempDir Path data) throws Exception {
        Standalone.Options options = Standalone.Options.forTests(data);
        started(options).close();
        withBroker(data, broker -> new Log(broker.bootstrapServers())
                .write("assignment-service-applied-offsets-changelog", 0, Log.bytes("unreadable"), Log.bytes("no offset")));
        started(options).close();
    }

    private interface Work {
        void with(EmbeddedBroker broker) throws Exception;
    }

    private interface Change {
        void on(Admin admin) throws Exception;
    }

    private static void withBrokerOnly(Path data, Change change) throws Exception {
        withBroker(data, broker -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                change.on(admin);
            }
        });
    }

    private static void withBroker(Path data, Work work) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"), "localhost", FreePort.local())) {
            work.with(broker);
        }
    }

    private static Standalone started(Standalone.Options options) throws InterruptedException {
        Standalone baton = Standalone.start(options);
        try {
            baton.awaitReady();
            return baton;
        } catch (RuntimeException e) {
            baton.close();
            throw e;
        }
    }
}
