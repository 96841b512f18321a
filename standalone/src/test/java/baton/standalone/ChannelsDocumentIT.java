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

/// The channel in three commands of docs/CHANNELS.md does what it says, as it stands there but for ports and the password's place.
class ChannelsDocumentIT {

    private static final Pattern BLOCK = Pattern.compile("<!-- channel -->\n```bash\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PRINTS = Pattern.compile("^# → (.*)$", Pattern.MULTILINE);

    @Test
    void theChannelInThreeCommandsWorks(@TempDir Path data) throws Exception {
        for (String tool : List.of("bash", "curl", "kcat")) {
            boolean present = Arrays.stream(System.getenv("PATH").split(java.io.File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
            assumeTrue(present || System.getenv("CI") != null, tool + " is not installed");
        }
        List<String> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "CHANNELS.md")));
        while (block.find()) {
            blocks.add(block.group(1));
        }
        assertThat(blocks).hasSize(3);
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            assertThat(run(baton, data, blocks.get(0))).isEmpty();
            Journey.awaitConversation(ana, "shop-17"); // a person is slower than that
            assertPrints(blocks.get(1), run(baton, data, blocks.get(1)));
            assertThat(ana.conversation("shop-17", 3).status()).isEqualTo(200); // what the inbox shows is committed
            assertPrints(blocks.get(2), run(baton, data, blocks.get(2)));
        }
    }

    private static void assertPrints(String block, String printed) {
        assertThat(PRINTS.matcher(block).results().map(result -> result.group(1)))
                .isNotEmpty().allSatisfy(text -> assertThat(printed).contains(text));
    }

    private static String run(Standalone baton, Path data, String block) throws Exception {
        String script = "set -euo pipefail\n" + block
                .replace("localhost:8080", baton.url().substring("http://".length()))
                .replace("localhost:9092", baton.bootstrapServers())
                .replace("data/password", data.resolve("password").toString());
        Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).start();
        String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).as(printed).isZero();
        return printed;
    }
}
