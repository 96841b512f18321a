package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;

import baton.contract.Samples.Sample;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is written today is byte for byte what is committed, and everything that was ever written can be read.
class GoldenTest {

    static List<Sample> samples() {
        return Samples.all();
    }

    static List<Golden> goldens() {
        return Golden.all();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void writesExactlyTheCommittedBytes(Sample sample) {
        assertThat(latest(sample.name()).content()).isEqualTo(Golden.contentOf(sample));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void readsWhatItWrites(Sample sample) {
        Golden golden = latest(sample.name());

        assertThat(golden.read(golden.value())).isEqualTo(sample.value());
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void readsWhatAnyVersionWroteAndLosesNoFieldOfIt(Golden golden) {
        Object read = golden.read(golden.value());

        assertContains(Golden.parse(Json.write(read)), Golden.parse(golden.value()), golden.kind());
    }

    @Test
    void hasASampleForEveryFileAndAFileForEverySample() {
        assertThat(Golden.all().stream().map(Golden::sample).distinct())
                .containsExactlyInAnyOrderElementsOf(Samples.all().stream().map(Sample::name).toList());
    }

    @Test
    void hasAFileForEveryTypeOfEvent() {
        Set<String> kinds = kinds();

        assertThat(kinds).containsAll(Arrays.stream(EventType.values()).map(EventType::wireName).toList());
    }

    @Test
    void hasAFileForEveryOtherKindOfRecordAndForNothingElse() {
        Set<String> others = kinds();
        Arrays.stream(EventType.values()).map(EventType::wireName).forEach(others::remove);

        assertThat(others).containsExactlyInAnyOrderElementsOf(Golden.CLASSES.keySet());
    }

    @Test
    void hasASampleOfEveryCommand() {
        assertThat(Samples.all().stream().map(Sample::value)
                .filter(CommandEnvelope.class::isInstance).<Class<?>>map(value -> ((CommandEnvelope) value).body().getClass()).distinct())
                .containsExactlyInAnyOrder(Command.class.getPermittedSubclasses());
    }

    @Test
    void hasATypeForEveryEvent() {
        assertThat(Arrays.stream(EventType.values()).<Class<?>>map(EventType::eventClass))
                .containsExactlyInAnyOrder(Event.class.getPermittedSubclasses());
    }

    @Test
    void keepsEveryVersionFromTheFirstOn() {
        Golden.all().stream().collect(Collectors.groupingBy(Golden::sample)).forEach((sample, versions) ->
                assertThat(versions.stream().map(Golden::number).sorted()).as(sample)
                        .containsExactlyElementsOf(Stream.iterate(1, n -> n + 1).limit(versions.size()).toList()));
    }

    private static Set<String> kinds() {
        return Golden.all().stream().map(Golden::kind).collect(Collectors.toSet());
    }

    private static Golden latest(String sample) {
        return Golden.all().stream().filter(golden -> golden.sample().equals(sample)).max(Comparator.comparing(Golden::number))
                .orElseThrow(() -> new AssertionError("there is no src/test/resources/golden/" + sample + ".v1.json; it would be\n"
                        + Golden.contentOf(Samples.all().stream().filter(it -> it.name().equals(sample)).findFirst().orElseThrow())));
    }

    /// Everything of `old` stands unchanged in `present`, which may have more.
    private static void assertContains(JsonNode present, JsonNode old, String at) {
        if (old.isObject()) {
            old.properties().forEach(field -> {
                assertThat(present.has(field.getKey())).as(at + "." + field.getKey()).isTrue();
                assertContains(present.get(field.getKey()), field.getValue(), at + "." + field.getKey());
            });
        } else if (old.isArray()) {
            assertThat(present.size()).as(at).isEqualTo(old.size());
            for (int i = 0; i < old.size(); i++) {
                assertContains(present.get(i), old.get(i), at + "[" + i + "]");
            }
        } else {
            assertThat(present).as(at).isEqualTo(old);
        }
    }
}
