package baton.standalone;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Baton as a process of its own, to be killed.
final class BatonProcess implements AutoCloseable {

    private final Process process;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final StringBuffer output = new StringBuffer();

    BatonProcess(Path data, int port, int kafkaPort, String password, String... more) throws IOException {
        this(password, flags(data, port, kafkaPort, more));
    }

    private BatonProcess(String password, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                StandaloneMain.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("BATON_DEMO_PASSWORD", password);
        process = builder.start();
        Thread.ofVirtual().start(() -> {
            try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    output.append(line).append('\n');
                    if (line.contains("Baton is ready")) {
                        ready.complete(null);
                    }
                }
            } catch (IOException e) {
                output.append(e);
            }
            ready.completeExceptionally(new AssertionError("ended before it was ready:\n" + output));
        });
    }

    /// A command of `./baton`, such as `rebuild`.
    static BatonProcess command(String password, String... arguments) throws IOException {
        return new BatonProcess(password, List.of(arguments));
    }

    private static List<String> flags(Path data, int port, int kafkaPort, String... more) {
        List<String> arguments = new ArrayList<>();
        Map<String, Object> flags = Map.of("--data", data, "--port", port, "--kafka-port", kafkaPort);
        flags.forEach((flag, value) -> {
            if (!Arrays.asList(more).contains(flag)) {
                arguments.addAll(List.of(flag, value.toString()));
            }
        });
        arguments.addAll(Arrays.asList(more));
        return arguments;
    }

    /// Ends it if it does not become ready, and says where each of its threads stood.
    BatonProcess awaitReady() throws Exception {
        try {
            ready.get(120, TimeUnit.SECONDS);
            return this;
        } catch (TimeoutException _) {
            new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start().waitFor(10, TimeUnit.SECONDS);
            process.waitFor(2, TimeUnit.SECONDS); // for the threads to be printed
            throw new AssertionError("not ready after two minutes:\n" + output);
        } finally {
            if (ready.isCompletedExceptionally() || !ready.isDone()) {
                close();
            }
        }
    }

    String output() {
        return output.toString();
    }

    /// kill -9.
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(20, TimeUnit.SECONDS);
    }

    /// SIGTERM; the exit code. By its handle: [Process#destroy()] would also close what the process says last.
    int stop() throws InterruptedException {
        process.toHandle().destroy();
        return awaitExit();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("did not end:\n" + output);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
