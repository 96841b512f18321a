package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.inbox.stream.InboxService;
import baton.runtime.KafkaClients;
import baton.standalone.Client.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From the first answer of a start on, while the inbox is read back from its changelogs: what is answered is whole, or says what it lacks.
class InboxRestoreIT {

    private static final int PARTITIONS = 4;
    private static final int HELD_BACK = KafkaClients.partition(KafkaClients.key("c-0"), PARTITIONS);
    private static final Set<String> ALL = IntStream.range(0, 24).mapToObj(i -> "c-" + i).collect(Collectors.toCollection(TreeSet::new));

    @Test
    void answersNameThePartitionsThatAreNotThereYet(@TempDir Path data) throws Exception {
        String token;
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            token = ana.token();
            Client webchat = Client.signIn(baton.url(), "webchat", baton.password());
            ALL.forEach(id -> webchat.message(id, "m-1", "hello"));
            ALL.forEach(id -> Journey.awaitConversation(ana, id));
            assertThat(ana.post("/api/conversations/c-0/complete", null).status()).isEqualTo(200);
            assertThat(ana.conversation("c-0", 3).text("status")).isEqualTo("completed");
            assertThat(missing(ana)).isEmpty();

            // As when it halts: HTTP goes on.
            baton.context().getBean(InboxService.class).close();
            assertThat(missing(ana)).isEqualTo(IntStream.range(0, PARTITIONS).boxed().collect(Collectors.toSet()));
            assertThat(ana.get("/api/inbox/conversations/c-1").type()).isEqualTo("unavailable");
            assertThat(ana.get("/api/inbox/conversations/c-1/thread").type()).isEqualTo("unavailable");
            assertThat(baton.notReadyBecause()).containsKey("inbox-projection");
            holdBack(baton.bootstrapServers());
        }
        Shared.delete(data.resolve("state").resolve("inbox-projection"));
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            Client ana = Client.withToken(baton.url(), token);
            askUntil(baton, ana, () -> Set.of(HELD_BACK).equals(missing(ana)));
            assertThat(ana.get("/api/inbox/conversations/c-0").type()).as("it is of the partition that is held back").isEqualTo("unavailable");
            assertThat(baton.notReadyBecause()).containsKey("inbox-projection");
            letGo(baton.bootstrapServers());
            askUntil(baton, ana, () -> baton.notReadyBecause().isEmpty());
            assertThat(missing(ana)).isEmpty();
        }
    }

    /// Asks everything again and again until something is so.
    private static void askUntil(Standalone baton, Client ana, BooleanSupplier isSo) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!isSo.getAsBoolean()) {
            boolean ready = !baton.notReadyBecause().containsKey("inbox-projection");
            Set<Integer> missing = missing(ana);
            assertThat(ready && missing != null ? missing : Set.of()).as("what it lacks though it is ready").isEmpty();
            assertThat(ana.get("/api/inbox/conversations/c-0").status()).as("never 404").isIn(200, 503);
            assertThat(System.nanoTime()).as("%s, without %s", baton.notReadyBecause(), missing).isLessThan(deadline);
        }
    }

    /// Leaves a transaction open at the end of a changelog, as a writer does that was killed: until it ends, nobody reads that partition to
    /// its end, and so it is not restored.
    private static void holdBack(String bootstrapServers) throws Exception {
        var producer = holder(bootstrapServers);
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("inbox-projection-open-rows-changelog", HELD_BACK, Log.bytes("held"), null)).get(10, TimeUnit.SECONDS);
        producer.close(Duration.ZERO);
    }

    /// A writer with the same transactional id aborts what the one before it has left.
    private static void letGo(String bootstrapServers) {
        try (var producer = holder(bootstrapServers)) {
            producer.initTransactions();
        }
    }

    private static Producer<byte[], byte[]> holder(String bootstrapServers) {
        return new KafkaProducer<>(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.TRANSACTIONAL_ID_CONFIG, "holder",
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) Duration.ofMinutes(10).toMillis()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// What a list and the counts say they lack, each having everything else; null where callers are not known yet.
    private static Set<Integer> missing(Client ana) {
        Answer counts = ana.get("/api/inbox/counts");
        Answer list = ana.get("/api/inbox?status=all&limit=200");
        if (list.status() == 503 || counts.status() == 503) {
            return null;
        }
        Set<String> shown = new TreeSet<>(Journey.ids(list));
        assertThat(shown).isEqualTo(here(partitions(list)));
        assertThat(counts.status()).as(counts.toString()).isEqualTo(200);
        assertThat(counts.body().path("unassigned").asInt() + counts.body().path("completed").asInt()).isEqualTo(here(partitions(counts)).size());
        return partitions(list);
    }

    private static Set<Integer> partitions(Answer answer) {
        assertThat(answer.body().path("partitionsMissing").isArray()).as(answer.toString()).isTrue();
        List<Integer> partitions = new ArrayList<>();
        answer.body().path("partitionsMissing").forEach(partition -> partitions.add(partition.asInt()));
        return new TreeSet<>(partitions);
    }

    private static Set<String> here(Set<Integer> missing) {
        return ALL.stream().filter(id -> !missing.contains(KafkaClients.partition(KafkaClients.key(id), PARTITIONS)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
