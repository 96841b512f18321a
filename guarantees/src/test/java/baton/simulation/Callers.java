package baton.simulation;

import static baton.simulation.Happening.ACKNOWLEDGEMENT_LOST_AFTER_APPEND;
import static baton.simulation.Happening.ACKNOWLEDGEMENT_LOST_BEFORE_APPEND;
import static baton.simulation.Happening.ANSWERED;
import static baton.simulation.Happening.ANSWERED_COMMAND_SENT_AGAIN;
import static baton.simulation.Happening.ANSWER_LOST;
import static baton.simulation.Happening.CALL_TIMED_OUT;
import static baton.simulation.Happening.COMMAND_ID_SENT_BY_ANOTHER_AGENT;
import static baton.simulation.Happening.COMMAND_ID_SENT_WITH_ANOTHER_BODY;
import static baton.simulation.Happening.COMMAND_SENT;
import static baton.simulation.Happening.COMMAND_WITH_UNKNOWN_FIELDS;
import static baton.simulation.Happening.EDGE_DIED_AFTER_APPEND;
import static baton.simulation.Happening.EDGE_OVERLOADED;
import static baton.simulation.Happening.EDGE_UNAVAILABLE;
import static baton.simulation.Happening.UNKNOWN_OUTCOME_SENT_AGAIN;

import baton.contract.Decision;
import baton.runtime.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Agents, and the edge that they call: it writes a command to the log, and waits for the decision or gives up.
final class Callers {

    static final List<String> AGENTS = List.of("ana", "ben", "chloe", "sam");
    private static final String SUPERVISOR = "sam";
    private static final String DEACTIVATED = "dora";
    /// Many claims on few conversations, and everything else that agents do.
    private static final int ASSIGNS = 9;

    private final World world;
    private final Chance chance;
    private final List<Wish> wishes = new ArrayList<>();
    private final Map<String, Long> versionsSeen = new HashMap<>();
    private int calls;

    Callers(World world) {
        this.world = world;
        this.chance = world.chance();
    }

    /// Something new: from one agent or from several at once, who want the same conversation.
    void wishes() {
        String conversationId = chance.of(world.conversations());
        for (int left = chance.between(1, 3); left > 0; left--) {
            wish(conversationId);
        }
    }

    private void wish(String conversationId) {
        String agent = chance.of(AGENTS);
        Long ifMatch = chance.oneIn(5) ? (Long) (versionsSeen.getOrDefault(conversationId, 1L) + chance.between(-1, 1)) : null;
        Wish wish = new Wish(conversationId, "k-" + wishes.size(), agent, body(agent), ifMatch);
        wishes.add(wish);
        world.count(COMMAND_SENT);
        send(wish);
    }

    private String body(String agent) {
        int choice = chance.below(20);
        if (choice < ASSIGNS) {
            return "{\"type\":\"assign-agent\",\"agentId\":\"" + (choice < ASSIGNS - 3 ? agent : choice < ASSIGNS - 1 ? chance.of(AGENTS) : DEACTIVATED) + "\"}";
        } else if (choice < 13) {
            return "{\"type\":\"reply\",\"text\":\"" + text() + "\"}";
        }
        return "{\"type\":\"" + List.of("unassign-agent", "unassign-agent", "complete-conversation", "complete-conversation",
                "complete-conversation", "reopen-conversation", "reopen-conversation").get(choice - 13) + "\"}";
    }

    private String text() {
        return "reply " + wishes.size() + (world.setup().sizesRefused() && chance.oneIn(4) ? "!".repeat(SizeChecked.TEXT_LENGTH_MAX) : "");
    }

    /// Something whose outcome is not known, again; false if there is nothing.
    boolean sendUnknownAgain() {
        List<Wish> unknown = wishes.stream().filter(Wish::isUnknown).toList();
        if (unknown.isEmpty()) {
            return false;
        }
        world.count(UNKNOWN_OUTCOME_SENT_AGAIN);
        send(chance.of(unknown));
        return true;
    }

    /// Everything whose outcome is not known, again.
    void sendAllUnknownAgain() {
        wishes.stream().filter(Wish::isUnknown).forEach(this::send);
    }

