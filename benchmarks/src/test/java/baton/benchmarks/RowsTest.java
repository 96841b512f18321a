package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class RowsTest {

    @Test
    void aFifthIsOpenUpToABound() {
        assertThat(Filled.open(10_000)).isEqualTo(2_000);
        assertThat(Filled.open(1_000_000)).isEqualTo(200_000);
        assertThat(Filled.open(10_000_000)).isEqualTo(200_000);
    }

    @Test
    void asManyStayOpenAsShall() {
        for (int open : new int[] {0, 1, 3, 20, 99, 100}) {
            assertThat(IntStream.range(0, 100).filter(i -> Filled.staysOpen(i, 100, open)).count()).as("%d of 100", open).isEqualTo(open);
        }
        assertThat(IntStream.range(0, 10).filter(i -> Filled.staysOpen(i, 10, 2)).toArray()).containsExactly(4, 9);
        assertThat(IntStream.range(8_999_000, 9_000_000).filter(i -> Filled.staysOpen(i, 9_000_000, 1_800_000)).count()).isEqualTo(200);
    }

    @Test
    void growsTenfoldUpToTheLargest() {
        assertThat(GrowthRow.steps(10_000, 1_000_000)).containsExactly(10_000, 100_000, 1_000_000);
        assertThat(GrowthRow.steps(10_000, 300_000)).containsExactly(10_000, 100_000, 300_000);
        assertThat(GrowthRow.steps(10_000, 5_000)).containsExactly(5_000);
        assertThat(GrowthRow.steps(10_000, 2_000_000_000)).endsWith(1_000_000_000, 2_000_000_000);
    }

    @Test
    void aFoldIsDividedByItsTimeAndByItsProcessorTime() {
        var fold = new FoldRow.Fold(1_000, 2, 4);
        assertThat(fold.perSecond()).isEqualTo(500);
        assertThat(fold.perProcessorSecond()).isEqualTo(250);
        assertThat(fold.tells()).isTrue();
        assertThat(new FoldRow.Fold(1_000, 2, -0.1).tells()).isFalse();
    }

    @Test
    void aConversationGoesToAnotherAgentEachTime() {
        for (List<String> agents : List.of(List.of("ana", "ben"), List.of("a", "b", "c"))) {
            for (long i = 0; i < 5L * Contender.Claims.CONVERSATIONS; i++) {
                assertThat(Contender.Claims.agent(agents, i + Contender.Claims.CONVERSATIONS)).isNotEqualTo(Contender.Claims.agent(agents, i));
            }
        }
    }

    @Test
    void settingsOfWhoeverMeasuresReachNobody() {
        Map<String, String> environment = new HashMap<>(Map.of("PATH", "/bin", "BATON_PARTITIONS", "8", "BATON_JAVA_OPTIONS", "-Xmx1g"));
        ServerProcess.removeSettings(environment);
        assertThat(environment).containsOnlyKeys("PATH", "BATON_JAVA_OPTIONS");
    }

    @Test
    void whatThreadsHaveUsedSince() {
        assertThat(CostRow.difference(Map.of("gone", 5.0, "there", 2.0), Map.of("there", 3.5, "new", 1.0))).containsOnly(entry("there", 1.5), entry("new", 1.0));
    }

    @Test
    void aTokenSaysWhoSheIsAndIsSigned() throws Exception {
        String[] parts = StreamRow.token("bench-agent-1", "0123456789abcdef0123456789abcdef", Instant.ofEpochSecond(1_000)).split("\\.");
        assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8)).isEqualTo("{\"alg\":\"HS256\"}");
        assertThat(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)).isEqualTo("{\"sub\":\"bench-agent-1\",\"iat\":1000,\"exp\":44200}");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        assertThat(Base64.getUrlDecoder().decode(parts[2])).isEqualTo(mac.doFinal((parts[0] + "." + parts[1]).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatWasNotMeasuredHasGoalsAndNoTable() {
        var filled = new Filled(20);
        for (Row row : List.of(new FoldRow(FoldRow.QUICK), new GrowthRow(GrowthRow.QUICK, filled, 20_000), new StreamRow(StreamRow.QUICK),
                new RestartRow(1, filled, 20_000), new CostRow(CostRow.QUICK))) {
            assertThat(row.table()).as(row.number()).isEmpty();
            assertThat(row.goals()).as(row.number()).allSatisfy(goal -> {
                assertThat(goal.row()).isEqualTo(row.number());
                assertThat(goal.met()).isEmpty();
            });
        }
    }
}
