package baton.processes;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One instance of a service.
public final class ServiceProcess {

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2)).build();

    private final ServiceKind kind;
    private final int port;
    private final Path stateFolder;
    private final JavaProcess process;
    private final boolean apart;
    private volatile boolean inRotation;

    ServiceProcess(ServiceKind kind, String name, int port, Path folder, Path stateFolder, Map<String, String> environment) {
        this.apart = environment.containsKey("BATON_TOPIC_PREFIX");
        this.kind = kind;
        this.port = port;
        this.stateFolder = stateFolder;
        this.process = new JavaProcess(name, folder.resolve(name + ".log"), List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"), kind.classPath(),
                List.of(kind.main()), environment);
    }

    /// Its name, which is also its instance id.
    public String name() {
        return process.name();
    }

    /// What it is one of.
    public ServiceKind kind() {
        return kind;
    }

    /// Where it takes requests.
    public String url() {
        return "http://localhost:" + port;
    }

    /// Its port of HTTP, the same for all its starts.
    public int port() {
        return port;
    }

    /// The folder of its local stores, the same for all its starts.
    public Path stateFolder() {
        return stateFolder;
    }

    /// Starts it; [#awaitReady()] waits.
    ///
    /// @param jvm further flags, for this start only
    public ServiceProcess start(String... jvm) {
        process.start(jvm);
        inRotation = !apart;
        return this;
    }

    /// Waits until `/health` says that it is up.
    public ServiceProcess awaitReady() {
        return awaitReady(READY_WITHIN);
    }

    /// Waits until `/health` says that it is up.
    public ServiceProcess awaitReady(Duration within) {
        Waiting.until(name() + " being ready", within, () -> {
            if (!process.alive()) {
                throw new AssertionError(name() + " has ended before it was ready:\n" + output());
            }
            return ready();
        }, () -> health() + "\n" + output());
        return this;
    }

    /// Whether `/health` says that it is up.
    public boolean ready() {
        HttpResponse<String> health = askHealth();
        return health != null && health.statusCode() == 200;
    }

    /// What `/health` says, or why it says nothing.
    public String health() {
        HttpResponse<String> health = askHealth();
        return health == null ? "no answer" : health.body();
    }

    private HttpResponse<String> askHealth() {
        return ask("/health");
    }

    /// What `/prometheus` says.
    public String metrics() {
        return Waiting.until("the metrics of " + name(), ANSWERS_WITHIN, () -> ask("/prometheus"), metrics -> metrics != null).body();
    }

    private HttpResponse<String> ask(String path) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(5)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException _) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// SIGKILL.
    public void kill() {
        process.kill();
    }

    /// SIGTERM; how it ended.
    public JavaProcess.Ended stop() {
        return process.stop();
    }

    /// Whether clients ask this one: since it was started, until it was taken out, whether it answers or not. Never one of another
    /// deployment in the same cluster, which its prefix for topics makes it.
    public boolean inRotation() {
        return inRotation;
    }

    /// From now on no client asks this one.
    public void takeOutOfRotation() {
        inRotation = false;
    }

    /// Waits until it ends by itself; the exit code.
    public int awaitEnd(Duration within) {
        return process.awaitEnd(within);
    }

    /// SIGSTOP.
    public void pause() {
        process.pause();
    }

    /// SIGSTOP without any delay, at the moment when what this returns is run.
    public Runnable pauseArmed() {
        return process.pauseArmed();
    }

    /// SIGCONT.
    public void resume() {
        process.resume();
    }

    /// Whether it runs; a paused one does.
    public boolean alive() {
        return process.alive();
    }

    /// Of the running one.
    public long pid() {
        return process.pid();
    }

    /// What it has said.
    public String output() {
        return process.output();
    }

    /// Whether it has said this, since whenever.
    public boolean hasSaid(String what) {
        return process.hasSaid(what);
    }

    void close() {
        process.close();
    }
}
