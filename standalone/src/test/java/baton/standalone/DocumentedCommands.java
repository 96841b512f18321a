package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// The commands of a document that are marked with a comment, as readers paste them, and what the document says that they print (`# → …`).
record DocumentedCommands(List<String> blocks) {

    private static final Pattern PRINTS = Pattern.compile("^# → (.*)$", Pattern.MULTILINE);
    private static final int WITHIN_SECONDS = 60;

    /// Those of a file of this project. Skips the calling test where a program that they need is missing, except in CI.
    static DocumentedCommands of(String file, String mark) throws IOException {
        for (String program : List.of("bash", "curl", "kcat")) {
            boolean present = Arrays.stream(System.getenv("PATH").split(java.io.File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            assumeTrue(present || System.getenv("CI") != null, program + " is not installed");
        }
        String text = Files.readString(Path.of(System.getProperty("basedir", "."), "..", file));
        return new DocumentedCommands(Pattern.compile("<!-- " + mark + " -->\n```bash\n(.*?)```", Pattern.DOTALL).matcher(text).results()
                .map(result -> result.group(1)).toList());
    }

    /// What commands print, by what the document says beside them.
    static List<String> printedBy(String commands) {
        return PRINTS.matcher(commands).results().map(result -> result.group(1)).toList();
    }

    /// Runs commands as they stand, but for ports and the password's place; returns what they print. Fails where one of them does.
    static String run(Standalone baton, Path data, String commands) throws IOException, InterruptedException {
        String script = "set -euo pipefail\n" + commands
                .replace("localhost:8080", baton.url().substring("http://".length()))
                .replace("localhost:9092", baton.bootstrapServers())
                .replace("data/password", data.resolve("password").toString());
        Path printed = Files.createTempFile("printed", ".txt");
        try {
            Process bash = new ProcessBuilder("bash", "-c", script).redirectErrorStream(true).redirectOutput(printed.toFile()).start();
            boolean ended = bash.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                bash.descendants().forEach(ProcessHandle::destroyForcibly);
                bash.destroyForcibly();
            }
            String text = Files.readString(printed);
            assertThat(ended).as("ended within " + WITHIN_SECONDS + " s:\n" + text).isTrue();
            assertThat(bash.exitValue()).as(text).isZero();
            return text;
        } finally {
            Files.delete(printed);
        }
    }
}
