package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private final Results results = new Results();

    private static Load.Round round(int rate, long... millis) {
        return roundOf(1_000, rate, millis);
    }

    private static Load.Round roundOf(int ofEach, int rate, long... millis) {
        Histogram nanos = new Histogram(3);
        for (long one : millis) {
            nanos.recordValueWithCount(Duration.ofMillis(one).toNanos(), ofEach);
        }
        return new Load.Round(rate, nanos, 0, false);
    }

    private static Results.Step step(int rate, boolean holds) {
        return new Results.Step(round(rate, 2, 4), 10, holds);
    }

    private static Row alone(String number, String table) {
        return new Row() {
            @Override
            public String number() {
                return number;
            }

            @Override
            public void measure(Batons batons, BooleanSupplier stopping) {
                throw new IllegalStateException("it was measured");
            }

            @Override
            public String table() {
                return table;
            }

            @Override
            public List<Goal> goals() {
                return List.of();
            }

            @Override
            public Map<String, Object> kept() {
                return Map.of("number", number);
            }
        };
    }

    private Report report() {
        for (long millis : List.of(9, 2, 4)) {
            results.add("ours", round(500, millis));
        }
        for (long millis : List.of(1, 2, 3)) {
            results.add("floor", round(500, millis));
        }
        results.add("ours", List.of(step(1_000, true), step(2_000, false), step(3_000, true)));
        results.add("ours", List.of(step(1_000, true), step(2_000, false), step(3_000, false)));
        results.add("theirs", List.of(step(1_000, false)));
        results.add("counts", "ours", round(100, 2));
        results.add("counts", "theirs", round(100, 3));
        results.add("refused", "theirs", roundOf(100, 100, 3));
        results.add("refused", "ours", roundOf(100, 100, 2).beside(new Load.Round(1, new Histogram(3), 7, false)));
        results.addInside("counts", "theirs", new Results.Inside(300, true));
        results.addInside("counts", "ours", new Results.Inside(200, true));
        results.addInside("refused", "theirs", new Results.Inside(300, true));
        results.addInside("refused", "ours", new Results.Inside(200, false));
        results.add("neither", "ours", roundOf(100, 100, 2).beside(new Load.Round(1, new Histogram(3), 7, false)));
        results.add("neither", "theirs", roundOf(100, 100, 2).beside(new Load.Round(1, new Histogram(3), 7, false)));
        results.add("seldom", "ours", roundOf(100, 100, 2));
        results.add("seldom", "theirs", roundOf(100, 100, 3).beside(new Load.Round(1, new Histogram(3), 0, true)));
        return new Report(Map.of("machine", "small"), results, List.of(
                Goal.atMost(1.5, "1", "p50 within 1.5×", results.millis("ours", 50), results.millis("floor", 50)),
                Goal.atLeast(3, "2", "3× theirs", results.most("ours"), results.most("theirs")),
                Goal.within(4, "8", "UP within 4 s", Optional.of(new Results.Spread(3, 2, 5)))), "floor", List.of("ours", "theirs"),
                List.of(alone("10", "**10.** a table\n"), alone("6", ""), alone("3", "**3.** another\n")));
    }

    @Test
    void saysMediansSpreadsRatiosAndWhatWasMissed() {
        assertThat(report().table())
                .contains("- machine: small")
                .contains("| ours | 4.00 (2.00 to 9.00) | 2.00 | 4.0 (2.0 to 9.0) | 2.00 |")
                .contains("| floor | 2.00 (1.00 to 3.00) | 1.00 |")
                .contains("| ours | 2000 (1000 to 3000) |")
                .contains("| theirs | 0 (0 to 0) |")
                .contains("| counts | 2.00 (2.00 to 2.00) | 2.0 (2.0 to 2.0) | 3.00 (3.00 to 3.00) | 3.0 (3.0 to 3.0) | 1.50 |")
                .contains("| seldom | 2.00 (2.00 to 2.00) | – | Infinity (Infinity to Infinity) | Infinity (Infinity to Infinity) | Infinity |")
                .contains("| refused | Infinity (Infinity to Infinity) | Infinity (Infinity to Infinity) | 3.00 (3.00 to 3.00) | – | 0.00 |")
                .contains("| neither | Infinity (Infinity to Infinity) | Infinity (Infinity to Infinity) | Infinity (Infinity to Infinity) | Infinity (Infinity to Infinity) | – |")
                .contains("| counts | 200 (200 to 200) | 300 (300 to 300) | 1.50 |")
                .contains("| refused | Infinity (Infinity to Infinity) | 300 (300 to 300) | 0.00 |")
                .contains("Failed requests, the climbs' apart: 21; rounds in which one failed, or that ended early, because more than 2000 requests were unanswered, "
                        + "and that count as infinitely slow: 4")
                .contains("| 1 | p50 within 1.5× | 2.00× | **missed** |")
                .contains("| 2 | 3× theirs | – | not measured |")
                .contains("| 8 | UP within 4 s | 3.00 s | met |")
                .containsSubsequence("\n**3.** another\n", "\n**10.** a table\n", "| # | goal |");
    }

    @Test
    void keepsEverythingAndDrawsIt(@TempDir Path folder) throws Exception {
        report().write(folder.resolve("bench.json"), folder.resolve("bench.svg"));
        JsonNode kept = new ObjectMapper().readTree(folder.resolve("bench.json").toFile());
        assertThat(kept.at("/rounds/ours")).hasSize(3);
        assertThat(kept.at("/rounds/ours/0/p50").asDouble()).isBetween(9.0, 9.1);
        assertThat(kept.at("/climbs/ours/0/2/holds").asBoolean()).isTrue();
        assertThat(kept.at("/goals/0/met").asBoolean()).isFalse();
        assertThat(kept.at("/goals/1/met").isNull()).isTrue();
        assertThat(kept.at("/alone/2/measured/number").asText()).isEqualTo("10");
        byte[] svg = Files.readAllBytes(folder.resolve("bench.svg"));
        assertThat(DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg)).getDocumentElement().getTagName())
                .isEqualTo("svg");
        assertThat(new String(svg, StandardCharsets.UTF_8)).contains("ours", "theirs").doesNotContain("NaN");
    }

    @Test
    void thatTheOthersHaveFailedIsNoSuccess() {
        Optional<Results.Spread> ten = Optional.of(new Results.Spread(10, 10, 10));
        Optional<Results.Spread> never = Optional.of(Results.Spread.of(new double[] {1, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY}));
        assertThat(Goal.atMost(1, "1", "", ten, never).met()).isEmpty();
        assertThat(Goal.atMost(1, "1", "", never, ten).met()).hasValue(false);
        assertThat(Goal.quicker(5, "4", "", ten, never).met()).isEmpty();
        assertThat(Goal.quicker(5, "4", "", never, ten).met()).hasValue(false);
        assertThat(Goal.quicker(5, "4", "", Optional.of(new Results.Spread(2, 2, 2)), ten).met()).hasValue(true);
        assertThat(Goal.quicker(5.1, "4", "", Optional.of(new Results.Spread(2, 2, 2)), ten).met()).hasValue(false);
    }
}
