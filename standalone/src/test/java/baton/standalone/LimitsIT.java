package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.Client.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What callers are told at the edge's bounds.
class LimitsIT {

    private static final int BODY_BYTES_MAX = 256 * 1024;

    @RegisterExtension
    final NothingLoggedAsError nothingLoggedAsError = new NothingLoggedAsError();

    @Test
    void theLongestTextAndTheLargestGroupAreTakenAndABodyThatIsLargerThanAnyOfThemIsNot() {
        Client ben = Shared.client("ben");
        String id = Shared.conversation();
        Answer longest = ben.reply(id, "\\ud83d\\ude00".repeat(10_000));
        assertThat(longest.status()).as("of the longest escapes").isEqualTo(200);
        Answer larger = ben.reply(id, "x".repeat(BODY_BYTES_MAX));
        assertThat(larger.status()).isEqualTo(413);
        assertThat(larger.type()).isEqualTo("too-large");
        assertThat(larger.raw().headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    /// What is packed is not unpacked: a few bytes cannot become many.
    @Test
    void aBodyThatSwellsIsNotUnpacked() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(("{\"text\":\"" + "x".repeat(100 * BODY_BYTES_MAX) + "\"}").getBytes(StandardCharsets.UTF_8));
        }
        Client ben = Shared.client("ben");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(HttpRequest.newBuilder(URI.create(ben.url() + "/api/conversations/" + Shared.conversation() + "/replies"))
                    .header("Authorization", "Bearer " + ben.token()).header("Content-Type", "application/json").header("Content-Encoding", "gzip")
                    .timeout(Duration.ofSeconds(20)).POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("malformed");
        }
    }

    @Test
    void oneConnectionMoreThanThereMayBeIsToldSoAndLetInWhenAnotherHasGone(@TempDir Path data) throws Exception {
        int connectionsMax = 12;
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data).with("baton.connections-max", connectionsMax))) {
            baton.awaitReady();
            int port = URI.create(baton.url()).getPort();
            List<Socket> open = new ArrayList<>();
            try {
                String refused = null;
                while (refused == null && open.size() <= connectionsMax) {
                    Socket socket = new Socket("localhost", port);
                    open.add(socket);
                    String answer = ask(socket);
                    refused = answer.startsWith("HTTP/1.1 503") ? answer : null;
                    assertThat(refused != null || answer.startsWith("HTTP/1.1 401")).as(answer).isTrue();
                }
                assertThat(refused).contains("\r\nRetry-After: 1\r\n", "application/problem+json", "urn:baton:problem:unavailable",
                        "This instance has 12 open connections.");
                assertThat(open.getLast().getInputStream().read()).as("it is closed").isEqualTo(-1);
                try (Socket silent = new Socket("localhost", port)) {
                    silent.setSoTimeout(20_000);
                    assertThat(silent.getInputStream().read()).as("who says nothing is let go").isEqualTo(-1);
                }
                open.getFirst().close();
                awaitPlace(port);
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    private static void awaitPlace(int port) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try (Socket socket = new Socket("localhost", port)) {
                if (ask(socket).startsWith("HTTP/1.1 401")) {
                    return;
                }
            }
            assertThat(System.nanoTime()).as("a place that has become free").isLessThan(deadline);
        }
    }

    /// A request without a token; its whole answer.
    private static String ask(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("GET /api/me HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().contains("\r\n\r\n") || !answer.toString().endsWith("}")) {
            int read = in.read();
            if (read < 0) {
                return answer.toString();
            }
            answer.append((char) read);
        }
        return answer.toString();
    }
}
