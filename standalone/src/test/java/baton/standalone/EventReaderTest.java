package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import baton.standalone.EventReader.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventReaderTest {

    @Test
    void readsIdTypeAndData() throws IOException {
        assertThat(read("id: c-1:3\nevent: reply\ndata: {\"text\":\"hello: world\"}\n\n"))
                .containsExactly(new Event("c-1:3", "reply", "{\"text\":\"hello: world\"}"));
    }

    @Test
    void passesOverCommentsAndFieldsThatNobodyKnows() throws IOException {
        assertThat(read(":\n\n: ping\n\nretry: 5\nnonsense\ndata: x\n\n")).containsExactly(new Event("", "message", "x"));
    }

    @Test
    void keepsAnIdUntilTheNextOneAndForgetsATypeWithItsEvent() throws IOException {
        assertThat(read("id: 1\nevent: a\ndata: x\n\ndata: y\n\nid\ndata: z\n\nid: b\0d\ndata: q\n\n")).containsExactly(new Event("1", "a", "x"),
                new Event("1", "message", "y"), new Event("", "message", "z"), new Event("", "message", "q"));
    }

    @Test
    void withoutDataThereIsNoEvent() throws IOException {
        assertThat(read("id: 7\nevent: reply\n\ndata: x\n\n")).containsExactly(new Event("7", "message", "x"));
        assertThat(read("data\n\n")).containsExactly(new Event("", "message", ""));
    }

    @Test
    void joinsLinesOfDataAndTakesOneSpaceOnly() throws IOException {
        assertThat(read("data:a\ndata:  b\ndata:\n\n")).containsExactly(new Event("", "message", "a\n b\n"));
    }

    @Test
    void takesEveryKindOfLineEnd() throws IOException {
        assertThat(read("data: a\r\n\r\ndata: b\r\rdata: ü\n\n")).extracting(Event::data).containsExactly("a", "b", "ü");
    }

    @Test
    void anEventThatWasCutOffIsNone() throws IOException {
        assertThat(read("data: a\n\nid: 2\ndata: b\n")).containsExactly(new Event("", "message", "a"));
        assertThat(read("")).isEmpty();
    }

    private static List<Event> read(String stream) throws IOException {
        var reader = new EventReader(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));
        List<Event> events = new ArrayList<>();
        for (Event event = reader.next(); event != null; event = reader.next()) {
            events.add(event);
        }
        return events;
    }
}
