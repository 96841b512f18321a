package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Limits;
import baton.runtime.KafkaClients;
import baton.standalone.Client.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who an agent is counts from the first answer of a process on: not what she was once, while `agents` is still being read. And there are
/// only so many.
class AgentDirectoryIT {

    private static final int CHANGES_BETWEEN = 50_000;
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    @Test
    void nobodyIsLetInForWhatSheWasOnce(@TempDir Path data) throws Exception {
        String token;
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client sam = Client.signIn(baton.url(), "sam", baton.password());
            put(sam, true);
            Client zoe = Tokens.of(baton, "zoe");
            token = zoe.token();
            assertThat(zoe.get("/api/me").text("role")).isEqualTo("supervisor");
            changeSomebodyElseOften(baton);
            put(sam, false);
        }
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            Client zoe = Client.withToken(baton.url(), token);
            List<Integer> answers = new ArrayList<>();
            long deadline = System.nanoTime() + READY_WITHIN.toNanos();
            Answer answer;
            do {
                answer = zoe.get("/api/me");
                answers.add(answer.status());
                assertThat(System.nanoTime()).as(baton.notReadyBecause().toString()).isLessThan(deadline);
            } while (answer.status() == 503);
            assertThat(answers).as("she asked before anybody was known").contains(503);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.text("detail")).isEqualTo("The agent zoe is deactivated.");
        }
    }

    @Test
    void oneAgentOrGroupMoreThanThereMayBeIsRefusedAndThoseThatThereAreGoOn(@TempDir Path data) throws Exception {
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client sam = Client.signIn(baton.url(), "sam", baton.password());
            int agents = sam.get("/api/agents").body().path("items").size();
            int groups = sam.get("/api/groups").body().path("items").size();
            try (Producer<byte[], byte[]> producer = baton.context().getBean(KafkaClients.class).producer("many", Duration.ofSeconds(30), Map.of())) {
                for (int i = agents; i < Limits.AGENTS_MAX; i++) {
                    producer.send(new ProducerRecord<>("agents", 0, Log.bytes("agent-" + i), Log.bytes(
                            "{\"id\":\"agent-" + i + "\",\"name\":\"Agent\",\"role\":\"agent\",\"active\":false,\"activePeriods\":[]}")));
                }
                for (int i = groups; i < Limits.GROUPS_MAX; i++) {
                    producer.send(new ProducerRecord<>("groups", 0, Log.bytes("group-" + i), Log.bytes(
                            "{\"id\":\"group-" + i + "\",\"name\":\"Group\",\"members\":[]}")));
                }
            }
            String agent = "{\"name\":\"Zoe\",\"role\":\"agent\",\"active\":true}";
            String group = "{\"name\":\"Night\",\"members\":[\"ana\"]}";
            assertThat(sam.put("/api/agents/agent-4999", agent).status()).as("one who is there").isEqualTo(200);
            assertThat(sam.put("/api/groups/group-199", group).status()).as("one that is there").isEqualTo(200);
            for (Answer refused : List.of(sam.put("/api/agents/zoe", agent), sam.put("/api/groups/night", group))) {
                assertThat(refused.status()).as(refused.toString()).isEqualTo(422);
                assertThat(refused.type()).isEqualTo("invalid-field");
                assertThat(refused.text("field")).isEqualTo("id");
            }
            assertThat(sam.delete("/api/groups/group-199").status()).isEqualTo(204);
            assertThat(sam.put("/api/groups/night", group).status()).isEqualTo(200);
        }
    }

    private static void put(Client sam, boolean active) {
        assertThat(sam.put("/api/agents/zoe", "{\"name\":\"Zoe\",\"role\":\"supervisor\",\"active\":" + active + "}").status()).isEqualTo(200);
    }

    private static void changeSomebodyElseOften(Standalone baton) {
        byte[] yan = Log.bytes("{\"id\":\"yan\",\"name\":\"Yan\",\"role\":\"agent\",\"active\":true,\"activePeriods\":[]}");
        try (Producer<byte[], byte[]> producer = baton.context().getBean(KafkaClients.class).producer("changes", Duration.ofSeconds(30), Map.of())) {
            for (int i = 0; i < CHANGES_BETWEEN; i++) {
                producer.send(new ProducerRecord<>("agents", 0, Log.bytes("yan"), yan));
            }
        }
    }
}
