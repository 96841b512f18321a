package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.runtime.server.EmbeddedServer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What callers are told of requests that no endpoint has seen, in this project's words.
class ProblemResponsesTest {

    private static ApplicationContext context;
    private static int port;

    @Controller("/asked")
    @Requires(property = "problem-responses-test")
    static class Asked {
        @Get
        String asked(@QueryValue String name) {
            return name;
        }

        @Post
        String told(@Body byte[] body) {
            return String.valueOf(body.length);
        }
    }

    @BeforeAll
    static void start() {
        context = Launch.start(Map.of("problem-responses-test", true, "baton.jwt-secret", "a-secret-of-thirty-two-characters!",
                "micronaut.server.port", -1), new String[0]);
        port = context.getBean(EmbeddedServer.class).getPort();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void aFirstLineThatIsTooLongIs414() throws Exception {
        assertThat(answer("GET /asked?name=" + "x".repeat(8_000) + " HTTP/1.1")).as("half of it").startsWith("HTTP/1.1 200");
        assertThat(answer("GET /asked?name=" + "x".repeat(16_384) + " HTTP/1.1")).contains(" 414 ",
                "urn:baton:problem:too-large", "Its first line is too long");
    }

    @Test
    void headersThatAreTooLongAre431() throws Exception {
        assertThat(answer("GET /asked?name=ana HTTP/1.1", "X-Long: " + "x".repeat(4_000))).as("half of it").startsWith("HTTP/1.1 200");
        assertThat(answer("GET /asked?name=ana HTTP/1.1", "X-Long: " + "x".repeat(8_192))).startsWith("HTTP/1.1 431")
                .contains("urn:baton:problem:too-large", "Its headers are too long");
    }

    @Test
    void aBodyThatIsTooLargeIs413AndTheBoundIsSaid() throws Exception {
        assertThat(answer("POST /asked HTTP/1.1", "Content-Type: application/json", "Content-Length: 300000")).startsWith("HTTP/1.1 413")
                .contains("urn:baton:problem:too-large", "At most 262144 bytes are taken.");
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        assertThat(answer("GET /asked HTTP/1.1")).startsWith("HTTP/1.1 400").contains("\"detail\":\"name is missing.\"", "\"field\":\"name\"");
    }

    @Test
    void aMethodThatIsNotTakenIsNamed() throws Exception {
        assertThat(answer("DELETE /asked HTTP/1.1")).startsWith("HTTP/1.1 405").containsIgnoringCase("\r\nallow: ")
                .contains("/asked does not take DELETE: the header Allow says what it takes.");
    }

    private static String answer(String firstLine, String... headers) throws Exception {
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(20_000);
            String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            socket.getOutputStream().write((firstLine + "\r\nHost: localhost\r\nConnection: close\r\n" + lines + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
