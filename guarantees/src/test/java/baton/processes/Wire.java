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

/// A wire between a server and its clients that can be cut, go dead, or be slow, in each direction by itself.
public final class Wire implements AutoCloseable {

    private static final int CHUNK_BYTES = 16 * 1024;

    private final InetSocketAddress target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object changed = new Object();
    private boolean cut;
    private boolean requestsHeld;
    private boolean answersHeld;
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

    /// Everything takes this long.
    public void delay(Duration each) {
        set(() -> delay = each);
    }

    /// As new. Connections that were held back are broken, as those of a network that comes back late are.
    public void mend() {
        boolean[] wasHeld = new boolean[1];
        set(() -> {
            wasHeld[0] = requestsHeld || answersHeld;
            cut = false;
            requestsHeld = false;
            answersHeld = false;
            delay = Duration.ZERO;
        });
        if (wasHeld[0]) {
            open.forEach(Wire::close);
        }
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
            Thread.ofVirtual().start(() -> carry(far, near, false));
            carry(near, far, true);
        } catch (IOException _) {
            // the client sees a connection that was closed
        } finally {
            close(near);
            close(far);
            open.remove(near);
            open.remove(far);
        }
    }

    private void carry(Socket from, Socket to, boolean requests) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                pass(requests, from);
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
    private void pass(boolean requests, Socket from) throws InterruptedException {
        Duration wait;
        synchronized (changed) {
            while ((requests ? requestsHeld : answersHeld) && !from.isClosed()) {
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
