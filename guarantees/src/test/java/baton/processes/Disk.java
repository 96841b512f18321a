package baton.processes;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A small disk of its own under a folder, which can be full. Needs a Linux that lets the tests mount.
public final class Disk {

    private static final int CHUNK_BYTES = 64 * 1024;

    private final Path folder;
    private final Path filler;

    private Disk(Path folder) {
        this.folder = folder;
        this.filler = folder.resolve("filler");
    }

    /// Whether this machine lets the tests mount one.
    public static boolean possible() {
        try {
            Path folder = Files.createTempDirectory("baton-disk");
            boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "baton", folder.toString());
            if (mounted) {
                run("umount", folder.toString());
            }
            Files.delete(folder);
            return mounted;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Puts one under a folder that nobody uses at this moment, and what is in the folder onto it.
    static Disk under(Path folder, int megabytes) throws IOException {
        Path aside = Files.createTempDirectory("baton-disk");
        require("cp", "-a", "--sparse=always", folder + "/.", aside.toString());
        require("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "baton", folder.toString());
        require("cp", "-a", "--sparse=always", aside + "/.", folder.toString());
        require("rm", "-r", aside.toString());
        Disk disk = new Disk(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(disk::close)); // where the tests are ended before they end it
        return disk;
    }

    /// Writes until not one byte more is to be had.
    public void fill() {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int size = CHUNK_BYTES; size >= 1; size /= 16) {
            try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                while (true) {
                    out.write(chunk, 0, size);
                }
            } catch (IOException _) {
                // full, for pieces of this size
            }
        }
    }

    /// Gives back what [#fill()] has taken.
    public void free() throws IOException {
        Files.deleteIfExists(filler);
    }

    /// How many bytes are left.
    public long left() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    /// Takes the disk away with all that is on it, even while somebody uses it.
    void close() {
        run("umount", "--lazy", folder.toString());
    }

    private static void require(String... command) throws IOException {
        if (!run(command)) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    private static boolean run(String... command) {
        try {
            return new ProcessBuilder(List.of(command)).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException _) {
            return false; // there is no such command
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