    /// Something that was answered: as a browser does that has lost its memory. Rather something recent, but maybe from long ago.
    void sendAnsweredAgain() {
        any().ifPresent(wish -> {
            world.count(ANSWERED_COMMAND_SENT_AGAIN);
            send(wish);
        });
    }

    /// The same command id for something else, or from somebody else. It is no wish whose answer anybody needs.
    void reuseCommandId() {
        any().ifPresent(wish -> {
            if (chance.oneIn(2)) {
                world.count(COMMAND_ID_SENT_WITH_ANOTHER_BODY);
                send(wish.withBody("{\"type\":\"reply\",\"text\":\"another\"}"));
            } else {
                world.count(COMMAND_ID_SENT_BY_ANOTHER_AGENT);
                send(wish.by(AGENTS.get((AGENTS.indexOf(wish.agent()) + 1) % AGENTS.size())));
            }
        });
    }

    private java.util.Optional<Wish> any() {
        List<Wish> answered = wishes.stream().filter(Wish::isAnswered).toList();
        int last = answered.size();
        return last == 0 ? java.util.Optional.empty()
                : java.util.Optional.of(answered.get(chance.oneIn(3) ? chance.below(last) : Math.max(0, last - 1 - chance.below(5))));
    }

    private void send(Wish wish) {
        byte[] key = KafkaClients.key(wish.conversationId());
        int partition = KafkaClients.partition(key, world.topics().partitions());
        Instance edge = world.edge(chance.of(world.instances()), partition);
        if (edge == null || !edge.isAlive() || edge.worker(world.decider()).haltedBecause().isPresent()) {
            world.count(EDGE_UNAVAILABLE);
            return;
        }
        if (edge.pending().size() >= world.setup().pendingMax()) {
            world.note("%s is overloaded: %s", edge, wish);
            world.count(EDGE_OVERLOADED);
            return;
        }
        wish.isSent();
        if (world.faultOneIn(25)) {
            world.count(ACKNOWLEDGEMENT_LOST_BEFORE_APPEND);
            wish.isGivenUp();
            return;
        }
        Call call = new Call("call-" + calls++, wish);
        edge.pending().put(call.id(), call);
        String ownership = world.setup().ownership() == null ? chance.of(List.of("owner", "open")) : world.setup().ownership();
        String more = chance.oneIn(20) ? ",\"colour\":\"blue\",\"nested\":{\"since\":\"ever\"}" : "";
        if (!more.isEmpty()) {
            world.count(COMMAND_WITH_UNKNOWN_FIELDS);
        }
        boolean supervisor = wish.agent().equals(SUPERVISOR) && !chance.oneIn(10); // roles change
        boolean deactivated = wish.assignsTo(DEACTIVATED) && !chance.oneIn(4);
        byte[] value = wish.envelope(deactivated && chance.oneIn(2) ? 2 : 1, supervisor, ownership, deactivated, more)
                .getBytes(StandardCharsets.UTF_8);
        world.note("%s writes %s", edge, wish);
        world.commands().append(partition, key, value, call.id());
        if (world.faultOneIn(25)) {
            world.count(ACKNOWLEDGEMENT_LOST_AFTER_APPEND);
            timeOut(edge, call);
        } else if (world.faultOneIn(40)) {
            world.count(EDGE_DIED_AFTER_APPEND);
            world.faults().kill(edge);
        }
    }

    /// A decision for somebody who waits; it may still get lost on the way.
    void answer(Call call, Decision decision) {
        if (world.faultOneIn(20)) {
            world.count(ANSWER_LOST);
            call.isUnknown();
            return;
        }
        world.count(ANSWERED);
        world.auditor().heard(call, decision);
        call.wish().isAnswered(decision);
        versionsSeen.put(call.wish().conversationId(), decision.version());
    }

    /// Somebody has waited long enough; false if nobody waits at this instance.
    boolean timeOut(Instance edge) {
        if (edge.pending().isEmpty()) {
            return false;
        }
        world.count(CALL_TIMED_OUT);
        timeOut(edge, chance.of(List.copyOf(edge.pending().values())));
        return true;
    }

    private static void timeOut(Instance edge, Call call) {
        edge.pending().remove(call.id());
        call.isUnknown();
    }

    /// Whether nobody waits, and everybody knows.
    boolean areContent() {
        return wishes.stream().noneMatch(wish -> wish.isUnknown() || wish.isWaiting());
    }
}
