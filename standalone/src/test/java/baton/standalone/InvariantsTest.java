package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The documents name only tests that exist, and no promise is without a test or the word open.
class InvariantsTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
    private static final Pattern TEST = Pattern.compile("\\b[A-Z][A-Za-z]+(?:Test|IT)\\b");
    private static final Pattern PROMISE = Pattern.compile("^\\| I(\\d+) \\|(.*)\\|(.*)\\|$", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(strings = {"docs/INVARIANTS.md", "docs/ARCHITECTURE.md", "README.md"})
    void everyTestThatIsNamedExists(String document) throws IOException {
        Set<String> present;
        try (Stream<Path> files = Files.walk(ROOT)) {
            present = files.filter(file -> file.toString().contains("src" + java.io.File.separator + "test"))
                    .map(file -> file.getFileName().toString().replace(".java", "")).collect(Collectors.toSet());
        }
        assertThat(present).contains("RestartIT");
        List<String> named = TEST.matcher(Files.readString(ROOT.resolve(document))).results().map(result -> result.group()).distinct().toList();
        assertThat(named).isNotEmpty().allSatisfy(test -> assertThat(present).contains(test));
    }

    @Test
    void everyPromiseHasATestOrIsOpen() throws IOException {
        Matcher promise = PROMISE.matcher(Files.readString(ROOT.resolve("docs/INVARIANTS.md")));
        int last = 0;
        while (promise.find()) {
            last++;
            assertThat(Integer.parseInt(promise.group(1))).isEqualTo(last);
            assertThat(promise.group(3)).containsPattern("[A-Z][A-Za-z]+(Test|IT)|open");
        }
        assertThat(last).isEqualTo(12);
    }
}
