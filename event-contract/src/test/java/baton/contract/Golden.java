package baton.contract;

import baton.contract.Samples.Sample;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A committed file with a record as some version of Baton wrote it: key and headers as JSON, and in a line of its own the exact bytes
/// of the value. Named `<sample>.v<number>.json`: a change of what is written adds a file with the next number, and no file is ever
/// changed or removed, because the log is kept for ever.
record Golden(String sample, int number, String content) {

    private static final String VALUE = "\"value\": ";

    /// What the file of a sample must be.
    static String contentOf(Sample sample) {
        return "{\n\"key\": " + text(Json.write(sample.key()))
                + ",\n\"headers\": " + text(Json.write(sample.headers()))
                + ",\n" + VALUE + text(Json.write(sample.value())) + "\n}\n";
    }

    /// All files, of all versions.
    static List<Golden> all() {
        try (Stream<Path> files = Files.list(Path.of(Golden.class.getResource("/golden").toURI()))) {
            return files.sorted().map(Golden::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Golden of(Path file) {
        String name = file.getFileName().toString();
        if (!name.matches(".+\\.v[1-9][0-9]*\\.json")) {
            throw new IllegalStateException(name + " is not named <sample>.v<number>.json");
        }
        int dot = name.lastIndexOf(".v");
        try {
            return new Golden(name.substring(0, dot), Integer.parseInt(name.substring(dot + 2, name.length() - ".json".length())),
                    Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The kind of record, which is also the name of its schema.
    String kind() {
        return Samples.kindOf(sample);
    }

    /// The bytes of the value, as they stand in the file.
    byte[] value() {
        return content.lines().filter(line -> line.startsWith(VALUE)).findFirst().orElseThrow()
                .substring(VALUE.length()).getBytes(StandardCharsets.UTF_8);
    }

    JsonNode tree() {
        return parse(content.getBytes(StandardCharsets.UTF_8));
    }

    /// Reads a value of this kind, as its reader does.
    Object read(byte[] value) {
        JsonNode type = tree().path("headers").path(EventJson.HEADER_TYPE);
        return type.isTextual() ? EventJson.read(type.textValue(), value) : Json.read(value, CLASSES.get(kind()));
    }

    static final Map<String, Class<?>> CLASSES = Map.of(
            "channel-message", ChannelMessage.class,
            "conversation-reply", SentReply.class,
            "agent", Agent.class,
            "group", Group.class,
            "notification", Notification.class,
            "command-envelope", CommandEnvelope.class);

    static JsonNode parse(byte[] json) {
        try {
            return Json.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return sample + ".v" + number;
    }
}
