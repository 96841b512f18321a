package baton.processes;

import java.time.Duration;
import java.util.List;

/// One node of a [Cluster].
public final class Broker {

    private final int id;
    private final JavaProcess process;
    private final Wire wire;

    Broker(int id, JavaProcess process, Wire wire) {
        this.id = id;
        this.process = process;
        this.wire = wire;
    }

    /// Its id in the cluster, from 1.
    public int id() {
        return id;
    }

    /// Starts it, on the same ports and the same folder as ever.
    public Broker start() {
        process.start(List.of());
        return this;
    }

    /// Starts it with a clock that is wrong by this much.
    public Broker startWithClockAheadBy(Duration ahead) {
        process.start(List.of("-D" + BrokerMain.CLOCK_AHEAD_MILLIS + "=" + ahead.toMillis()));
        return this;
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

    void close() {
        process.close();
        wire.close();
    }
}
