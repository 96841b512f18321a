package baton.standalone;

import baton.runtime.StartRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/// The folder that one process keeps everything in: the broker's log, the local stores, the signing key, the password. Locked
/// while it is open; carries the version of its format, the number of partitions and who was written first, which never change.
final class DataFolder implements AutoCloseable {

    private static final int FORMAT = 2;
    private static final String ABOUT = "baton.properties";
    private static final String FIRST_AGENTS = "first-agents";
    private static final String DEMO = "demo";
    private static final int PARTITIONS_DEFAULT = 4;
    private static final String LOCK = "lock";
    /// What an operator may have put there before: other disks, and secrets.
    private static final Set<String> PREPARED = Set.of("kafka", "state", "password", "signing-key");
    private static final String DRAFT = ".draft";
    private static final String RUNNING = "running.properties";
    /// What a first start writes on file systems that do not leave out what is empty, and as much again.
    private static final long SPACE_MIN = 80_000_000;

    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final boolean begins;
    private final boolean wasKilled;
    private final About about;

    /// What was decided when it was begun.
    ///
    /// @param demo whether the demo's team was written first, or else one supervisor `admin`
    private record About(int partitions, boolean demo) {
    }

    private DataFolder(Path folder, FileChannel lockFile, FileLock lock, boolean begins, About about) throws IOException {
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
        this.begins = begins;
        this.about = about;
        this.wasKilled = lockFile.size() > 0;
        lockFile.write(ByteBuffer.wrap(new byte[] {'1'}), 0);
    }

