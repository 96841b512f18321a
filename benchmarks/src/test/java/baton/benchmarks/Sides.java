package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.benchmarks.postgres.Postgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Both sides, running, for the tests that compare them.
record Sides(Path folder, Side.Baton baton, Side.OnPostgres onPostgres) implements AutoCloseable {

    private static final Path STANDALONE = Path.of("../standalone/target");

    /// Starts both; skips the test, visibly, where there is no PostgreSQL, except where CI is to have installed it.
    static Sides start() throws IOException, InterruptedException {
        assumeTrue(Postgres.installed().isPresent() || System.getenv("CI") != null, Postgres.INSTALL);
        Path folder = Files.createTempDirectory("baton-sides");
        Side.Baton baton = Side.Baton.start(Side.java(standalone(), "baton.standalone.StandaloneMain"), folder.resolve("data"));
        try {
            return new Sides(folder, baton, Side.OnPostgres.start(baton.bootstrapServers(), folder));
        } catch (RuntimeException | IOException | InterruptedException e) {
            baton.close();
            throw e;
        }
    }

    /// What the module `standalone` has built.
    private static String standalone() throws IOException {
        assertThat(STANDALONE.resolve("standalone.jar")).as("standalone is packaged before this module's tests run").exists();
        try (Stream<Path> libraries = Files.list(STANDALONE.resolve("lib"))) {
            return Stream.concat(Stream.of(STANDALONE.resolve("standalone.jar")), libraries).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
        }
    }

    List<Side> both() {
        return List.of(baton, onPostgres);
    }

    @Override
    public void close() {
        onPostgres.close();
        baton.close();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException _) {
            // what is left is in the temporary folder
        }
    }
}
