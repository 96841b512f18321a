package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A server whose one thread is late: what it refuses, and that it goes on with the same connections.
class LateRequestsServerTest {

    private static final Semaphore HELD = new Semaphore(0);
    private static final Semaphore GO = new Semaphore(0);
    private static ApplicationContext context;
    private static int port;

    /// Keeps the thread that serves all connections.
    @Controller("/busy")
    @Requires(property = "late-requests-test")
    static class Busy {
        @Get("/until-told")
        @Produces("text/plain")
        String untilTold() throws InterruptedException {
            HELD.release();
            GO.tryAcquire(20, TimeUnit.SECONDS);
            return "done";
        }

        @Get("/too-long")
        @Produces("text/plain")
        String tooLong() throws InterruptedException {
            TimeUnit.MILLISECONDS.sleep(LateRequests.READ_WITHIN_MILLIS + 100);
            return "done";
        }

        @Get("/at-once")
        @Produces("text/plain")
        String atOnce() {
            return "here";
        }
    }

    @BeforeAll
    static void start() {
        context = Launch.start(Map.of("late-requests-test", true, "baton.jwt-secret", "a-secret-of-thirty-two-characters!",
                "micronaut.server.port", -1, "micronaut.netty.event-loops.default.num-threads", 1), new String[0]);
        port = context.getBean(EmbeddedServer.class).getPort();
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    @Test
    void whoIsReadLateIsRefusedAndServedInTheNextRoundAndOperatorsAreAlwaysAnswered() throws Exception {
        List<Client> many = new ArrayList<>();
        try (Client first = new Client(); Client second = new Client(); Client late = new Client(); Client operator = new Client()) {
            while (many.size() < LateRequests.SERVED_MIN) {
                many.add(new Client());
                assertThat(many.getLast().get("/busy/at-once")).startsWith("HTTP/1.1 200");
            }
            assertThat(late.get("/busy/at-once")).startsWith("HTTP/1.1 200");
            assertThat(operator.get("/busy/at-once")).startsWith("HTTP/1.1 200");
            first.ask("/busy/until-told");
            assertThat(HELD.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            // The next round: whoever has come meanwhile, in the order in which they came.
            for (Client one : many) {
                one.ask("/busy/at-once");
            }
            second.ask("/busy/too-long");
            late.ask("/busy/at-once");
            operator.ask("/health");
            GO.release();
            assertThat(first.answer()).startsWith("HTTP/1.1 200");
            assertThat(second.answer()).startsWith("HTTP/1.1 200");
            for (Client one : many) {
                assertThat(one.answer()).startsWith("HTTP/1.1 200");
            }
            assertThat(late.answer()).startsWith("HTTP/1.1 429").contains("urn:baton:problem:overloaded");
            assertThat(operator.answer()).as("how it is").startsWith("HTTP/1.1 503").contains("\"brokers\":\"not started\"");
            assertThat(late.get("/busy/at-once")).as("on the same connection").startsWith("HTTP/1.1 200");
            assertThat(context.getBean(MeterRegistry.class).get("baton.requests.refused.late").counter().count()).isEqualTo(1);
        } finally {
            for (Client one : many) {
                one.close();
            }
        }
    }

    /// One connection, kept open.
    private static final class Client implements AutoCloseable {
        private final Socket socket = new Socket("localhost", port);
        private final BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));

        Client() throws IOException {
            socket.setSoTimeout(20_000);
        }

        String get(String path) throws IOException {
            ask(path);
            return answer();
        }

        void ask(String path) throws IOException {
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        }

        /// Its first line, and its body.
        String answer() throws IOException {
            String status = answers.readLine();
            int length = 0;
            for (String header = answers.readLine(); header != null && !header.isEmpty(); header = answers.readLine()) {
                if (header.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(header.substring(header.indexOf(':') + 1).strip());
                }
            }
            char[] body = new char[length];
            for (int read = 0; read < length; ) {
                read += answers.read(body, read, length - read);
            }
            return status + "\n" + new String(body);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
