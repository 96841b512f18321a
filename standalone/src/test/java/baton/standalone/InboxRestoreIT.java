package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.inbox.stream.InboxService;
import baton.runtime.KafkaClients;
import baton.standalone.Client.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From the first answer of a start on, while the inbox is read back from its changelogs: what is answered is whole, or says what it lacks.
class InboxRestoreIT {

    private static final int PARTITIONS = 4;
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
        }
        Shared.delete(data.resolve("state").resolve("inbox-projection"));
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            Client ana = Client.withToken(baton.url(), token);
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!baton.notReadyBecause().isEmpty()) {
                boolean ready = !baton.notReadyBecause().containsKey("inbox-projection");
                Set<Integer> missing = missing(ana);
                assertThat(ready && missing != null ? missing : Set.of()).as("what it lacks though it is ready").isEmpty();
                assertThat(ana.get("/api/inbox/conversations/c-0").status()).as("never 404").isIn(200, 503);
                assertThat(System.nanoTime()).as(baton.notReadyBecause().toString()).isLessThan(deadline);
            }
            assertThat(missing(ana)).isEmpty();
        }
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
