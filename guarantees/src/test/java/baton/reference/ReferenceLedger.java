package baton.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Decides the commands of one conversation, in the order of the log, as the contract says.
public final class ReferenceLedger {

    private static final int COMMANDS_REMEMBERED = 64;
    private static final int MESSAGES_REMEMBERED = 256;

    private final ReferenceConversation conversation = new ReferenceConversation();
    private final Map<String, First> commands = new LinkedHashMap<>();
    private final Set<String> messages = new LinkedHashSet<>();

    private record First(JsonNode actor, JsonNode body, Answer answer) {
    }

    /// What a caller has to be told.
    ///
    /// @param refusal null if it was accepted
    /// @param version of the conversation, afterwards
    /// @param owner   afterwards, or null; of a refusal as well
    /// @param since   since when, or null
    /// @param events  what it caused
    public record Answer(String refusal, long version, boolean completed, String owner, Instant since, List<ReferenceEvent> events,
            boolean duplicate) {

        public boolean accepted() {
            return refusal == null;
        }

        private Answer again() {
            return new Answer(refusal, version, completed, owner, since, events, true);
        }
    }

    /// Takes the next command, where nobody has switched the rules.
    public Answer take(JsonNode command, Instant time) {
        return take(command, time, 1);
    }

    /// Takes the next command.
    ///
    /// @param command      the value of its record
    /// @param time         that the log gave it
    /// @param rulesInForce the version of the rules on the partition, see [ReferenceRules]
    /// @return the answer; of a repeated command the first one, with the events that happened then
    public Answer take(JsonNode command, Instant time, int rulesInForce) {
        return command.at("/body/type").asText().equals("receive-message")
                ? message(command, time)
                : agents(command, time, Math.max(rulesInForce, command.path("rulesVersion").asInt()));
    }

    /// What it has come to.
    public ReferenceConversation conversation() {
        return conversation;
    }

    private Answer message(JsonNode command, Instant time) {
        String id = command.at("/body/messageId").asText();
        if (messages.contains(id)) {
            return answer(null, List.of()).again();
        }
        if (conversation.exists() && movedOn(command)) {
            throw new AssertionError("no channel sends a version: " + command);
        }
        messages.add(id);
        forget(messages.iterator(), messages.size() - MESSAGES_REMEMBERED);
        var happens = new Happening(command, time);
        ObjectNode body = (ObjectNode) command.path("body");
        if (!conversation.exists()) {
            happens.add("conversation.opened", body.deepCopy().retain("channel", "visitor"));
        } else if (conversation.completed()) {
            happens.add("conversation.reopened", none());
        }
        happens.add("message.received", body.deepCopy().retain("messageId", "channel", "visitor", "text", "sentAt"));
        return happens.answer();
    }

    private Answer agents(JsonNode command, Instant time, int rules) {
        String id = command.path("commandId").asText();
        First first = commands.get(id);
        if (first != null) {
            return first.actor().equals(command.path("actor")) && first.body().equals(wanted(command))
                    ? first.answer().again()
                    : answer("command-id-reused", List.of());
        }
        boolean deactivated = rules >= 2 && command.at("/body/assigneeDeactivated").asBoolean();
        if (!conversation.exists()) { // never remembered
            return answer(deactivated ? "assignee-deactivated" : "conversation-not-found", List.of());
        }
        Answer answer = deactivated ? answer("assignee-deactivated", List.of()) : decide(command, time);
        commands.put(id, new First(command.path("actor"), wanted(command), answer));
        forget(commands.keySet().iterator(), commands.size() - COMMANDS_REMEMBERED);
        return answer;
    }

    /// What the caller said: not what the edge has added of its own knowledge, which may differ when the caller says it again.
    public static JsonNode wanted(JsonNode command) {
        return ((ObjectNode) command.path("body")).deepCopy().without("assigneeDeactivated");
    }

    private Answer decide(JsonNode command, Instant time) {
        if (movedOn(command)) {
            return answer("version-mismatch", List.of());
        }
        var happens = new Happening(command, time);
        String actor = command.at("/actor/id").asText();
        String owner = conversation.owner();
        boolean mayTake = owner == null || owner.equals(actor) || command.path("supervisor").asBoolean()
                || command.path("ownership").asText().equals("open");
        switch (command.at("/body/type").asText()) {
            case "reply" -> {
                boolean reopens = conversation.completed();
                if (reopens) {
                    happens.add("conversation.reopened", none());
                }
                happens.add("reply.sent", none().put("text", command.at("/body/text").asText()));
                if (owner == null) {
                    happens.add("conversation.assigned", none().put("assignee", actor).put("by", actor).put("reason", "first-reply"));
                }
            }
            case "assign-agent" -> {
                String assignee = command.at("/body/agentId").asText();
                if (conversation.completed()) {
                    return answer("conversation-completed", List.of());
                }
                if (!assignee.equals(owner)) {
                    if (!mayTake) {
                        return answer("not-owner", List.of());
                    }
                    ObjectNode assigned = none().put("assignee", assignee).put("by", actor).put("reason", "manual");
                    happens.add("conversation.assigned", owner == null ? assigned : assigned.put("previousAssignee", owner));
                }
            }
            case "unassign-agent" -> {
                if (!mayTake) {
                    return answer("not-owner", List.of());
                }
                if (owner != null) {
                    happens.add("conversation.unassigned", none().put("previousAssignee", owner).put("by", actor).put("reason", "manual"));
                }
            }
            case "complete-conversation" -> {
                if (!mayTake) {
                    return answer("not-owner", List.of());
                }
                if (owner != null) {
                    happens.add("conversation.unassigned", none().put("previousAssignee", owner).put("by", actor).put("reason", "completed"));
                }
                if (!conversation.completed()) {
                    happens.add("conversation.completed", none());
                }
            }
            case "reopen-conversation" -> {
                if (conversation.completed()) {
                    happens.add("conversation.reopened", none());
                }
            }
            default -> throw new AssertionError("no such command: " + command);
        }
        return happens.answer();
    }

    private boolean movedOn(JsonNode command) {
        return command.path("ifMatch").isNumber() && command.path("ifMatch").asLong() != conversation.version();
    }

    private Answer answer(String refusal, List<ReferenceEvent> events) {
        return new Answer(refusal, conversation.version(), conversation.completed(), conversation.owner(), conversation.ownedSince(),
                events, false);
    }

    private static void forget(Iterator<String> oldestFirst, int tooMany) {
        for (int i = 0; i < tooMany; i++) {
            oldestFirst.next();
            oldestFirst.remove();
        }
    }

    private static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode();
    }

    /// The events of one command, each at the next version and never before the last one.
    private final class Happening {

        private final JsonNode command;
        private final Instant at;
        private final List<ReferenceEvent> events = new ArrayList<>();

        Happening(JsonNode command, Instant time) {
            this.command = command;
            Instant last = conversation.exists() ? conversation.events().getLast().at() : Instant.MIN;
            this.at = time.isBefore(last) ? last : time;
        }

        void add(String type, ObjectNode what) {
            ObjectNode value = none().put("conversationId", command.path("conversationId").asText())
                    .put("version", conversation.version() + 1)
                    .put("at", at.toString());
            value.set("actor", command.path("actor"));
            value.put("commandId", command.path("commandId").asText());
            value.setAll(what);
            ReferenceEvent event = ReferenceEvent.of(type, value);
            conversation.follow(event);
            events.add(event);
        }

        Answer answer() {
            return ReferenceLedger.this.answer(null, List.copyOf(events));
        }
    }
}
