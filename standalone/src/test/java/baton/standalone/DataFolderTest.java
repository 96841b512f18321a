package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.StartRefused;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a data folder says of the process that has it.
class DataFolderTest {

    /// Whoever asks gives the password to the address that is found there.
    @Test
    void doesNotSayWhereAProcessWasThatWasKilled(@TempDir Path folder) throws Exception {
        DataFolder.open(folder, null, true).close();
        Files.writeString(folder.resolve("running.properties"), "url=http://localhost:1\nsupervisor=sam\n");
        try (DataFolder data = DataFolder.open(folder, null, true)) {
            assertThatThrownBy(() -> DataFolder.Running.of(folder)).isInstanceOf(StartRefused.class).hasMessageContaining("has not said yet where it is");
            data.announce(new DataFolder.Running("http://localhost:2", "admin"));
            assertThat(DataFolder.Running.of(folder)).isEqualTo(new DataFolder.Running("http://localhost:2", "admin"));
        }
    }

    @Test
    void keepsThePartitionsThatItWasBegunWith(@TempDir Path folder) {
        DataFolder.open(folder, 2, true).close();
        try (DataFolder data = DataFolder.open(folder, null, true)) {
            assertThat(data.partitions()).isEqualTo(2);
        }
        assertThatThrownBy(() -> DataFolder.open(folder, 8, true)).isInstanceOf(StartRefused.class).hasMessageStartingWith(
                "this data was begun with 2 partitions, which can never change: leave out what asks for 8, --partitions or BATON_PARTITIONS");
    }

    @Test
    void keepsTheAgentsThatItWasBegunWith(@TempDir Path folder) {
        Path demo = folder.resolve("demo");
        DataFolder.open(demo, null, true).close();
        assertThatThrownBy(() -> DataFolder.open(demo, null, false)).isInstanceOf(StartRefused.class)
                .hasMessage("this data was begun with the demo team: leave out --no-demo, or begin another folder with --data");
        Path admin = folder.resolve("admin");
        DataFolder.open(admin, null, false).close();
        for (boolean wanted : new boolean[] {true, false}) {
            try (DataFolder data = DataFolder.open(admin, null, wanted)) {
                assertThat(data.demo()).as("with the demo's accounts nobody could sign in").isFalse();
            }
        }
    }

    @Test
    void takesWhatIsWantedWhereAnOlderBuildDidNotSay(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("baton.properties"), "format=2\npartitions=4\n");
        for (boolean wanted : new boolean[] {true, false}) {
            try (DataFolder data = DataFolder.open(folder, null, wanted)) {
                assertThat(data.demo()).isEqualTo(wanted);
            }
        }
    }
}
