package baton.processes;

import java.nio.file.Path;
import java.time.Duration;

/// One node of a [Cluster].
public final class Broker {

    private final int id;
    private final Path folder;
    private final JavaProcess process;
    private final Wire wire;

    Broker(int id, Path folder, JavaProcess process, Wire wire) {
        this.id = id;
        this.folder = folder;
        this.process = process;
        this.wire = wire;
    }

    /// Its id in the cluster, from 1.
    public int id() {
        return id;
    }

    /// Starts it, on the same ports and the same folder as ever.
    public Broker start() {
        process.start();
        return this;
    }

    /// Starts it with a clock on the wall that is wrong by this much; how fast time passes is right.
    public Broker startWithClockAheadBy(Duration ahead) {
        process.start("-D" + BrokerMain.CLOCK_AHEAD_MILLIS + "=" + ahead.toMillis());
        return this;
    }

    /// Where its logs are.
    public Path folder() {
        return folder;
    }

    /// Waits until it ends by itself; the exit code.
    public int awaitEnd(Duration within) {
        return process.awaitEnd(within);
    }

    /// SIGKILL.
    public void kill() {
        process.kill();
    }

    /// SIGTERM.
    public JavaProcess.Ended stop() {
        return process.stop();
    }

    /// SIGSTOP.
    public void pause() {
        process.pause();
    }

    /// SIGCONT.
    public void resume() {
        process.resume();
    }

    /// Whether it runs; a paused one does.
    public boolean alive() {
        return process.alive();
    }

    /// The wire between this broker and those clients that began with [Cluster#wiredBootstrapServers()].
    public Wire wire() {
        return wire;
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
        wire.close();
    }
}
