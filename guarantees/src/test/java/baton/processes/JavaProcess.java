package baton.processes;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A small JVM that can be started again and again, and gets the signals that a fault consists of. What it says goes to a file.
/// It ends with the JVM that has started it: by a hook, and where there is no time for that, by its [Leash].
public final class JavaProcess implements AutoCloseable {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);
    private static final int OUTPUT_SHOWN_CHARACTERS = 6_000;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final String name;
    private final Path outputFile;
    private final List<String> command;
    private final Map<String, String> environment;
    private Process process;

    /// How a process ended that was asked to.
    public record Ended(int exitCode, Duration after) {
    }

    /// @param outputFile what it says is appended there
    /// @param jvm        flags of the JVM
    /// @param classPath  entries
    /// @param main       the main class, and its arguments
    JavaProcess(String name, Path outputFile, List<String> jvm, List<String> classPath, List<String> main, Map<String, String> environment) {
        this.name = name;
        this.outputFile = outputFile;
        this.environment = Map.copyOf(environment);
        this.command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", String.join(System.getProperty("path.separator"), classPath), Leash.class.getName()));
        command.addAll(main);
    }

    /// The entries of this JVM's own class path.
    static List<String> classPath() {
        return List.of(System.getProperty("java.class.path").split(System.getProperty("path.separator")));
    }

    /// @param more flags of the JVM, for this start only
    synchronized void start(String... more) {
        if (alive()) {
            throw new IllegalStateException(name + " is running");
        }
        List<String> full = new ArrayList<>(command);
        full.addAll(1, List.of(more));
        ProcessBuilder builder = new ProcessBuilder(full).redirectErrorStream(true).redirectOutput(Redirect.appendTo(outputFile.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("BATON_"));
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(process);
    }

    String name() {
        return name;
    }

    synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    synchronized long pid() {
        return process.pid();
    }

    /// SIGKILL; returns when it is gone.
    synchronized void kill() {
        process.destroyForcibly();
        awaitEnd(ENDS_WITHIN);
    }

    /// SIGSTOP: it keeps all that it has, and does nothing.
    void pause() {
        signal("STOP");
    }

    /// SIGSTOP at the moment when what this returns is run: what it needs has been started by then.
    Runnable pauseArmed() {
        try {
            Process trigger = new ProcessBuilder("sh", "-c", "read now && kill -STOP " + pid()).redirectErrorStream(true)
                    .redirectOutput(Redirect.INHERIT).start();
            return () -> {
                try (OutputStream in = trigger.getOutputStream()) {
                    in.write('\n');
                    in.flush();
                    if (trigger.waitFor() != 0) {
                        throw new AssertionError("SIGSTOP could not be sent to " + name);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// SIGCONT: it goes on as if nothing had happened.
    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            int code = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid())).inheritIO().start().waitFor();
            if (code != 0) {
                throw new AssertionError("SIG" + signal + " could not be sent to " + name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /// SIGTERM, and waits. By its handle: [Process#destroy()] would also close what the process says last.
    synchronized Ended stop() {
        long began = System.nanoTime();
        process.toHandle().destroy();
        awaitEnd(ENDS_WITHIN);
        return new Ended(process.exitValue(), Duration.ofNanos(System.nanoTime() - began));
    }

    /// Waits until it ends by itself; the exit code.
    int awaitEnd(Duration within) {
        try {
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end within " + within + ":\n" + output());
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        RUNNING.remove(process);
        return process.exitValue();
    }

    /// What it has said, with all its starts; the last part, if it is long.
    String output() {
        try {
            if (!Files.exists(outputFile)) {
                return "";
            }
            String all = Files.readString(outputFile, StandardCharsets.UTF_8);
            return all.length() <= OUTPUT_SHOWN_CHARACTERS ? all : "…" + all.substring(all.length() - OUTPUT_SHOWN_CHARACTERS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean hasSaid(String what) {
        try (Stream<String> lines = Files.lines(outputFile, StandardCharsets.ISO_8859_1)) {
            return lines.anyMatch(line -> line.contains(what));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// SIGKILL, if it runs; does not wait.
    @Override
    public synchronized void close() {
        if (process != null) {
            process.destroyForcibly();
            RUNNING.remove(process);
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }
}
