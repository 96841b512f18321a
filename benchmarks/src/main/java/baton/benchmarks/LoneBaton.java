package baton.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A Baton that a row has to itself, with two of its accounts signed in. It can be stopped, killed and started again on the same folder; the
/// tokens stay valid, because the key that signs them is in the folder.
final class LoneBaton implements AutoCloseable {

    /// A million conversations without their stores take longer than any other start.
    private static final Duration READY_WITHIN = Duration.ofMinutes(30);

    private final List<String> command;
    private final Path data;
    private volatile Side.Baton side;
    private volatile HttpClient http;
    private String supervisor;
    private String channel;

    private LoneBaton(List<String> command, Path data) {
        this.command = command;
        this.data = data;
    }

    /// @param data folder to begin; deleted at the end
    static LoneBaton start(List<String> command, Path data) throws Exception {
        Files.createDirectories(data.getParent());
        var baton = new LoneBaton(List.copyOf(command), data);
        try {
            baton.start();
            baton.supervisor = Account.signIn(baton.side, baton.http, "sam").token();
            baton.channel = Account.signIn(baton.side, baton.http, "webchat").token();
            return baton;
        } catch (Exception e) {
            ServerProcess.close(baton, e);
            throw e;
        }
    }

    /// Starts it again; how many seconds until it said that it was ready.
    double start() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        side = Side.Baton.start(command, data, READY_WITHIN);
        double seconds = (System.nanoTime() - begin) / 1e9;
        if (http != null) {
            http.close(); // not earlier: whoever still sends is to be told that nobody is there
        }
        http = new HttpClient(side.url());
        return seconds;
    }

    /// Stops it cleanly; how many seconds that took.
    double stop() {
        long begin = System.nanoTime();
        side.close();
        return (System.nanoTime() - begin) / 1e9;
    }

    /// `kill -9`.
    void kill() {
        side.process().kill();
    }

    JvmProcess process() {
        return new JvmProcess(side.process().pid());
    }

    /// What its broker tells; until it is started again.
    Broker broker() {
        return new Broker(side.bootstrapServers());
    }

    /// Deletes the local stores; it must be stopped.
    void forgetStores() throws IOException {
        delete(stores());
    }

    Side.Baton side() {
        return side;
    }

    Account supervisor() {
        return new Account(side, http, supervisor);
    }

    Account channel() {
        return new Account(side, http, channel);
    }

    Path data() {
        return data;
    }

    /// Bytes of the files of its local stores.
    long storeBytes() throws IOException {
        try (Stream<Path> files = Files.walk(stores())) {
            return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum(); // 0 for one that a compaction has taken away
        }
    }

    private Path stores() {
        return data.resolve("state");
    }

    /// Deletes a folder with all that is in it.
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (UncheckedIOException e) { // somebody else deletes there too
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
        try {
            if (side != null) {
                side.close();
            }
        } finally {
            try {
                if (Files.exists(data)) {
                    delete(data);
                }
            } catch (IOException e) {
                System.err.println("Could not be deleted: " + e);
            }
        }
    }
}
