package baton.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server as a process of its own, which says into a file what it has to say, and is ended by its handle.
final class ServerProcess implements AutoCloseable {

    private static final Duration END_WITHIN = Duration.ofSeconds(50);
    private static final long LOOK_EVERY_MILLIS = 20;

    private final String name;
    private final Process process;
    private final Path log;

    private ServerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static ServerProcess start(String name, Path log, List<String> command, Map<String, String> environment) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        removeSettings(builder.environment());
        builder.environment().putAll(environment);
        return new ServerProcess(name, builder.start(), log);
    }

    /// A setting of whoever measures would be one of the sides' that nobody is told of; but for the one that is for all.
    static void removeSettings(Map<String, String> environment) {
        environment.keySet().removeIf(setting -> setting.startsWith("BATON_") && !setting.equals(Side.JAVA_OPTIONS));
    }

    /// The first group of the first line that it says and that matches.
    String awaitLine(Pattern pattern, Duration within) throws InterruptedException {
        String[] found = new String[1];
        await(() -> {
            Matcher line = pattern.matcher(said());
            found[0] = line.find() ? line.group(1) : null;
            return found[0] != null;
        }, "say " + pattern, within);
        return found[0];
    }

    /// Something that comes true while the process lives.
    interface Condition {
        boolean holds() throws InterruptedException;
    }

    void await(Condition condition, String what, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.holds()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IllegalStateException(name + (process.isAlive() ? " did not " + what + " within " + within.toSeconds() + " s" : " has ended")
                        + ":\n" + said());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    String said() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /// Ends it without a word, as the system does that runs out of memory.
    void kill() {
        process.toHandle().destroyForcibly();
        try {
            if (!process.waitFor(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " is still there " + END_WITHIN.toSeconds() + " s after it was killed");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// How much of the memory it has, where the system tells; 0 elsewhere.
    long residentMegabytes() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024).findFirst().orElse(0);
        }
    }

    /// Closes what something failed with; that it could not be closed either is told with the failure.
    static void close(AutoCloseable one, Exception failure) {
        try {
            one.close();
        } catch (Exception also) {
            failure.addSuppressed(also);
        }
    }

    /// Ends it as it should be ended.
    ///
    /// @throws IllegalStateException if it has to be killed
    @Override
    public void close() {
        process.toHandle().destroy();
        try {
            if (!process.waitFor(END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new IllegalStateException(name + " did not end within " + END_WITHIN.toSeconds() + " s and was killed:\n" + said());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
