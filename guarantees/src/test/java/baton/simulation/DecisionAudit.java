package baton.simulation;

import static baton.simulation.Happening.ANSWERED_AS_DONE_BEFORE;
import static baton.simulation.Happening.DECIDED_AGAIN;
import static baton.simulation.Happening.DECIDED_BY_A_ZOMBIE_AFTER_THE_NEW_OWNER;

import baton.contract.Decision;
import baton.contract.Json;
import baton.contract.Status;
import baton.reference.ReferenceEvent;
import baton.reference.ReferenceLedger;
import baton.reference.ReferenceRules;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// I1, I2, I5 and I6: what anybody is told is what a replay of the log decides at that place, however often and by whomever it is decided.
final class DecisionAudit {

    private final World world;
    private final EventAudit events;
    private final Map<String, ReferenceLedger> ledgers = new HashMap<>();
    private final Map<Integer, ReferenceRules> rules = new HashMap<>();
    private final List<Map<Long, Outcome>> outcomes = new ArrayList<>();
    private final Map<String, Outcome> calls = new HashMap<>();
    private final Set<String> messages = new HashSet<>();
    private final Map<String, Decision> firstHeard = new HashMap<>();
    private final Map<String, Long> lastHeardAt = new HashMap<>();

    /// What a command has to come to, and who has decided it so far.
    ///
    /// @param expected null for what is no command
    private record Outcome(int partition, long offset, String conversationId, JsonNode command, ReferenceLedger.Answer expected,
            Set<Instance> decidedBy) {

        boolean isFor(Outcome other) {
            return conversationId.equals(other.conversationId) && field("commandId").equals(other.field("commandId"))
                    && field("actor").equals(other.field("actor")) && ReferenceLedger.wanted(command).equals(ReferenceLedger.wanted(other.command));
        }

        private JsonNode field(String name) {
            return command.path(name);
        }

        @Override
        public String toString() {
            return "the command at offset " + offset + " of partition " + partition + ", " + (command == null ? "which is none" : command);
        }
    }

    DecisionAudit(World world, EventAudit events) {
        this.world = world;
        this.events = events;
    }

    void appended(int partition, long offset, byte[] value, String callId, Instant time) {
        JsonNode command = tree(value);
        String conversationId = command.path("conversationId").asText();
        ReferenceLedger.Answer expected = take(partition, conversationId, command, Instant.ofEpochMilli(time.toEpochMilli()));
        world.coverage().countOutcome(expected.duplicate() ? "the first answer again" : expected.accepted() ? "accepted" : expected.refusal());
        if (expected.accepted() && !expected.duplicate()) {
            events.expects(partition, expected.events());
        }
        Outcome outcome = new Outcome(partition, offset, conversationId, command, expected, new HashSet<>());
        take(outcome, callId);
        if (command.at("/body/type").asText().equals("receive-message") && !messages.add(conversationId + "/" + command.path("commandId").asText())
                && !expected.duplicate()) {
            world.count(Happening.MESSAGE_ID_FORGOTTEN);
        }
        Long heard = lastHeardAt.get(conversationId);
        if (heard != null && heard >= offset) {
            throw new Breach("I5", "a command that was answered before stands at offset " + heard + ", behind " + outcome);
        }
    }

    private ReferenceLedger.Answer take(int partition, String conversationId, JsonNode command, Instant time) {
        ReferenceRules here = rules.computeIfAbsent(partition, _ -> new ReferenceRules());
        return ReferenceRules.isSwitch(command)
                ? here.take(command)
                : ledgers.computeIfAbsent(conversationId, _ -> new ReferenceLedger()).take(command, time, here.inForce());
    }

    void appendedPoison(int partition, long offset, String callId) {
        world.coverage().countOutcome("malformed");
        take(new Outcome(partition, offset, null, null, null, new HashSet<>()), callId);
    }

    private void take(Outcome outcome, String callId) {
        ofPartition(outcome.partition()).put(outcome.offset(), outcome);
        if (callId != null) {
            calls.put(callId, outcome);
        }
    }

    private Map<Long, Outcome> ofPartition(int partition) {
        while (outcomes.size() <= partition) {
            outcomes.add(new HashMap<>());
        }
        return outcomes.get(partition);
    }

    void decided(Instance by, int partition, long offset, Decision decision) {
        Outcome outcome = ofPartition(partition).get(offset);
        if (outcome == null) {
            throw new Breach("I1", by + " has decided offset " + offset + " of partition " + partition + ", where no command stands");
        }
        String difference = difference(outcome, decision);
        if (difference != null && !isKnownByNow(outcome, decision)) {
            throw new Breach("I2", by + " says of " + outcome + ": " + decision + ", but " + difference);
        }
        count(by, outcome, decision);
        outcome.decidedBy().add(by);
    }

