package baton.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What a process does that can never work as it is set up: one sentence, exit code 1.
class AssignmentServiceMainTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long EXITS_WITHIN_SECONDS = 60;

    @Test
    void refusesToStartWithoutASecret() throws Exception {
        assertThat(refusal(Map.of())).startsWith("assignment-service cannot start: nothing says whose tokens to accept");
    }

    @Test
    void refusesToStartWithAWeakSecret() throws Exception {
        assertThat(refusal(Map.of("BATON_JWT_SECRET", "short"))).startsWith("assignment-service cannot start: BATON_JWT_SECRET must have");
    }

    @Test
    void refusesADemoWithoutAPassword() throws Exception {
        assertThat(refusal(Map.of("BATON_JWT_SECRET", SECRET, "BATON_DEMO", "true")))
                .startsWith("assignment-service cannot start: the accounts' password (BATON_DEMO_PASSWORD) must have 8 characters");
    }

    @Test
    void refusesASettingThatCannotBe() throws Exception {
        assertThat(refusal(Map.of("BATON_JWT_SECRET", SECRET, "BATON_PARTITIONS", "0")))
                .startsWith("assignment-service cannot start: baton.partitions must be 1 to 256, it is 0");
        assertThat(refusal(Map.of("BATON_JWT_SECRET", SECRET, "BATON_DEMO", "yes")))
                .startsWith("assignment-service cannot start: BATON_DEMO is true or false");
    }

    /// Everything the process says on stderr: one line.
    private static String refusal(Map<String, String> environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), AssignmentServiceMain.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("BATON_") || name.startsWith("JAVA_") || name.startsWith("JDK_JAVA"));
        builder.environment().put("BATON_BOOTSTRAP_SERVERS", "localhost:1");
        builder.environment().put("BATON_PORT", "0");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(EXITS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(said.lines()).hasSize(1);
        return said;
    }
}
