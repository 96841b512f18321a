package baton.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// An open stream of server-sent events, read from the socket as an `EventSource` would read it: WHATWG HTML, section 9.2.
final class EventStream implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    /// Within which everything has to arrive that a test waits for.
    static final Duration WITHIN = Duration.ofSeconds(20);

    private final HttpResponse<InputStream> response;
    private final List<Block> blocks = new ArrayList<>();
    private String endedBecause;

    /// What stands between two empty lines.
    ///
    /// @param comment its first comment, or null
    /// @param id      the position behind it, or null
    /// @param event   null for a block that dispatches none
    record Block(String comment, String id, String event, String data) {

        JsonNode json() {
            try {
                return JSON.readTree(data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text(String field) {
            return json().path(field).asText(null);
        }

        /// What it says, whatever the position at which it was said.
        String said() {
            return event + " " + data;
        }

        boolean isAbout(String conversation) {
            return event != null && conversation.equals(text("conversationId"));
        }
    }

    private EventStream(HttpResponse<InputStream> response) {
        this.response = response;
    }

    static EventStream of(HttpResponse<InputStream> response) {
        EventStream stream = new EventStream(response);
        Thread.ofVirtual().name("event-stream").start(stream::read);
        return stream;
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse(null);
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            Block block = new Block(null, null, null, null);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    add(block);
                    block = new Block(null, null, null, null);
                } else {
                    block = with(block, line);
                }
            }
            end("it was ended");
        } catch (IOException e) {
            end(e.getMessage());
        }
    }

    private void end(String reason) {
        synchronized (blocks) {
            endedBecause = reason;
            blocks.notifyAll();
        }
    }

    private static Block with(Block block, String line) throws IOException {
        String[] parts = line.split(": ?", 2);
        String value = parts.length == 1 ? "" : parts[1];
        return switch (parts[0]) {
            case "" -> new Block(value, block.id, block.event, block.data);
            case "id" -> new Block(block.comment, value, block.event, block.data);
            case "event" -> new Block(block.comment, block.id, value, block.data);
            case "data" -> new Block(block.comment, block.id, block.event, block.data == null ? value : block.data + "\n" + value);
            default -> throw new IOException("not a line of an event stream: " + line);
        };
    }

    private void add(Block block) {
        synchronized (blocks) {
            blocks.add(block);
            blocks.notifyAll();
        }
    }

    /// Everything that has come so far.
    List<Block> blocks() {
        synchronized (blocks) {
            return List.copyOf(blocks);
        }
    }

    /// Everything up to the first block that matches, as soon as that has come; fails when it does not come in time, or the stream ends.
    List<Block> until(Predicate<Block> matching) {
        return await(() -> {
            for (int i = 0; i < blocks.size(); i++) {
                if (matching.test(blocks.get(i))) {
                    return List.copyOf(blocks.subList(0, i + 1));
                }
            }
            return null;
        });
    }

    /// The first block that matches.
    Block await(Predicate<Block> matching) {
        return until(matching).getLast();
    }

    /// Fails unless the other side ends the stream in time.
    void awaitEnd() {
        await(() -> endedBecause == null ? null : List.of());
    }

    private List<Block> await(Supplier<List<Block>> found) {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        synchronized (blocks) {
            while (true) {
                List<Block> result = found.get();
                if (result != null) {
                    return result;
                }
                long millis = (deadline - System.nanoTime()) / 1_000_000;
                if (endedBecause != null || millis <= 0) {
                    throw new AssertionError((endedBecause == null ? "it did not come within " + WITHIN : endedBecause) + "; this came: " + blocks);
                }
                try {
                    blocks.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
