package baton.standalone;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports that nobody listens on, for servers that have to be told a number some time before they use it.
///
/// They are below those from which systems take ports for outgoing connections (32768 and up on Linux, 49152 and up by RFC 6335): one that
/// the system itself gives out as free may be an outgoing connection's a moment later.
public final class FreePort {

    private static final int FROM = 16_384;
    private static final int TO = 32_768;
    private static final int TRIES = 200;
    /// What was found free in this process: its server may not listen yet, and it must not be given to another one.
    private static final Set<Integer> FOUND = ConcurrentHashMap.newKeySet();

    private FreePort() {
    }

    /// Of this machine's own address.
    public static int local() throws IOException {
        return on(InetAddress.getLoopbackAddress());
    }

    /// Of an address; throws [BindException] where there is none to be found.
    static int on(InetAddress address) throws IOException {
        BindException last = new BindException("no port is free");
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            if (FOUND.contains(port)) {
                continue;
            }
            try {
                requireFree(address, port);
                return port;
            } catch (BindException e) {
                last = e;
            }
        }
        throw last;
    }

    /// Throws [BindException] if somebody listens there, or nobody can.
    static void requireFree(InetAddress address, int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            FOUND.add(port);
        }
    }
}
