package baton.microbenchmarks;

import baton.contract.Actor;
import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Event;
import baton.contract.EventJson;
import baton.contract.Json;
import baton.contract.Ownership;
import baton.contract.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// JSON of a claim and of the event that it leads to.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Encode {

    private static final Command.AssignAgent BODY = new Command.AssignAgent("ana");

    private final CommandEnvelope command = new CommandEnvelope(BODY.rulesVersion(), "7f0c1de2-6a3d-4c55-9d0e-0d2f6a0f7b11", "conversation-4711",
            Actor.agent("sam"), true, Ownership.OWNER, null, BODY);
    private final Event event = new Event.ConversationAssigned("conversation-4711", 12, Instant.parse("2026-11-22T12:00:00.123Z"), Actor.agent("sam"),
            "7f0c1de2-6a3d-4c55-9d0e-0d2f6a0f7b11", "ana", "ben", "sam", Reason.MANUAL);
    private final byte[] commandJson = Json.write(command);
    private final byte[] eventJson = EventJson.value(event);
    private final String eventType = EventJson.headers(event).get(EventJson.HEADER_TYPE);

    /// A command, for the log.
    @Benchmark
    public byte[] writeCommand() {
        return Json.write(command);
    }

    /// A command, from the log.
    @Benchmark
    public CommandEnvelope readCommand() {
        return Json.read(commandJson, CommandEnvelope.class);
    }

    /// An event's value.
    @Benchmark
    public byte[] writeEvent() {
        return EventJson.value(event);
    }

    /// An event's headers.
    @Benchmark
    public Map<String, String> eventHeaders() {
        return EventJson.headers(event);
    }

    /// An event, for a view.
    @Benchmark
    public Event readEvent() {
        return EventJson.read(eventType, eventJson);
    }
}
