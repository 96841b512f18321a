package baton.checker;

import baton.reference.ReferenceConversation.Row;
import baton.reference.ReferenceEvent;
import baton.reference.ReferenceLedger;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The evidence of a small run in which everything is right, to be damaged: two conversations, claims that conflict, a command that was sent
/// twice, a reopening, notifications, a list, a feed, a stream.
final class GoodRun {

    private static final Instant BEGAN = Instant.parse("2026-11-22T09:15:00Z");

    final List<LogRecord> commands = new ArrayList<>();
    final List<LogRecord> events = new ArrayList<>();
    final List<LogRecord> replies = new ArrayList<>();
    final List<LogRecord> notifications = new ArrayList<>();
    final List<LogRecord> messages = new ArrayList<>();
    final List<LogRecord> deadLetters = new ArrayList<>();
    final Set<LogRecord.Place> planted = new HashSet<>();
    final List<Call> calls = new ArrayList<>();
    final List<Post> posts = new ArrayList<>();
    final List<Read> reads = new ArrayList<>();
    final List<View> views = new ArrayList<>();
    final List<Feed> feeds = new ArrayList<>();
    final List<Stream> streams = new ArrayList<>();
    final List<Restored> restored = new ArrayList<>();
    Ending ending = Ending.GOOD;

    private final Map<String, ReferenceLedger> ledgers = new TreeMap<>();
    private long clock;

    GoodRun() {
        message("c-1", "m-1", "Where is my parcel?");
        message("c-2", "m-1", "Hello?");
        command("c-1", "k-1", "ana", "assign-agent", "ana");
        command("c-1", "k-2", "ben", "assign-agent", "ben");
        again("c-1", "k-1", "ana", "assign-agent", "ana");
        command("c-1", "k-3", "ben", "reply", "It is on its way.");
        message("c-1", "m-2", "Thank you");
        command("c-1", "k-4", "ana", "complete-conversation", null);
        message("c-1", "m-3", "One more thing");
        command("c-2", "k-1", "ben", "assign-agent", "chloe");
        command("c-2", "k-2", "chloe", "unassign-agent", null);
        tell();
        show();
    }

    Evidence evidence() {
        return new Evidence(commands, events, replies, notifications, messages, deadLetters, planted, Set.of("ana", "ben", "chloe"), calls, posts,
                reads, views, feeds, streams, restored, ending);
    }

    List<Finding> findings() {
        return Checker.check(evidence());
    }

    void message(String conversation, String messageId, String text) {
        ObjectNode message = node().put("messageId", messageId).put("channel", "web").put("text", text);
        message.set("visitor", node().put("id", "vera").put("name", "Vera"));
        messages.add(new LogRecord("channel-messages", 0, messages.size(), BEGAN.plusSeconds(clock), conversation, message.toString(), Map.of()));
        posts.add(new Post(conversation, messageId, text, clock, clock + 1, true));
        clock += 2;
        ObjectNode body = message.deepCopy().put("type", "receive-message");
        append(conversation, messageId, node().put("type", "visitor").put("id", "vera"), body);
    }

    void command(String conversation, String id, String actor, String type, String argument) {
        long began = clock++;
        ReferenceLedger.Answer answer = append(conversation, id, node().put("type", "agent").put("id", actor), body(type, argument));
        calls.add(new Call(conversation, id, actor, type, argument, null, "assignment-service-1", began, clock++, status(answer), body(conversation, answer)));
    }

    /// The caller had no answer and has sent it once more.
    private void again(String conversation, String id, String actor, String type, String argument) {
        calls.add(new Call(conversation, id, actor, type, argument, null, "assignment-service-2", clock++, clock++, 0, node()));
        command(conversation, id, actor, type, argument);
    }

    private static ObjectNode body(String type, String argument) {
        ObjectNode body = node().put("type", type);
        return switch (type) {
            case "assign-agent" -> body.put("agentId", argument);
            case "reply" -> body.put("text", argument);
            default -> body;
        };
    }

    private ReferenceLedger.Answer append(String conversation, String id, ObjectNode actor, ObjectNode body) {
        ObjectNode command = node().put("rulesVersion", 1).put("commandId", id).put("conversationId", conversation).put("supervisor", false)
                .put("ownership", "owner").putNull("ifMatch");
        command.set("actor", actor);
        command.set("body", body);
        Instant time = BEGAN.plusSeconds(clock);
        commands.add(new LogRecord("conversation-commands", 0, commands.size(), time, conversation, command.toString(), Map.of()));
        ReferenceLedger.Answer answer = ledgers.computeIfAbsent(conversation, _ -> new ReferenceLedger()).take(command, time);
        if (!answer.duplicate()) {
            answer.events().forEach(this::publish);
        }
        return answer;
    }

