package baton.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// An open stream of a visitor's replies.
final class VisitorStream implements AutoCloseable {

    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final EventReader.Event END = new EventReader.Event("", "end", "");

    private final HttpClient http;
    private final BlockingQueue<EventReader.Event> events = new LinkedBlockingQueue<>();

    private VisitorStream(HttpClient http, InputStream body) {
        this.http = http;
        var reader = new EventReader(body);
        Thread.ofVirtual().start(() -> {
            try {
                for (EventReader.Event event = reader.next(); event != null; event = reader.next()) {
                    events.add(event);
                }
            } catch (IOException _) {
                // closed by this side, or cut
            }
            events.add(END);
        });
    }

    /// Opens it; returns when the server has begun to answer, which it does at once.
    static VisitorStream open(Client visitor, String path, String... headers) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpResponse<InputStream> response =
                http.send(visitor.request(path, headers).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + new String(response.body().readAllBytes()));
        }
        return new VisitorStream(http, response.body());
    }

    /// The next events; fails after 20 s.
    List<EventReader.Event> next(int count) throws InterruptedException {
        List<EventReader.Event> next = new ArrayList<>();
        while (next.size() < count) {
            EventReader.Event event = events.poll(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null || event == END) {
                throw new AssertionError((event == null ? "nothing more after " : "ended after ") + next);
            }
            next.add(event);
        }
        return next;
    }

    /// Waits until the server has ended it; fails if an event comes before, or after 20 s.
    void awaitEnd() throws InterruptedException {
        EventReader.Event event = events.poll(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        if (event != END) {
            throw new AssertionError("not the end: " + event);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
