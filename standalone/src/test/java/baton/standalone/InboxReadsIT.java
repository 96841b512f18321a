package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Several conversations in one read, at the versions that the reader has heard of.
class InboxReadsIT {

    private static final Client ANA = Shared.client("ana");

    @Test
    void showsEachConversationAtTheVersionThatIsAskedForOrLater() {
        String taken = Shared.conversation();
        String completed = Shared.conversation();
        String untouched = Shared.conversation();
        long takenAt = ANA.assign(taken, "ana").body().path("version").asLong();
        long completedAt = ANA.post("/api/conversations/" + completed + "/complete", null).body().path("version").asLong();
        Answer read = read(taken + "@" + takenAt, completed + "@" + completedAt, untouched);
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body().path("stale").asBoolean(true)).isFalse();
        assertThat(read.body().path("missing")).isEmpty();
        assertThat(read.body().path("partitionsMissing")).isEmpty();
        assertThat(read.body().path("items").findValuesAsText("conversationId")).containsExactly(taken, completed, untouched);
        JsonNode items = read.body().path("items");
        assertThat(items.get(0).path("assignee").asText()).isEqualTo("ana");
        assertThat(items.get(1).path("status").asText()).isEqualTo("completed");
        assertThat(items.get(2)).isEqualTo(ANA.get("/api/inbox?limit=200").body().path("items").findParents("conversationId").stream()
                .filter(row -> row.path("conversationId").asText().equals(untouched)).findFirst().orElseThrow());
    }

    @Test
    void namesWhatThereIsNotAndSaysWhenAVersionWasNotReached() {
        String id = Shared.conversation();
        String nobody = Shared.fresh("nobody");
        Answer read = read(nobody, id + "@2", id + "@99");
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body().path("stale").asBoolean()).isTrue();
        assertThat(read.body().path("missing")).extracting(JsonNode::asText).containsExactly(nobody);
        assertThat(read.body().path("items").findValuesAsText("conversationId")).containsExactly(id);
    }

    @Test
    void takesAHundredIdsOfTheGreatestLength() {
        Answer read = read(IntStream.range(0, 100).mapToObj(i -> "x".repeat(125) + (100 + i)).toArray(String[]::new));
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.body().path("missing")).hasSize(100);
    }

    @Test
    void refusesWhatIsNoListOfIds() {
        List<Answer> refused = List.of(ANA.get("/api/inbox/conversations"), read("a@b"), read("a@1@2"), read("@1"), read("a%20b"),
                read(Collections.nCopies(101, "a").toArray(String[]::new)));
        assertThat(refused).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.type()).isEqualTo("invalid-field");
            assertThat(answer.text("field")).isEqualTo("id");
        });
    }

    private static Answer read(String... ids) {
        return ANA.get("/api/inbox/conversations?id=" + String.join("&id=", ids));
    }
}
