package baton.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A wire between a server and its clients that can be cut, go dead, or be slow, in each direction by itself.
public final class Wire implements AutoCloseable {

    private static final int CHUNK_BYTES = 16 * 1024;
    /// Of Kafka's protocol: a request begins with its length in four bytes and what it asks for in two.
    private static final int FETCH = 1;

    private final InetSocketAddress target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private boolean cut;
    private boolean requestsHeld;
    private boolean answersHeld;
    private boolean fetchedHeld;
    private Duration delay = Duration.ZERO;

    Wire(int port, int targetPort) {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        try {
            this.server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("wire-" + port).start(this::accept);
    }

    /// Before a server at this port of this machine.
    public static Wire to(int targetPort) {
        return new Wire(0, targetPort);
    }

    /// Where it listens.
    public int port() {
        return server.getLocalPort();
    }

    /// Open connections break, new ones are closed at once.
    public void cut() {
        set(() -> cut = true);
        open.forEach(Wire::close);
    }

    /// Nothing arrives any more in either direction, and nobody is told: what is sent is kept back, as by a network that lost its way.
    public void goDead() {
        set(() -> {
            requestsHeld = true;
            answersHeld = true;
        });
    }

    /// Requests arrive, and what is answered to them does not.
    public void holdAnswers() {
        set(() -> answersHeld = true);
    }

    /// What consumers ask for does not arrive; everything else does. Whoever reads is late, whoever writes is not.
    public void holdFetched() {
        set(() -> fetchedHeld = true);
    }

    /// Everything takes this long.
    public void delay(Duration each) {
        set(() -> delay = each);
    }

    /// As new. What was kept back arrives now.
    public void mend() {
        set(() -> {
            cut = false;
            requestsHeld = false;
            answersHeld = false;
            fetchedHeld = false;
            delay = Duration.ZERO;
        });
    }

    private void set(Runnable change) {
        synchronized (changed) {
            change.run();
            changed.notifyAll();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket near = server.accept();
                Thread.ofVirtual().start(() -> connect(near));
            } catch (IOException _) {
                // closed, see the loop's condition
            }
        }
    }

    private void connect(Socket near) {
        Socket far = new Socket();
        open.add(near);
        open.add(far);
        try {
            synchronized (changed) {
                if (cut) {
                    return;
                }
            }
            far.connect(target, 5_000);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            var fetches = new AtomicBoolean();
            Thread.ofVirtual().start(() -> carry(far, near, false, fetches));
            carry(near, far, true, fetches);
        } catch (IOException _) {
            // the client sees a connection that was closed
        } finally {
            close(near);
            close(far);
            open.remove(near);
            open.remove(far);
        }
    }

    /// @param fetches whether the client has asked for records on this connection; consumers have one for that alone
    private void carry(Socket from, Socket to, boolean requests, AtomicBoolean fetches) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                if (requests && read >= 6 && chunk[4] == 0 && chunk[5] == FETCH) {
                    fetches.set(true);
                }
                pass(requests, fetches, from);
                out.write(chunk, 0, read);
            }
        } catch (IOException _) {
            // cut, or done
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            close(from);
            close(to);
        }
    }

    /// Returns when the bytes that were read may go on.
    private void pass(boolean requests, AtomicBoolean fetches, Socket from) throws InterruptedException {
        Duration wait;
        synchronized (changed) {
            while ((requests ? requestsHeld : answersHeld || fetchedHeld && fetches.get()) && !from.isClosed()) {
                changed.wait();
            }
            wait = delay;
        }
        if (wait.isPositive()) {
            TimeUnit.NANOSECONDS.sleep(wait.toNanos()); // what a slow wire does
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed
        }
    }

    @Override
    public void close() {
        close(server);
        cut();
    }

    private static void close(ServerSocket server) {
        try {
            server.close();
        } catch (IOException _) {
            // it is closed
        }
    }
}
