package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The README's tour does what it says: its commands are run as they stand, but for ports and the password's place, and what it says that
/// they print is looked for in what they print.
class ReadmeIT {

    private static final Pattern BLOCK = Pattern.compile("<!-- tour -->\n```bash\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PRINTS = Pattern.compile("^# → (.*)$", Pattern.MULTILINE);

    @Test
    void theTourPrintsWhatItSays(@TempDir Path data) throws Exception {
        for (String tool : List.of("bash", "curl", "kcat")) {
            boolean present = Arrays.stream(System.getenv("PATH").split(java.io.File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            assumeTrue(present || System.getenv("CI") != null, tool + " is not installed");
        }
        List<String> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(Path.of(System.getProperty("basedir", "."), "..", "README.md")));
        while (block.find()) {
            blocks.add(block.group(1));
        }
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(6);
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            // The blocks are pasted by a person, who takes longer than the notification does: wait for it once.
            String waitForBen = "for _ in $(seq 100); do as \"$BEN\" GET /api/notifications | grep -q parcel-1:2 && break; done\n";
            String script = "set -euo pipefail\n" + String.join("\n", blocks).replace("as \"$BEN\" GET /api/notifications\n",
                    waitForBen + "as \"$BEN\" GET /api/notifications\n")
                    .replace("localhost:8080", baton.url().substring("http://".length()))
                    .replace("localhost:9092", baton.bootstrapServers())
                    .replace("data/password", data.resolve("password").toString());
            // A reader of the topics sees what is committed: what the inbox shows is.
            Process bash = new ProcessBuilder("bash", "-c", script.replace("kcat -C",
                    "as \"$ANA\" GET '/api/inbox/conversations/parcel-1?minVersion=4' > /dev/null; kcat -C")).redirectErrorStream(true).start();
            String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(bash.exitValue()).as(printed).isZero();
            int from = 0;
            for (String text : PRINTS.matcher(String.join("\n", blocks)).results().map(result -> result.group(1)).toList()) {
                int at = printed.indexOf(text, from);
                assertThat(at).as("'" + text + "' in what is printed after the one before it:\n" + printed).isGreaterThanOrEqualTo(from);
                from = at;
            }
        }
    }
}