    /// Opens a folder, making it at first start, for this user only. Throws [StartRefused] if another process has it, if a newer build has
    /// made it, or if it is somebody else's.
    ///
    /// @param partitionsWanted for a first start; null for the default; must agree at a later one
    /// @param demo             true: the demo's team at a first start, and whatever it began with at a later one; false: one supervisor,
    ///                         which must agree at a later one
    static DataFolder open(Path folder, Integer partitionsWanted, boolean demo) {
        try {
            requireOwnOrEmpty(folder);
            boolean made = !Files.exists(folder.resolve(ABOUT));
            Files.createDirectories(folder);
            if (made) { // later on its owner may let others in
                keepPrivate(folder);
            }
            FileChannel lockFile = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(lockFile);
            if (lock == null) {
                lockFile.close();
                throw inUse(folder);
            }
            try {
                Files.deleteIfExists(folder.resolve(RUNNING)); // of a process that was killed: its port may be anybody's by now
                boolean begins = !Files.exists(folder.resolve(ABOUT));
                requireSpace(folder);
                return new DataFolder(folder, lockFile, lock, begins, about(folder, partitionsWanted, demo));
            } catch (RuntimeException | IOException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StartRefused("the data folder " + folder + " cannot be used: " + reason(e));
        }
    }

    /// What a user keeps there is not mixed with what Baton keeps. A start that was interrupted before it had begun anything leaves the lock.
    private static void requireOwnOrEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder) || Files.exists(folder.resolve(ABOUT))) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.map(file -> file.getFileName().toString()).anyMatch(DataFolder::isNotOurs)) {
                throw new StartRefused("the folder " + folder + " is not empty, and it is no data folder of Baton: choose another with --data");
            }
        }
    }

    private static boolean isNotOurs(String name) {
        return !PREPARED.contains(name) && !name.equals(LOCK) && !name.equals(ABOUT + DRAFT) && !name.equals("lost+found") && !name.startsWith(".");
    }

    /// The log has what everybody has written. A folder of another owner, who lets this user write there, is as private as that owner made it.
    private static void keepPrivate(Path folder) throws IOException {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException _) {
            // only its owner may
        }
    }

    /// Throws [StartRefused] if another process has the folder; makes nothing.
    static void requireNotInUse(Path folder) {
        if (Files.exists(folder.resolve(LOCK)) && isInUse(folder)) {
            throw inUse(folder);
        }
    }

    private static StartRefused inUse(Path folder) {
        return new StartRefused("the data folder " + folder + " is in use by another process: stop it, or choose another folder with --data");
    }

    /// A broker that cannot write ends the process; better not to begin.
    private static void requireSpace(Path folder) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < SPACE_MIN) {
            throw new StartRefused("only " + free / 1_000_000 + " MB are free in the data folder " + folder + ", a start needs "
                    + SPACE_MIN / 1_000_000 + " MB: make room, or choose another folder with --data");
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException _ -> "it is a file, not a folder";
            case AccessDeniedException _ -> "this user may not write there";
            case FileSystemException wrong when wrong.getReason() != null -> wrong.getReason();
            case NoSuchFileException _ -> "it cannot be made there";
            default -> e.toString();
        };
    }

    /// Throws [StartRefused] unless this is a data folder that this build knows.
    static void require(Path folder) {
        if (!Files.exists(folder.resolve(ABOUT))) {
            throw new StartRefused(folder + " is no data folder of Baton: name one with --data");
        }
        try {
            about(folder, null, true);
        } catch (IOException e) {
            throw new StartRefused("the data folder " + folder + " cannot be used: " + reason(e));
        }
    }

    /// Whether a process has the folder at this moment.
    static boolean isInUse(Path folder) {
        try (FileChannel lockFile = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = tryLock(lockFile)) {
            return lock == null;
        } catch (IOException e) {
            throw new StartRefused("the data folder " + folder + " cannot be used: " + reason(e));
        }
    }

    /// What the process that has a folder says of itself.
    ///
    /// @param url        where it serves HTTP
    /// @param supervisor the account that may change what a supervisor may
    record Running(String url, String supervisor) {

        /// As the process that has the folder has written it. Throws [StartRefused] where it has not yet, or this user may not read it.
        static Running of(Path folder) {
            Path file = folder.resolve(RUNNING);
            Properties written = new Properties();
            try (var reader = Files.newBufferedReader(file)) {
                written.load(reader);
            } catch (NoSuchFileException _) {
                throw new StartRefused("the process that has the data folder " + folder + " has not said yet where it is: it is starting, or "
                        + "ending, or of an older build");
            } catch (IOException e) {
                throw new StartRefused(file + " cannot be read: " + (e instanceof AccessDeniedException ? "this user may not" : reason(e)));
            }
            return new Running(written.getProperty("url", ""), written.getProperty("supervisor", ""));
        }
    }

    /// Says where this process is, to whoever may read the folder.
    void announce(Running running) {
        try {
            writeOnce(folder.resolve(RUNNING), "url=" + running.url() + "\nsupervisor=" + running.supervisor() + "\n");
        } catch (IOException e) {
            throw new StartRefused(folder.resolve(RUNNING) + " cannot be written: " + reason(e));
        }
    }

    private static FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // held by this very process
        }
    }

    private static About about(Path folder, Integer partitionsWanted, boolean demo) throws IOException {
        Path file = folder.resolve(ABOUT);
        if (!Files.exists(file)) {
            About begun = new About(partitionsWanted == null ? PARTITIONS_DEFAULT : partitionsWanted, demo);
            writeOnce(file, "format=" + FORMAT + "\npartitions=" + begun.partitions() + "\n" + FIRST_AGENTS + "=" + (demo ? DEMO : "admin") + "\n");
            return begun;
        }
        Properties written = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            written.load(reader);
        }
        int format = number(written, "format", file);
        int partitions = number(written, "partitions", file);
        // One that an older build began does not say whom it has: whoever starts it does.
        boolean begunWithDemo = written.getProperty(FIRST_AGENTS, demo ? DEMO : "admin").equals(DEMO);
        if (format != FORMAT) {
            throw new StartRefused(file + " has format " + format + ", this build knows format " + FORMAT + ": use the build that made it");
        }
        if (partitionsWanted != null && partitionsWanted != partitions) {
            throw new StartRefused("this data was begun with " + partitions + " partitions, which can never change: leave out what asks for "
                    + partitionsWanted + ", --partitions or BATON_PARTITIONS, or begin another folder with --data");
        }
        if (begunWithDemo && !demo) {
            throw new StartRefused("this data was begun with the demo team: leave out --no-demo, or begin another folder with --data");
        }
        return new About(partitions, begunWithDemo);
    }

    private static int number(Properties properties, String name, Path file) {
        try {
            return Integer.parseInt(properties.getProperty(name, "").trim());
        } catch (NumberFormatException _) {
            throw new StartRefused(file + " has no number for " + name + ": it is not a data folder of Baton, or it is damaged");
        }
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    int partitions() {
        return about.partitions();
    }

    /// Whether the demo's team was written first, or else one supervisor `admin`.
    boolean demo() {
        return about.demo();
    }

    boolean begins() {
        return begins;
    }

    /// Whether the last process that had it did not close it.
    boolean wasKilled() {
        return wasKilled;
    }

    /// A secret that is made once and kept, readable by the owner of the process only.
    ///
    /// @param wanted what it shall be from now on, or null to keep it or make a random one
    String secret(String name, String wanted) {
        Path file = folder.resolve(name);
        try {
            if (wanted != null) {
                writeOnce(file, wanted + "\n");
                return wanted;
            }
            if (!Files.exists(file)) {
                byte[] random = new byte[32];
                new SecureRandom().nextBytes(random);
                writeOnce(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StartRefused(file + " cannot be used: " + e.getMessage());
        }
    }

    /// Written whole or not at all, mode 0600.
    private static void writeOnce(Path file, String text) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + DRAFT);
        Files.deleteIfExists(draft);
        Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(folder.resolve(RUNNING));
            lockFile.truncate(0); // a lock file that is not empty is that of a process which was killed
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