    private void publish(ReferenceEvent event) {
        long offset = events.size() + events.size() / 3L; // a marker of a transaction now and then
        events.add(new LogRecord("conversation-events", 0, offset, event.at(), event.conversationId(), event.value().toString(),
                Map.of("ce_type", event.type(), "ce_id", event.id())));
        if (event.type().equals("reply.sent")) {
            ObjectNode reply = node().put("replyId", event.id()).put("conversationId", event.conversationId()).put("channel", "web")
                    .put("visitorId", "vera").put("text", event.text("text")).put("at", event.at().toString());
            replies.add(new LogRecord("conversation-replies", 0, replies.size(), event.at(), event.conversationId(), reply.toString(), Map.of()));
        }
    }

    private static int status(ReferenceLedger.Answer answer) {
        return answer.accepted() ? 200 : switch (answer.refusal()) {
            case "not-owner" -> 403;
            case "conversation-completed" -> 409;
            default -> 422;
        };
    }

    private static JsonNode body(String conversation, ReferenceLedger.Answer answer) {
        if (!answer.accepted()) {
            ObjectNode problem = node().put("type", "urn:baton:problem:" + answer.refusal()).put("version", answer.version());
            if (answer.owner() != null) {
                problem.set("owner", node().put("id", answer.owner()).put("since", answer.since().toString()));
            }
            return problem;
        }
        ObjectNode accepted = node().put("conversationId", conversation).put("version", answer.version())
                .put("status", answer.completed() ? "completed" : "open").put("assignee", answer.owner()).put("duplicate", answer.duplicate());
        answer.events().forEach(event -> accepted.withArray("events").add(event.value().deepCopy().put("type", event.type())));
        accepted.withArray("events");
        return accepted;
    }

    private void tell() {
        Map<String, List<String>> own = new TreeMap<>();
        ledgers.forEach((_, ledger) -> ledger.conversation().told().forEach(told -> {
            ObjectNode notification = node().put("eventId", told.eventId());
            if (told.except() != null) {
                notification.put("except", told.except());
            }
            notifications.add(new LogRecord("notifications", 0, notifications.size(), BEGAN, told.recipient(), notification.toString(), Map.of()));
            for (String agent : List.of("ana", "chloe")) {
                if (told.recipient().equals(agent) || told.recipient().equals("*") && !agent.equals(told.except())) {
                    own.computeIfAbsent(agent, _ -> new ArrayList<>()).add(told.eventId());
                }
            }
        }));
        Map<String, Instant> times = new LinkedHashMap<>();
        ledgers.values().forEach(ledger -> ledger.conversation().events().forEach(event -> times.put(event.id(), event.at())));
        own.forEach((agent, ids) -> {
            ids.sort(java.util.Comparator.comparing((String id) -> times.get(id)).reversed());
            feeds.add(new Feed("notification-service-1", agent, new ArrayList<>(ids)));
            List<String> changed = new ArrayList<>(events.stream().map(event -> event.headers().get("ce_id")).toList());
            streams.add(new Stream(agent, Map.of(0, 0L), Map.of(0, 0L), Map.of(), Map.of(), new ArrayList<>(ids), changed));
        });
    }

    private void show() {
        Map<String, JsonNode> rows = new TreeMap<>();
        ledgers.forEach((conversation, ledger) -> rows.put(conversation, row(ledger.conversation().row())));
        ObjectNode counts = node().put("unassigned", 2).put("mine", 0).put("others", 0).put("completed", 0);
        counts.set("byAgent", node().put("ana", 0).put("ben", 0));
        views.add(new View("inbox-projection-1", "ana", rows, new ArrayList<>(List.of(
                new View.Walk("unassigned", "open", "newest", new ArrayList<>(List.of(rows.get("c-1"), rows.get("c-2")))),
                new View.Walk("me", "open", "oldest", new ArrayList<>()))), counts));
        reads.add(new Read("inbox-projection-1", "c-1", 3, 200, rows.get("c-1")));
    }

    static ObjectNode row(Row row) {
        ObjectNode shown = node().put("conversationId", row.conversationId()).put("channel", row.channel()).put("status", row.status())
                .put("assignee", row.assignee()).put("lastActivityAt", row.lastActivityAt().toString())
                .put("waitingSince", row.waitingSince() == null ? null : row.waitingSince().toString()).put("version", row.version());
        shown.set("visitor", node().put("id", row.visitorId()).put("name", row.visitorName()));
        shown.set("lastMessage", node().put("from", row.lastFrom()).put("text", row.lastText()).put("at", row.lastActivityAt().toString()));
        return shown;
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
