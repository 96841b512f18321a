package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SideTest {

    private static final Pattern OPTIONS = Pattern.compile("^options=\\(([^)]*)\\)", Pattern.MULTILINE);

    /// Nobody has a better collector or more memory than the others.
    @Test
    void everyonesJavaIsStartedAsBatonStartsIts() throws Exception {
        Matcher options = OPTIONS.matcher(Files.readString(Path.of("../baton")));
        assertThat(options.find()).isTrue();

        List<String> batons = Pattern.compile("\\s+").splitAsStream(options.group(1)).filter(option -> !option.isEmpty()).toList();
        assertThat(Side.java("a.jar", "Main")).containsSubsequence(batons).hasSize(1 + batons.size() + Side.moreJavaOptions().size() + 3);
    }
}
