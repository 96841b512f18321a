package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
        "--bootstrap-servers, nonsense, '--bootstrap-servers must be HOST:PORT, or several with commas between them'",
        "--visitors,   -1,  --visitors must be 0 to 100",
    })
    void refusesANumberThatCannotBe(String flag, String value, String because, @TempDir Path folder) {
        Path data = folder.resolve("data");
        Ended ended = execute("--data", data.toString(), flag, value);
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.said()).isEqualToIgnoringNewLines("Baton cannot start: " + because + (because.contains("differ") ? "." : ", it is " + value + "."));
        assertThat(data).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "257", "abc", "-1", "9999999999"})
    void refusesPartitionsOfTheEnvironmentThatCannotBe(String partitions, @TempDir Path folder) {
        Path data = folder.resolve("data");
        Ended ended = execute(Map.of("BATON_PARTITIONS", partitions), "--data", data.toString());
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.said()).isEqualToIgnoringNewLines("Baton cannot start: BATON_PARTITIONS must be 1 to 256, it is " + partitions + ".");
        assertThat(data).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--data FOLDER rebuild", "rebuild --data FOLDER", "--bootstrap-servers localhost:1 --data FOLDER rebuild"})
    void rebuildsTheFolderThatIsNamedBeforeTheCommandOrBehindIt(String line, @TempDir Path folder) {
        Ended ended = execute(line.replace("FOLDER", folder.toString()).split(" "));
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.said()).startsWith("Baton cannot rebuild: " + folder + " is no data folder of Baton");
    }

    @ParameterizedTest
    @CsvSource({
        "--data a rebuild --data b,     '--data is there twice, before rebuild and behind it'",
        "--port 8081 rebuild,           '--port is for a start of Baton, rebuild does not take it'",
        "--no-demo rebuild,             '--no-demo is for a start of Baton, rebuild does not take it'",
        "--bootstrap-servers nonsense rebuild, '--bootstrap-servers must be HOST:PORT'",
        "rebuild --prot,                Unknown option",
    })
    void refusesFlagsThatARebuildCannotUse(String line, String because) {
        Ended ended = execute(line.split(" "));
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.said()).startsWith(because).contains("./baton rebuild --help explains the flags.");
    }

    @Test
    void saysItsVersionAndWhatElseThereIsToKnow() {
        CommandLine commandLine = StandaloneMain.commandLine(Map.of());
        StringWriter said = new StringWriter();
        commandLine.setOut(new PrintWriter(said));
        assertThat(commandLine.execute("--version")).isZero();
        assertThat(said.toString()).startsWith("Baton ").contains(", Kafka ", ", Java ");
        assertThat(commandLine.execute("--help")).isZero();
        assertThat(said.toString().replaceAll("\\s+", " ")).contains("bench", "rebuild", "BATON_JAVA_OPTIONS", "which the data folder keeps", "--version");
    }

    private record Ended(int code, String said) {
    }

    private static Ended execute(String... arguments) {
        return execute(Map.of(), arguments);
    }

    private static Ended execute(Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            return new Ended(StandaloneMain.commandLine(environment).execute(arguments), said.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(err);
        }
    }
}