    private void count(Instance by, Outcome outcome, Decision decision) {
        if (outcome.expected() != null && decision.duplicate() && !outcome.expected().duplicate()) {
            world.count(ANSWERED_AS_DONE_BEFORE);
        } else if (!outcome.decidedBy().isEmpty()) {
            world.count(DECIDED_AGAIN);
        }
        Worker owner = world.decider().owner(outcome.partition());
        if (owner.instance() != by && outcome.decidedBy().contains(owner.instance())) {
            world.count(DECIDED_BY_A_ZOMBIE_AFTER_THE_NEW_OWNER);
        }
    }

    /// What is refused because there is no such conversation is not remembered. So whoever asks again for a decision that was made long ago may hear what the
    /// same command, sent once more, has come to since.
    private boolean isKnownByNow(Outcome outcome, Decision decision) {
        return outcome.expected() != null && outcome.expected().version() == 0 && decision.duplicate()
                && ofPartition(outcome.partition()).values().stream()
                        .anyMatch(later -> later.command() != null && later.isFor(outcome) && difference(later, decision) == null);
    }

    void heard(Call call, Decision decision) {
        Outcome outcome = calls.get(call.id());
        if (outcome == null) {
            throw new Breach("I1", call + " was told " + decision + ", and is not on the log");
        }
        lastHeardAt.merge(call.wish().conversationId(), outcome.offset(), Math::max);
        ReferenceLedger.Answer expected = outcome.expected();
        boolean first = expected != null && !expected.duplicate();
        if (expected == null || expected.version() == 0 || "command-id-reused".equals(expected.refusal())) {
            return; // is not remembered, and says nothing of the command id
        }
        Wish wish = call.wish();
        Decision before = firstHeard.putIfAbsent(wish.toString(), decision);
        if (before != null && first && !decision.duplicate()) {
            // The reference has forgotten it as well: this is behind the horizon.
            world.count(Happening.COMMAND_ID_FORGOTTEN);
            firstHeard.put(wish.toString(), decision);
        } else if (before != null && !same(before, decision)) {
            throw new Breach("I6", wish + " was told " + before + ", and again " + decision);
        }
    }

    private static boolean same(Decision one, Decision other) {
        return one.again().equals(other.again());
    }

    /// Null if the decision is the expected one. Whether it says that it is repeated is not looked at where it is not: a record may be
    /// read again after its decision was committed.
    private static String difference(Outcome outcome, Decision decision) {
        ReferenceLedger.Answer expected = outcome.expected();
        if (expected == null) {
            return decision instanceof Decision.Refused refused && refused.refusal().wireName().equals("malformed") ? null : "it is no command";
        }
        if (expected.duplicate() && !decision.duplicate()) {
            return "it is a repetition";
        }
        return switch (decision) {
            case Decision.Accepted told -> accepted(outcome, expected, told);
            case Decision.Refused told -> expected.accepted() ? "it is accepted"
                    : first(differs("refusal", expected.refusal(), told.refusal().wireName()),
                            differs("conversation", outcome.conversationId(), told.conversationId()),
                            differs("version", expected.version(), told.version()),
                            differs("owner", expected.owner(), told.owner()),
                            differs("since", expected.since(), told.since()));
        };
    }

    private static String accepted(Outcome outcome, ReferenceLedger.Answer expected, Decision.Accepted told) {
        if (!expected.accepted()) {
            return "it is refused: " + expected.refusal();
        }
        String difference = first(differs("conversation", outcome.conversationId(), told.conversationId()),
                differs("version", expected.version(), told.version()),
                differs("status", status(outcome, expected), told.status()),
                differs("assignee", expected.owner(), told.assignee()),
                differs("number of events", expected.events().size(), told.events().size()));
        for (int i = 0; difference == null && i < told.events().size(); i++) {
            ReferenceEvent event = expected.events().get(i);
            Decision.Caused caused = told.events().get(i);
            difference = first(differs("type", event.type(), caused.type().wireName()),
                    differs("version", event.version(), caused.version()),
                    differs("at", event.at(), caused.at()),
                    differs("assignee", event.text("assignee"), caused.assignee()),
                    differs("previousAssignee", event.text("previousAssignee"), caused.previousAssignee()),
                    differs("reason", event.text("reason"), caused.reason() == null ? null : caused.reason().wireName()));
        }
        return difference;
    }

    private static Status status(Outcome outcome, ReferenceLedger.Answer expected) {
        if (ReferenceRules.isSwitch(outcome.command())) {
            return null; // is of no conversation
        }
        return expected.completed() ? Status.COMPLETED : Status.OPEN;
    }

    private static String differs(String what, Object expected, Object told) {
        return Objects.equals(expected, told) ? null : "its " + what + " is " + expected;
    }

    private static String first(String... differences) {
        for (String difference : differences) {
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private static JsonNode tree(byte[] value) {
        try {
            return Json.MAPPER.readTree(value);
        } catch (IOException e) {
            throw new IllegalStateException("the simulation has written what is no JSON", e);
        }
    }
}
