package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.benchmarks.Side.Rival.Store;
import baton.benchmarks.postgres.Postgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All sides, running, for the tests that compare them.
record Sides(Path folder, Side.Baton baton, Postgres postgres, Side.Rival onPostgres, Side.Rival onAxon) implements AutoCloseable {

    private static final Path STANDALONE = Path.of("../standalone/target");

    /// Starts them; skips the test, visibly, where there is no PostgreSQL, except where CI is to have installed it.
    static Sides start() throws IOException, InterruptedException, SQLException {
        assumeTrue(Postgres.installed().isPresent() || System.getenv("CI") != null, Postgres.INSTALL);
        Path folder = Files.createTempDirectory("baton-sides");
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Side.Baton baton = add(opened, Side.Baton.start(Side.java(standalone(), "baton.standalone.StandaloneMain"), folder.resolve("data")));
            Postgres postgres = add(opened, Postgres.start());
            Side.Rival onPostgres = add(opened, Side.Rival.start(Store.POSTGRES, postgres, baton.bootstrapServers(), folder));
            return new Sides(folder, baton, postgres, onPostgres, Side.Rival.start(Store.AXON, postgres, baton.bootstrapServers(), folder));
        } catch (RuntimeException | IOException | InterruptedException | SQLException e) {
            ServerProcess.close(() -> close(opened, folder), e);
            throw e;
        }
    }

    private static <T extends AutoCloseable> T add(List<AutoCloseable> opened, T one) {
        opened.add(one);
        return one;
    }

    private static void close(List<AutoCloseable> opened, Path folder) {
        IllegalStateException failed = null;
        for (AutoCloseable one : opened.reversed()) {
            try {
                one.close();
            } catch (Exception e) {
                var also = new IllegalStateException(one + " could not be closed", e);
                if (failed != null) {
                    also.addSuppressed(failed);
                }
                failed = also;
            }
        }
        try {
            LoneBaton.delete(folder);
        } catch (IOException _) {
            // what is left is in the temporary folder
        }
        if (failed != null) {
            throw failed;
        }
    }

    /// What the module `standalone` has built.
    private static String standalone() throws IOException {
        assertThat(STANDALONE.resolve("standalone.jar")).as("standalone is packaged before this module's tests run").exists();
        try (Stream<Path> libraries = Files.list(STANDALONE.resolve("lib"))) {
            return Stream.concat(Stream.of(STANDALONE.resolve("standalone.jar")), libraries).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
    }

    List<Side> all() {
        return List.of(baton, onPostgres, onAxon);
    }

    List<Side.Rival> rivals() {
        return List.of(onPostgres, onAxon);
    }

    @Override
    public void close() {
        close(List.of(baton, postgres, onPostgres, onAxon), folder);
    }
}
