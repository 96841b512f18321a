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
        DataFolder.open(folder, null).close();
        Files.writeString(folder.resolve("running.properties"), "url=http://localhost:1\nsupervisor=sam\n");
        try (DataFolder data = DataFolder.open(folder, null)) {
            assertThatThrownBy(() -> DataFolder.Running.of(folder)).isInstanceOf(StartRefused.class).hasMessageContaining("has not said yet where it is");
            data.announce(new DataFolder.Running("http://localhost:2", "admin"));
            assertThat(DataFolder.Running.of(folder)).isEqualTo(new DataFolder.Running("http://localhost:2", "admin"));
        }
    }
}
