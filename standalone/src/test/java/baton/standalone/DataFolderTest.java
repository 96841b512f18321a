package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.StartRefused;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    @Test
    void isForItsOwnerOnly(@TempDir Path parent) throws Exception {
        Path made = parent.resolve("made");
        Path found = Files.createDirectory(parent.resolve("found"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        for (Path folder : List.of(made, found)) {
            DataFolder.open(folder, null, true).close();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
            DataFolder.open(folder, null, true).close();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).as("as its owner made it").isEqualTo("rwxr-x---");
        }
    }

    @Test
    void isNeverAFolderOfSomebodyElses(@TempDir Path folder) throws Exception {
        Path letter = Files.writeString(folder.resolve("letter.txt"), "Dear Vera");
        assertThatThrownBy(() -> DataFolder.open(folder, null, true)).isInstanceOf(StartRefused.class)
                .hasMessage("the folder " + folder + " is not empty, and it is no data folder of Baton: choose another with --data");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(letter);
        }
    }

    @Test
    void isBegunWhereAStartLeftItsLockOnlyAndOnADiskOfItsOwn(@TempDir Path folder) throws Exception {
        Files.createFile(folder.resolve("lock"));
        Files.createDirectory(folder.resolve("lost+found"));
        Files.createDirectory(folder.resolve("kafka")); // another disk
        try (DataFolder data = DataFolder.open(folder, null, true)) {
            assertThat(data.begins()).isTrue();
        }
    }

    @Test
    void aStartThatIsRefusedForAPortBeginsNone(@TempDir Path parent) throws Exception {
        Path folder = parent.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var options = new Standalone.Options(folder, "localhost", taken.getLocalPort(), 0, null, true, null, null, Map.of());
            assertThatThrownBy(() -> Standalone.start(options)).isInstanceOf(StartRefused.class).hasMessageContaining("--port");
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void whoStartsTheSameTwiceIsToldSoAndNotOfThePort(@TempDir Path folder) throws Exception {
        try (DataFolder _ = DataFolder.open(folder, null, true);
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var options = new Standalone.Options(folder, "localhost", taken.getLocalPort(), 0, null, true, null, null, Map.of());
            assertThatThrownBy(() -> Standalone.start(options)).isInstanceOf(StartRefused.class).hasMessageContaining("is in use by another process");
        }
    }
}
