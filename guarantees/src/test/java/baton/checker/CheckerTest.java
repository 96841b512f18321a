package baton.checker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// A check that finds nothing says something only if it would find what is wrong: here, whatever can be, one at a time.
class CheckerTest {

    @Test
    void findsNothingWhereEverythingIsRight() {
        GoodRun run = new GoodRun();
        assertThat(run.findings()).isEmpty();
        assertThat(run.events).as("it is not empty").hasSize(13);
        assertThat(run.notifications).hasSize(6);
        assertThat(run.feeds).hasSize(2);
    }

    @Test
    void aTimeThatIsOverIsUnknownWhateverTheLogSays() {
        GoodRun run = new GoodRun();
        run.calls.add(new Call("c-1", "k-lost", "ana", "reply", "never arrived", null, "a", 900, 901, 0, node()));
        run.command("c-1", "k-5", "ana", "assign-agent", "ana");
        Call last = run.calls.removeLast();
        assertThat(last.fate()).isEqualTo(Call.Fate.DECIDED);
        run.calls.add(new Call("c-1", "k-5", "ana", "assign-agent", "ana", null, "a", last.beganNanos(), last.endedNanos(), 0, node()));
        run.views.clear();
        run.feeds.clear();
        run.streams.clear();
        assertThat(run.findings()).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> findsWhatIsWrong() {
        return Map.<String, Wrong>ofEntries(
                wrong("an answer whose command is lost", Promise.I1, run -> {
                    run.commands.removeLast();
                    run.events.removeLast();
                }),
                wrong("an answer that names a version where its event is not", Promise.I1, run -> {
                    ObjectNode event = (ObjectNode) answer(run, 0).path("events").get(0);
                    event.put("version", 2);
                }),
                wrong("a message that was acknowledged and is lost", Promise.I1,
                        run -> run.posts.add(new Post("c-2", "m-9", "lost", 90, 91, true))),
                wrong("a record that exists though its caller was told that nothing was done", Promise.I1, run -> {
                    Call call = run.calls.removeLast();
                    run.calls.add(new Call(call.conversationId(), call.commandId(), call.actor(), call.type(), call.argument(), null, "a",
                            call.beganNanos(), call.endedNanos(), 503, node().put("type", "urn:baton:problem:unavailable")));
                }),
                wrong("another owner than the log has", Promise.I2, run -> answer(run, 0).put("assignee", "ben")),
                wrong("accepted, where the log refuses", Promise.I2, run -> replaceCall(run, 1, 200, answer(run, 0))),
                wrong("refused for another reason", Promise.I2, run -> answer(run, 1).put("type", "urn:baton:problem:conversation-completed")),
                wrong("another owner in a refusal", Promise.I2, run -> ((ObjectNode) answer(run, 1).path("owner")).put("id", "chloe")),
                wrong("two answers for one key", Promise.I2, run -> answer(run, 3).put("version", 4)),
                wrong("a refusal of what was accepted under the same key", Promise.I2, run -> run.calls.add(new Call("c-1", "k-1", "ana", "assign-agent",
                        "ana", null, "a", 900, 901, 422, node().put("type", "urn:baton:problem:invalid-field").put("field", "agentId")))),
                wrong("rules that were switched by somebody who may not", Promise.I3, run -> run.commands.add(new LogRecord("conversation-commands", 0,
                        run.commands.size(), java.time.Instant.EPOCH, "~rules-1", "{\"rulesVersion\":2,\"commandId\":\"switch-to-2\",\"supervisor\":false,"
                        + "\"actor\":{\"type\":\"agent\",\"id\":\"ana\"},\"body\":{\"type\":\"switch-rules\",\"version\":2}}", Map.of()))),
                wrong("an event more", Promise.I3, run -> run.events.add(copy(run.events.getLast(), 99, "c-2", 5))),
                wrong("an event less", Promise.I3, run -> run.events.removeLast()),
                wrong("an event that no command has caused", Promise.I3, run -> run.events.add(copy(run.events.getFirst(), 99, "c-3", 1))),
                wrong("an event with another text", Promise.I3, run -> replace(run.events, 1, "parcel", "package")),
                wrong("a doubled event", Promise.I4, run -> run.events.add(copy(run.events.get(2), 99, "c-2", 1))),
                wrong("swapped events", Promise.I4, run -> {
                    LogRecord first = run.events.get(4);
                    LogRecord second = run.events.get(5);
                    run.events.set(4, at(second, first.offset()));
                    run.events.set(5, at(first, second.offset()));
                }),
                wrong("a missing version", Promise.I4, run -> run.events.remove(4)),
                wrong("two owners", Promise.I4, run -> replace(run.events, 11, "\"assignee\":\"chloe\"", "\"previousAssignee\":\"ana\",\"assignee\":\"chloe\"")),
                wrong("an event's id that is not its own", Promise.I4, run -> {
                    LogRecord event = run.events.getLast();
                    run.events.set(run.events.size() - 1, new LogRecord(event.topic(), 0, event.offset(), event.time(), event.key(), event.value(),
                            Map.of("ce_type", event.headers().get("ce_type"), "ce_id", "c-2:9")));
                }),
                wrong("a pair in the other order than it was sent in", Promise.I5, run -> {
                    Call first = run.calls.get(0);
                    run.calls.set(0, new Call(first.conversationId(), first.commandId(), first.actor(), first.type(), first.argument(), null, "a",
                            500, 501, first.status(), first.body()));
                }),
                wrong("messages in another order than the channel's", Promise.I5, run -> {
                    LogRecord first = run.messages.get(0);
                    LogRecord second = run.messages.get(2);
                    run.messages.set(0, at(second, first.offset()));
                    run.messages.set(2, at(first, second.offset()));
                }),
                wrong("two effects of one key", Promise.I6, run -> {
                    LogRecord event = run.events.getLast();
                    run.events.set(run.events.size() - 1, new LogRecord(event.topic(), 0, event.offset(), event.time(), event.key(),
                            event.value().replace("k-2", "m-1"), event.headers()));
                }),
                wrong("a second answer that says to be the first", Promise.I6, run -> answer(run, 3).put("duplicate", false)),
                wrong("another command under a key that was used", Promise.I6, run -> {
                    Call call = run.calls.get(0);
                    run.calls.add(new Call(call.conversationId(), call.commandId(), "ben", "assign-agent", "ben", null, "a", 90, 91, 200, call.body()));
                }),
                wrong("a command that nobody gave", Promise.I3, run -> run.calls.removeIf(call -> call.commandId().equals("k-2"))),
                wrong("a reply that is doubled", Promise.I3, run -> run.replies.add(run.replies.getFirst())),
                wrong("a reply that names the agent", Promise.I3, run -> replace(run.replies, 0, "{", "{\"by\":\"ben\",")),
                wrong("a row that is not in its list", Promise.I7, run -> run.views.getFirst().walks().getFirst().rows().removeLast()),
                wrong("a row that is in its list twice", Promise.I7, run -> {
                    List<JsonNode> rows = run.views.getFirst().walks().getFirst().rows();
                    rows.add(rows.getLast());
                }),
                wrong("a list in another order", Promise.I7, run -> {
                    List<JsonNode> rows = run.views.getFirst().walks().getFirst().rows();
                    rows.addLast(rows.removeFirst());
                }),
                wrong("a row in a list that it does not belong to", Promise.I7, run -> run.views.getFirst().walks().getLast().rows()
                        .add(run.views.getFirst().rows().get("c-1"))),
                wrong("a conversation that the inbox does not know", Promise.I7, run -> run.views.getFirst().rows().remove("c-2")),
                wrong("a counter that is wrong", Promise.I7, run -> ((ObjectNode) run.views.getFirst().counts()).put("unassigned", 3)),
                wrong("an agent's counter that is wrong", Promise.I7,
                        run -> ((ObjectNode) run.views.getFirst().counts().path("byAgent")).put("ben", 1)),
                wrong("a row that is not the fold at the version that it shows", Promise.I7, run -> {
                    ObjectNode row = run.views.getFirst().rows().get("c-1").deepCopy();
                    run.reads.add(new Read("i", "c-1", 0, 200, row.put("version", 3)));
                }),
                wrong("a stale read", Promise.I8, run -> run.reads.add(new Read("i", "c-1", 99, 200, run.reads.getFirst().body()))),
                wrong("a conversation that is said not to exist", Promise.I8, run -> run.reads.add(new Read("i", "c-1", 3, 404, node()))),
                wrong("a doubled notification", Promise.I9, run -> run.notifications.add(run.notifications.getFirst())),
                wrong("a missing notification", Promise.I9, run -> run.notifications.removeFirst()),
                wrong("a notification to somebody else", Promise.I9, run -> {
                    LogRecord told = run.notifications.stream().filter(record -> record.key().equals("chloe")).findFirst().orElseThrow();
                    run.notifications.set(run.notifications.indexOf(told), new LogRecord(told.topic(), 0, told.offset(), told.time(), "ben",
                            told.value(), Map.of()));
                }),
                wrong("an agent who is told of what she did herself", Promise.I9, run -> {
                    LogRecord told = run.notifications.stream().filter(record -> record.value().contains("except")).findFirst().orElseThrow();
                    run.notifications.set(run.notifications.indexOf(told), new LogRecord(told.topic(), 0, told.offset(), told.time(), told.key(),
                            told.value().replace("chloe", "ana"), Map.of()));
                }),
                wrong("a feed that lacks one", Promise.I9, run -> run.feeds.getFirst().eventIds().removeFirst()),
                wrong("a feed that repeats one", Promise.I9, run -> run.feeds.getFirst().eventIds().add(run.feeds.getFirst().eventIds().getLast())),
                wrong("a feed in another order", Promise.I9, run -> run.feeds.getFirst().eventIds().addLast(run.feeds.getFirst().eventIds().removeFirst())),
                wrong("a stream that has missed one", Promise.I9, run -> run.streams.getFirst().notified().removeFirst()),
                wrong("a stream that repeats a change", Promise.I9, run -> run.streams.getFirst().changed().add("c-1:2")),
                wrong("a restored store with other content", Promise.I10, run -> run.restored.add(new Restored("rows", Map.of("c-1", 3), Map.of("c-1", 2)))),
                wrong("a group that stays behind", Promise.I11, ending(new Ending(Map.of("assignment-service", 3L), List.of(), Map.of(), Map.of(), Map.of(), Map.of()))),
                wrong("a transaction that hangs", Promise.I11, ending(new Ending(Map.of(), List.of("t-1"), Map.of(), Map.of(), Map.of(), Map.of()))),
                wrong("an instance that is not up", Promise.I11, ending(new Ending(Map.of(), List.of(), Map.of("a", "halted"), Map.of(), Map.of(), Map.of()))),
                wrong("an iterator that stays open", Promise.I11, ending(new Ending(Map.of(), List.of(), Map.of(), Map.of(), Map.of("i", 1.0), Map.of()))),
                wrong("memory that is not given back", Promise.I11, ending(new Ending(Map.of(), List.of(), Map.of(), Map.of(), Map.of(), Map.of("a", 9.0)))),
                wrong("a dropped record", Promise.I12, ending(new Ending(Map.of(), List.of(), Map.of(), Map.of("a", 1.0), Map.of(), Map.of()))),
                wrong("a dead letter of a record that can be read", Promise.I12, run -> run.deadLetters.add(letter("conversation-commands", 2))),
                wrong("a record that nobody can read and that left no letter", Promise.I12,
                        run -> run.planted.add(new LogRecord.Place("conversation-commands", 0, 99))),
                wrong("two letters of one record", Promise.I12, run -> {
                    run.planted.add(new LogRecord.Place("conversation-commands", 0, 99));
                    run.deadLetters.addAll(List.of(letter("conversation-commands", 99), letter("conversation-commands", 99)));
                }),
                wrong("a bare 500", Promise.ANSWERS, run -> replaceCall(run, 2, 500, node())))
                .entrySet().stream().sorted(Map.Entry.comparingByKey()).map(one -> DynamicTest.dynamicTest(one.getKey(), () -> {
                    GoodRun run = new GoodRun();
                    one.getValue().damage().accept(run);
                    assertThat(run.findings()).extracting(Finding::promise).contains(one.getValue().promise());
                }));
    }

    /// It had told of everything before offset 2, and went on at offset 4.
    @Test
    void whatAStreamSaysToHaveMissedMayBeMissingAndNothingElse() {
        Map<Integer, Long> until = Map.of(0, 2L);
        Map<Integer, Long> from = Map.of(0, 4L);
        GoodRun run = new GoodRun();
        baton.checker.Stream whole = run.streams.removeFirst();
        baton.checker.Stream before = part(run, whole, Map.of(), until);
        baton.checker.Stream after = part(run, whole, from, Map.of());
        assertThat(before.changed()).isNotEmpty();
        assertThat(after.changed()).isNotEmpty();
        run.streams.addAll(List.of(before, after));
        assertThat(run.findings()).isEmpty();
        String last = after.changed().removeLast();
        assertThat(run.findings()).as("one that is missing behind the gap").extracting(Finding::promise).containsExactly(Promise.I9);
        after.changed().add(last);
        before.changed().removeFirst();
        assertThat(run.findings()).as("and before it").extracting(Finding::promise).containsExactly(Promise.I9);
    }

    private static baton.checker.Stream part(GoodRun run, baton.checker.Stream whole, Map<Integer, Long> from, Map<Integer, Long> until) {
        var part = new baton.checker.Stream(whole.agent(), from, from, until, until, new ArrayList<>(), new ArrayList<>());
        run.events.stream().filter(part::coversEvent).map(event -> event.headers().get("ce_id")).forEach(part.changed()::add);
        run.notifications.stream().filter(part::coversNotification).filter(record -> List.of(whole.agent(), "*").contains(record.key()))
                .filter(record -> !whole.agent().equals(record.json().path("except").asText()))
                .map(record -> record.json().path("eventId").asText()).forEach(part.notified()::add);
        return part;
    }

    private record Wrong(Promise promise, Consumer<GoodRun> damage) {
    }

    private static Map.Entry<String, Wrong> wrong(String what, Promise promise, Consumer<GoodRun> damage) {
        return Map.entry(promise + ": " + what, new Wrong(promise, damage));
    }

    private static Consumer<GoodRun> ending(Ending ending) {
        return run -> run.ending = ending;
    }

    private static ObjectNode answer(GoodRun run, int call) {
        return (ObjectNode) run.calls.get(call).body();
    }

    private static void replaceCall(GoodRun run, int index, int status, JsonNode body) {
        Call call = run.calls.get(index);
        run.calls.set(index, new Call(call.conversationId(), call.commandId(), call.actor(), call.type(), call.argument(), call.ifMatch(),
                call.instance(), call.beganNanos(), call.endedNanos(), status, body));
    }

    private static void replace(List<LogRecord> records, int index, String what, String with) {
        LogRecord record = records.get(index);
        assertThat(record.value()).contains(what);
        records.set(index, new LogRecord(record.topic(), record.partition(), record.offset(), record.time(), record.key(),
                record.value().replaceFirst(java.util.regex.Pattern.quote(what), with), record.headers()));
    }

    private static LogRecord at(LogRecord record, long offset) {
        return new LogRecord(record.topic(), record.partition(), offset, record.time(), record.key(), record.value(), record.headers());
    }

    private static LogRecord copy(LogRecord event, long offset, String conversation, long version) {
        ObjectNode value = ((ObjectNode) event.json()).put("conversationId", conversation).put("version", version);
        return new LogRecord(event.topic(), 0, offset, event.time(), conversation, value.toString(),
                Map.of("ce_type", event.headers().get("ce_type"), "ce_id", conversation + ":" + version));
    }

    private static LogRecord letter(String topic, long offset) {
        return new LogRecord("dead-letters", 0, offset, java.time.Instant.EPOCH, null, "?", Map.of("baton-origin-topic", topic,
                "baton-origin-partition", "0", "baton-origin-offset", String.valueOf(offset), "baton-reason", "it is no JSON"));
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
