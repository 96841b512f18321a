package baton.faults;

import static baton.processes.ServiceKind.NOTIFICATION_SERVICE;

import baton.checker.Stream;
import baton.processes.Waiting;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// An agent's page, as far as its live stream goes: when the stream ends or falls silent it goes on with another instance, from behind the
/// last event that it got.
final class Listener implements AutoCloseable {

    /// A stream says something every two seconds here.
    private static final long SILENT_MAX_NANOS = TimeUnit.SECONDS.toNanos(6);

    private final String agent;
    private final Load instances;
    /// What it heard before each gap that it was told of.
    private final List<Stream> beforeGaps = new ArrayList<>();
    private final List<String> notified = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private int resumed;
    private String lastEventId;
    private Map<Integer, Long> notificationsFrom;
    private Map<Integer, Long> eventsFrom;
    private volatile InputStream open;
    private volatile long heardAt = System.nanoTime();
    private volatile boolean closed;

    Listener(String agent, Load instances) {
        this.agent = agent;
        this.instances = instances;
    }

    /// Opens it while nothing is written.
    Listener open(Logs logs) {
        Thread.ofPlatform().daemon().name("listener-" + agent).start(this::listen);
        Thread.ofPlatform().daemon().name("listener-watch-" + agent).start(this::watch);
        Waiting.until("the first word of a stream", Duration.ofSeconds(30), () -> {
            synchronized (this) {
                return lastEventId != null;
            }
        });
        notificationsFrom = logs.ends("notifications");
        eventsFrom = logs.ends("conversation-events");
        return this;
    }

    private void listen() {
        while (!closed) {
            HttpRequest.Builder request = Http.request(instances.next(NOTIFICATION_SERVICE).url(), "/api/notifications/stream", agent)
                    .header("Accept", "text/event-stream").GET();
            synchronized (this) {
                if (lastEventId != null) {
                    request.header("Last-Event-ID", lastEventId);
                }
            }
            try {
                HttpResponse<InputStream> response = Http.CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
                open = response.body();
                if (response.statusCode() == 200) {
                    took(response);
                    heardAt = System.nanoTime();
                    read(response.body());
                }
            } catch (IOException _) {
                // the stream has ended: see the loop's condition
            } catch (InterruptedException _) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200)); // what the stream's specification calls the reconnection time
        }
    }

    private synchronized void took(HttpResponse<InputStream> response) {
        resumed += response.request().headers().firstValue("Last-Event-ID").isPresent() ? 1 : 0;
    }

    private void read(InputStream body) throws IOException {
        try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String id = null;
            String event = null;
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heardAt = System.nanoTime();
                if (line.isEmpty()) {
                    take(id, event, data);
                    id = null;
                    event = null;
                    data = null;
                } else if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("event:")) {
                    event = line.substring(6).strip();
                } else if (line.startsWith("data:")) {
                    data = line.substring(5).strip();
                }
            }
        }
    }

    private synchronized void take(String id, String event, String data) throws IOException {
        if ("resync".equals(event)) {
            goOnBehindAGap(id);
        }
        if (id != null) {
            lastEventId = id;
        }
        if (event == null) {
            return;
        }
        JsonNode json = Http.JSON.readTree(data == null ? "{}" : data);
        switch (event) {
            case "notification" -> notified.add(json.path("eventId").asText());
            case "conversation" -> changed.add(json.path("conversationId").asText() + ":" + json.path("version").asLong());
            case "resync" -> {
                // its page asks anew
            }
            default -> throw new AssertionError("no such event: " + event);
        }
    }

    /// What comes between the last event that it got and this one may be missing.
    private void goOnBehindAGap(String id) {
        beforeGaps.add(new Stream(agent, notificationsFrom, eventsFrom, offsets('n', lastEventId), offsets('c', lastEventId), List.copyOf(notified),
                List.copyOf(changed)));
        notificationsFrom = offsets('n', id);
        eventsFrom = offsets('c', id);
        notified.clear();
        changed.clear();
    }

    /// The offset of the next record of each partition of the log that this letter stands for, as the id of an event has it: `c0.12_n0.3`.
    private static Map<Integer, Long> offsets(char log, String id) {
        return Pattern.compile(log + "([0-9]+)\\.([0-9]+)").matcher(id).results()
                .collect(Collectors.toMap(part -> Integer.valueOf(part.group(1)), part -> Long.valueOf(part.group(2))));
    }

    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
            InputStream silent = open;
            if (silent != null && System.nanoTime() - heardAt > SILENT_MAX_NANOS) {
                close(silent);
            }
        }
    }

    /// How often it went on elsewhere, or again.
    synchronized int resumed() {
        return resumed;
    }

    /// How often something was said to be missed.
    synchronized int resyncs() {
        return beforeGaps.size();
    }

    /// What it has heard since it was told of a gap, or ever.
    synchronized Stream heardSoFar() {
        return new Stream(agent, notificationsFrom, eventsFrom, Map.of(), Map.of(), List.copyOf(notified), List.copyOf(changed));
    }

    /// All that it has heard, and between which gaps.
    synchronized List<Stream> heard() {
        List<Stream> all = new ArrayList<>(beforeGaps);
        all.add(heardSoFar());
        return all;
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException _) {
            // it is closed
        }
    }

    @Override
    public void close() {
        closed = true;
        InputStream last = open;
        if (last != null) {
            close(last);
        }
    }
}
