package baton.benchmarks.postgres;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A PostgreSQL 15 of one's own: the installed programs, a new cluster in a temporary folder, a free port of the loopback. Nothing of the
/// cluster that Debian may have made is touched.
///
/// Set up as somebody would who knows the machine: more memory, fewer checkpoints. `fsync` and full pages stay on.
public final class Postgres implements AutoCloseable {

    /// How to have it.
    public static final String INSTALL = "PostgreSQL 15 is not installed: apt-get install postgresql-15";

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql/15/bin");
    private static final String VERSION = "(PostgreSQL) 15.";
    private static final String UNPRIVILEGED = "postgres";
    private static final String INITIAL = "/postgres?";
    private static final int WITHIN_SECONDS = 60;
    private static final String SETTINGS = """
            listen_addresses = '127.0.0.1'
            max_connections = 60
            shared_buffers = 512MB
            effective_cache_size = 2GB
            work_mem = 16MB
            maintenance_work_mem = 256MB
            wal_buffers = 16MB
            min_wal_size = 1GB
            max_wal_size = 8GB
            checkpoint_timeout = 15min
            checkpoint_completion_target = 0.9
            random_page_cost = 1.1
            jit = off
            autovacuum_naptime = 5s
            autovacuum_vacuum_cost_delay = 1ms
            logging_collector = off
            """;

    private final Path programs;
    private final Path folder;
    private final Process server;
    private final Database initial;

    private Postgres(Path programs, Path folder, Process server, Database initial) {
        this.programs = programs;
        this.folder = folder;
        this.server = server;
        this.initial = initial;
    }

    /// The folder of the installed programs of version 15: Debian's, or the one on the PATH.
    public static Optional<Path> installed() {
        return Stream.concat(Stream.of(DEBIAN), Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator)).map(Path::of))
                .filter(programs -> Files.isExecutable(programs.resolve("postgres")) && Files.isExecutable(programs.resolve("initdb")))
                .filter(Postgres::isVersion15).findFirst();
    }

    private static boolean isVersion15(Path programs) {
        try {
            Process asked = new ProcessBuilder(programs.resolve("postgres").toString(), "--version").redirectErrorStream(true).start();
            String said = new String(asked.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return asked.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS) && said.contains(VERSION);
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Makes a cluster and starts it; returns when it takes connections.
    public static Postgres start() throws IOException, InterruptedException {
        Path programs = installed().orElseThrow(() -> new IllegalStateException(INSTALL));
        Path folder = Files.createTempDirectory("baton-postgres");
        try {
            byte[] random = new byte[18];
            new SecureRandom().nextBytes(random);
            String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            Path passwordFile = Files.createFile(folder.resolve("password"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(passwordFile, password + "\n");
            giveAway(folder);
            giveAway(passwordFile);
            Path cluster = folder.resolve("data");
            run(folder, programs.resolve("initdb").toString(), "--pgdata=" + cluster, "--username=baton", "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions");
            int port = freePort();
            Files.writeString(cluster.resolve("postgresql.conf"), SETTINGS + "port = " + port + "\nunix_socket_directories = '" + folder + "'\n",
                    java.nio.file.StandardOpenOption.APPEND);
            Process server = process(folder, programs.resolve("postgres").toString(), "-D", cluster.toString());
            var postgres = new Postgres(programs, folder, server,
                    new Database("jdbc:postgresql://127.0.0.1:" + port + INITIAL + "user=baton&password=" + password));
            try {
                postgres.awaitConnections();
            } catch (IOException | InterruptedException | RuntimeException e) {
                postgres.close();
                throw e;
            }
            return postgres;
        } catch (IOException | InterruptedException | RuntimeException e) {
            delete(folder);
            throw e;
        }
    }

    /// A database of one's own on it.
    ///
    /// @param url where it is, with user and password, for JDBC
    public record Database(String url) {

        /// A whole number that a query answers.
        public long number(String sql) throws SQLException {
            return Long.parseLong(text(sql));
        }

        /// Runs a statement.
        public void execute(String sql) throws SQLException {
            try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        private String text(String sql) throws SQLException {
            try (Connection connection = DriverManager.getConnection(url); Statement statement = connection.createStatement()) {
                var row = statement.executeQuery(sql);
                row.next();
                return row.getString(1);
            }
        }
    }

    /// Makes an empty database.
    public Database create(String name) throws SQLException {
        initial.execute("CREATE DATABASE " + name);
        return new Database(initial.url().replace(INITIAL, "/" + name + "?"));
    }

    /// Whether a commit waits until it is on the disk, in all databases and sessions from now on.
    public void synchronousCommit(boolean on) throws SQLException {
        initial.execute("ALTER SYSTEM SET synchronous_commit = " + (on ? "on" : "off"));
        initial.execute("SELECT pg_reload_conf()");
    }

    /// Which one it is, in its own words.
    public String version() throws SQLException {
        return initial.text("SELECT version()");
    }

    private void awaitConnections() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(WITHIN_SECONDS);
        while (true) {
            try {
                initial.number("SELECT 1");
                return;
            } catch (SQLException e) {
                if (!server.isAlive() || System.nanoTime() > deadline) {
                    String said = Files.readString(folder.resolve("log"));
                    throw new IllegalStateException("PostgreSQL does not answer: " + e.getMessage() + "\n" + said);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    /// PostgreSQL refuses to be root.
    private static List<String> unprivileged(String... command) {
        List<String> whole = new ArrayList<>();
        if (root()) {
            whole.addAll(List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED, "--init-groups"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static boolean root() {
        return System.getProperty("user.name").equals("root");
    }

    private static void giveAway(Path path) throws IOException {
        if (root()) {
            Files.setOwner(path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED));
        }
    }

    private static Process process(Path folder, String... command) throws IOException {
        return new ProcessBuilder(unprivileged(command)).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile())).start();
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        Process process = process(folder, command);
        if (!process.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException(command[0] + " has failed:\n" + Files.readString(folder.resolve("log")));
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Stops it, whoever is connected, and deletes its folder.
    @Override
    public void close() {
        try {
            if (server.isAlive()) {
                run(folder, programs.resolve("pg_ctl").toString(), "stop", "-D", folder.resolve("data").toString(), "-m", "fast", "-t", "30");
            }
            server.waitFor(WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (IOException | IllegalStateException _) {
            server.toHandle().descendants().forEach(ProcessHandle::destroyForcibly);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        server.destroyForcibly();
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // what is left is in the temporary folder
        }
    }
}
