package baton.inbox;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Makes legal events of several conversations out of wishes: what the rules of ownership would have written, in short.
public final class History {

    /// Ids that a careless order, separator or pattern would mix up.
    public static final List<String> IDS = List.of("c", "c-", "c-1", "c-10", "c.1", "c~", "c~1", "C", "_", ".", "~", "0");
    public static final List<String> AGENTS = List.of("ana", "ben", "chloe", "~", "me");

    /// What somebody wishes.
    public enum Action { WRITE, REPLY, ASSIGN, UNASSIGN, COMPLETE, REOPEN }

    /// A wish.
    ///
    /// @param agent  who wishes it, or whom to assign to
    /// @param millis how much later than the step before
    public record Step(String conversationId, Action action, String agent, int millis) {
    }

    private record State(long version, boolean completed, String owner) {
    }

    private final Map<String, State> states = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private Instant now;

    public History(Instant begin) {
        now = begin;
    }

    /// The events of these wishes.
    public static List<Event> of(Instant begin, List<Step> steps) {
        History history = new History(begin);
        steps.forEach(history::take);
        return history.events;
    }

    /// Wishes out of a seed.
    public static List<Step> steps(long seed, int count, List<String> ids) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(new Step(ids.get(random.nextInt(ids.size())), Action.values()[random.nextInt(Action.values().length)],
                    AGENTS.get(random.nextInt(AGENTS.size())), random.nextInt(3)));
        }
        return steps;
    }

    private void take(Step step) {
        now = now.plusMillis(step.millis());
        String id = step.conversationId();
        State state = states.get(id);
        String agent = step.agent();
        switch (step.action()) {
            case WRITE -> {
                if (state == null) {
                    add(Samples.opened(id, now), false, null);
                } else if (state.completed()) {
                    add(Samples.reopened(id, next(id), now, Actor.visitor("vera")), false, null);
                }
                add(Samples.received(id, next(id), now, "text " + next(id)), false, owner(id));
            }
            case REPLY -> {
                if (state != null) {
                    if (state.completed()) {
                        add(Samples.reopened(id, next(id), now, Actor.agent(agent)), false, null);
                    }
                    add(Samples.sent(id, next(id), now, agent, "reply " + next(id)), false, owner(id));
                    if (owner(id) == null) {
                        add(Samples.assigned(id, next(id), now, agent, agent, null, Reason.FIRST_REPLY), false, agent);
                    }
                }
            }
            case ASSIGN -> {
                if (state != null && !state.completed() && !agent.equals(state.owner())) {
                    add(Samples.assigned(id, next(id), now, agent, agent, state.owner(), Reason.MANUAL), false, agent);
                }
            }
            case UNASSIGN -> {
                if (state != null && state.owner() != null) {
                    add(Samples.unassigned(id, next(id), now, agent, state.owner(), Reason.MANUAL), false, null);
                }
            }
            case COMPLETE -> {
                if (state != null && !state.completed()) {
                    if (state.owner() != null) {
                        add(Samples.unassigned(id, next(id), now, agent, state.owner(), Reason.COMPLETED), false, null);
                    }
                    add(Samples.completed(id, next(id), now, agent), true, null);
                }
            }
            case REOPEN -> {
                if (state != null && state.completed()) {
                    add(Samples.reopened(id, next(id), now, Actor.agent(agent)), false, null);
                }
            }
        }
    }

    private void add(Event event, boolean completed, String owner) {
        events.add(event);
        states.put(event.conversationId(), new State(event.version(), completed, owner));
    }

    private long next(String id) {
        return states.containsKey(id) ? states.get(id).version() + 1 : 1;
    }

    private String owner(String id) {
        return states.get(id).owner();
    }
}
