package baton.load;

import baton.processes.ServiceProcess;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// One connection to a service, for one thread, with nothing between it and the socket: thousands of them fit into a test, and one that
/// does not read does not read.
final class Connection implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final int SILENT_MILLIS_MAX = 60_000;

    private final Socket socket = new Socket();
    private final InputStream in;
    private int chunkLeft;

    /// An answer.
    ///
    /// @param headers by name in lower case
    record Answer(int status, Map<String, String> headers, String body) {

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError(this.toString(), e);
            }
        }

        /// The name of the problem, or an empty text.
        String problem() {
            return status < 400 ? "" : json().path("type").asText().replace("urn:baton:problem:", "");
        }
    }

    private Connection(int port, int receivedBytesMax) throws IOException {
        if (receivedBytesMax > 0) {
            socket.setReceiveBufferSize(receivedBytesMax); // before it connects: afterwards the window has been said
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(SILENT_MILLIS_MAX);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), SILENT_MILLIS_MAX);
        in = new BufferedInputStream(socket.getInputStream(), receivedBytesMax > 0 ? 512 : 8_192);
    }

    static Connection to(ServiceProcess service) throws IOException {
        return new Connection(service.port(), 0);
    }

    /// With room for so many bytes that have come and were not read.
    static Connection to(ServiceProcess service, int receivedBytesMax) throws IOException {
        return new Connection(service.port(), receivedBytesMax);
    }

    /// Sends a request and reads its answer.
    ///
    /// @param headers names and values
    Answer send(String method, String path, String token, String body, String... headers) throws IOException {
        request(method, path, token, body, headers);
        int status = Integer.parseInt(line().split(" ")[1]);
        Map<String, String> answered = headers();
        if ("chunked".equals(answered.get("transfer-encoding"))) {
            StringBuilder whole = new StringBuilder();
            for (int length = chunk(); length > 0; length = chunk()) {
                whole.append(new String(bytes(length), StandardCharsets.UTF_8));
                line();
            }
            line();
            return new Answer(status, answered, whole.toString());
        }
        int length = Integer.parseInt(answered.getOrDefault("content-length", "0"));
        return new Answer(status, answered, new String(bytes(length), StandardCharsets.UTF_8));
    }

    /// Sends a request and reads the head of its answer, after which [#streamLine()] reads line by line; the status.
    int open(String path, String token) throws IOException {
        request("GET", path, token, null, "Accept", "text/event-stream");
        int status = Integer.parseInt(line().split(" ")[1]);
        headers();
        return status;
    }

    /// Sends a request, and that is all.
    void request(String method, String path, String token, String body, String... headers) throws IOException {
        byte[] content = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length + "\r\n");
        if (body != null) {
            head.append("Content-Type: application/json\r\n");
        }
        if (token != null) {
            head.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        byte[] begin = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(begin, begin.length + content.length);
        System.arraycopy(content, 0, all, begin.length, content.length);
        socket.getOutputStream().write(all);
    }

    /// The next line of a stream; null at its end.
    String streamLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (chunkLeft == 0) {
                chunkLeft = chunk();
                if (chunkLeft == 0) {
                    return null;
                }
            }
            int read = in.read();
            if (read < 0) {
                throw new EOFException();
            }
            if (--chunkLeft == 0) {
                line();
            }
            if (read == '\n') {
                return line.toString();
            }
            line.append((char) read); // what the tests look for is ASCII
        }
    }

    /// Reads what has come, whatever it is, and says how many bytes; -1 at the end.
    int readSome(byte[] buffer) throws IOException {
        return in.read(buffer);
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(java.util.Locale.ROOT), line.substring(colon + 1).strip());
        }
        return headers;
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) {
                throw new EOFException();
            }
            if (read != '\r') {
                line.append((char) read);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // it is closed
        }
    }
}
