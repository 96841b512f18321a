package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What the flags refuse, before anything is made.
class StandaloneMainTest {

    @ParameterizedTest
    @CsvSource({
        "--partitions, 0,   --partitions must be 1 to 256",
        "--partitions, 257, --partitions must be 1 to 256",
        "--port,       70000, --port must be 0 to 65535",
        "--kafka-port, -1,  --kafka-port must be 0 to 65535",
        "--kafka-port, 8080, '--port and --kafka-port must differ, both are 8080'",
        "--visitors,   -1,  --visitors must be 0 to 100",
    })
    void refusesANumberThatCannotBe(String flag, String value, String because, @TempDir Path folder) {
        Path data = folder.resolve("data");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new StandaloneMain()).execute("--data", data.toString(), flag, value)).isEqualTo(2);
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("Baton cannot start: " + because + (because.contains("differ") ? "." : ", it is " + value + "."));
        assertThat(data).doesNotExist();
    }
}
