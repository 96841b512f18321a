package baton.checker;

import static baton.checker.Promise.ANSWERS;
import static baton.checker.Promise.I1;
import static baton.checker.Promise.I10;
import static baton.checker.Promise.I11;
import static baton.checker.Promise.I12;
import static baton.checker.Promise.I2;
import static baton.checker.Promise.I3;
import static baton.checker.Promise.I4;
import static baton.checker.Promise.I5;
import static baton.checker.Promise.I6;
import static baton.checker.Promise.I7;
import static baton.checker.Promise.I8;
import static baton.checker.Promise.I9;

import baton.reference.ReferenceConversation;
import baton.reference.ReferenceConversation.Row;
import baton.reference.ReferenceConversation.Told;
import baton.reference.ReferenceEvent;
import baton.reference.ReferenceLedger;
import baton.reference.ReferenceRules;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds what a run has broken of Baton's promises.
public final class Checker {

    private static final int OWN_ENTRIES_MAX = 500;
    private static final int EVERYONES_ENTRIES_MAX = 2_000;
    private static final double HEAP_GROWN_MAX = 3.0;
    private static final String EVERYONE = "*";

    private final Evidence evidence;
    private final List<Finding> findings = new ArrayList<>();
    /// What the log makes of it, by conversation.
    private final Map<String, ReferenceLedger> ledgers = new TreeMap<>();
    private final Map<CommandKey, List<Taken>> taken = new HashMap<>();
    private final Map<String, List<ReferenceEvent>> published = new TreeMap<>();

    private record CommandKey(String conversationId, String commandId) {
    }

    /// A command's record, and what it means.
    private record Taken(LogRecord record, ReferenceLedger.Answer answer) {
    }

    private Checker(Evidence evidence) {
        this.evidence = evidence;
    }

    /// All that is wrong; empty if every promise was kept.
    public static List<Finding> check(Evidence evidence) {
        Checker checker = new Checker(evidence);
        checker.replay();
        checker.acknowledgedIsOnTheLog();
        checker.callersWereToldWhatTheLogMeans();
        checker.eventsAreTheFoldOfTheCommands();
        checker.versionsAndOwners();
        checker.orderIsThatOfTheCallers();
        checker.repeatedIdsHaveOneEffect();
        checker.inboxIsTheFoldOfTheEvents();
        checker.readsShowWhatTheyWereAskedFor();
        checker.everybodyIsToldOnce();
        checker.restoredIsWhatItWas();
        checker.everythingComesToRest();
        checker.nothingIsSkipped();
        checker.answersAreDefined();
        return List.copyOf(checker.findings);
    }

    /// All that has not come to rest.
    public static List<Finding> rest(Ending ending) {
        List<Finding> findings = new ArrayList<>();
        restless(ending, what -> findings.add(new Finding(I11, what)));
        return List.copyOf(findings);
    }

    private void found(Promise promise, String what) {
        findings.add(new Finding(promise, what));
    }

    private void replay() {
        Map<Integer, ReferenceRules> rules = new TreeMap<>();
        for (LogRecord record : byPlace(evidence.commands())) {
            if (evidence.planted().contains(record.place())) {
                continue;
            }
            JsonNode command = record.json();
            ReferenceRules inForce = rules.computeIfAbsent(record.partition(), _ -> new ReferenceRules());
            if (ReferenceRules.isSwitch(command)) {
                inForce.take(command);
                if (!command.path("supervisor").asBoolean()) {
                    found(I3, "the rules were switched by somebody who may not: " + record);
                }
                continue;
            }
            ReferenceLedger ledger = ledgers.computeIfAbsent(record.key(), _ -> new ReferenceLedger());
            taken.computeIfAbsent(new CommandKey(record.key(), command.path("commandId").asText()), _ -> new ArrayList<>())
                    .add(new Taken(record, ledger.take(command, record.time(), inForce.inForce())));
        }
        ledgers.values().removeIf(ledger -> !ledger.conversation().exists());
        for (LogRecord record : byPlace(evidence.events())) {
            if (!evidence.planted().contains(record.place())) {
                published.computeIfAbsent(record.key(), _ -> new ArrayList<>())
                        .add(ReferenceEvent.of(record.headers().get("ce_type"), record.json()));
            }
        }
    }

    private void acknowledgedIsOnTheLog() {
        Map<CommandKey, Integer> mayBeWritten = new HashMap<>();
        for (Call call : evidence.calls()) {
            if (call.fate() != Call.Fate.NOT_DONE) {
                mayBeWritten.merge(keyOf(call), 1, Integer::sum);
            }
            if (call.fate() != Call.Fate.DECIDED) {
                continue;
            }
            if (!taken.containsKey(keyOf(call))) {
                found(I1, "was answered and is not on the log: " + call);
                continue;
            }
            List<Long> placed = published.getOrDefault(call.conversationId(), List.of()).stream()
                    .filter(event -> event.commandId().equals(call.commandId())).map(ReferenceEvent::version).toList();
            for (JsonNode event : call.body().path("events")) {
                if (!placed.contains(event.path("version").asLong())) {
                    found(I1, "its event is not at version " + event.path("version") + ": " + call);
                }
            }
        }
        taken.forEach((key, records) -> {
            JsonNode command = records.getFirst().record().json();
            if (command.at("/actor/type").asText().equals("agent") && records.size() > mayBeWritten.getOrDefault(key, 0)) {
                found(I1, records.size() + " records of " + key + ", which was sent " + mayBeWritten.getOrDefault(key, 0)
                        + " times without being told that nothing was done");
            }
        });
        Set<CommandKey> onTheTopic = evidence.messages().stream().filter(record -> !evidence.planted().contains(record.place()))
                .map(record -> new CommandKey(record.key(), record.json().path("messageId").asText())).collect(Collectors.toSet());
        for (Post post : evidence.posts()) {
            CommandKey key = new CommandKey(post.conversationId(), post.messageId());
            if (post.acknowledged() && !(onTheTopic.contains(key) && taken.containsKey(key))) {
                found(I1, "the message " + key + " was acknowledged and is not on the log");
            }
        }
    }

    private void callersWereToldWhatTheLogMeans() {
        for (Call call : evidence.calls()) {
            List<Taken> records = taken.get(keyOf(call));
            if (call.fate() == Call.Fate.DECIDED && records != null
                    && records.stream().noneMatch(record -> told(call, record.answer()))) {
                found(I2, "the log says " + records.stream().map(Taken::answer).toList() + " and " + call);
            }
        }
        byKey().forEach((_, calls) -> {
            List<Call> decided = calls.stream().filter(call -> call.fate() == Call.Fate.DECIDED).toList();
            for (Call refused : calls.stream().filter(call -> call.fate() == Call.Fate.REFUSED).toList()) {
                decided.stream().filter(call -> call.endedNanos() < refused.beganNanos() && call.sameAs(refused)).findFirst()
                        .ifPresent(first -> found(I2, "two answers for one command: " + first + " and " + refused));
            }
            for (Call call : decided) {
                // What is not remembered may be decided anew; the log says whether this was.
                boolean remembered = taken.getOrDefault(keyOf(call), List.of()).stream().skip(1).allMatch(record -> record.answer().duplicate());
                Call first = decided.getFirst();
                if (remembered && call.sameAs(first) && !withoutDuplicate(call).equals(withoutDuplicate(first))) {
                    found(I2, "two answers for one command: " + first + " and " + call);
                }
            }
        });
    }

    private static JsonNode withoutDuplicate(Call call) {
        return ((com.fasterxml.jackson.databind.node.ObjectNode) call.body()).deepCopy().without(List.of("duplicate", "detail"));
    }

    /// Whether the caller was told just this.
    private static boolean told(Call call, ReferenceLedger.Answer answer) {
        JsonNode body = call.body();
        if (!answer.accepted()) {
            return call.problem().equals(answer.refusal())
                    && (answer.version() == 0 || body.path("version").asLong() == answer.version())
                    && Objects.equals(text(body, "/owner/id"), answer.owner())
                    && Objects.equals(instant(body, "/owner/since"), answer.since());
        }
        if (call.status() != 200 || body.path("version").asLong() != answer.version()
                || !body.path("conversationId").asText().equals(call.conversationId())
                || !body.path("status").asText().equals(answer.completed() ? "completed" : "open")
                || !Objects.equals(text(body, "/assignee"), answer.owner())
                || body.path("events").size() != answer.events().size()) {
            return false;
        }
        for (int i = 0; i < answer.events().size(); i++) {
            ReferenceEvent event = answer.events().get(i);
            JsonNode shown = body.path("events").get(i);
            if (!shown.path("type").asText().equals(event.type()) || shown.path("version").asLong() != event.version()
                    || !Objects.equals(instant(shown, "/at"), event.at())
                    || !Objects.equals(text(shown, "/assignee"), event.text("assignee"))
                    || !Objects.equals(text(shown, "/previousAssignee"), event.text("previousAssignee"))
                    || !Objects.equals(text(shown, "/reason"), event.text("reason"))) {
                return false;
            }
        }
        return true;
    }

    private void eventsAreTheFoldOfTheCommands() {
        Set<String> conversations = new TreeSet<>(ledgers.keySet());
        conversations.addAll(published.keySet());
        for (String conversation : conversations) {
            List<ReferenceEvent> due = ledgers.containsKey(conversation) ? ledgers.get(conversation).conversation().events() : List.of();
            List<ReferenceEvent> are = published.getOrDefault(conversation, List.of());
            for (int i = 0; i < Math.max(due.size(), are.size()); i++) {
                ReferenceEvent wanted = i < due.size() ? due.get(i) : null;
                ReferenceEvent found = i < are.size() ? are.get(i) : null;
                if (!same(wanted, found)) {
                    found(I3, "event " + (i + 1) + " of " + conversation + " should be " + wanted + " and is " + found);
                    break;
                }
            }
        }
        checkReplies();
        checkWhoGaveTheCommands();
    }

    /// Whatever the size of the numbers' types.
    private static boolean same(ReferenceEvent wanted, ReferenceEvent found) {
        return wanted != null && found != null && wanted.type().equals(found.type())
                && LogRecord.parse(wanted.value().toString()).equals(LogRecord.parse(found.value().toString()));
    }

    private void checkReplies() {
        List<String> due = ledgers.values().stream().flatMap(ledger -> ledger.conversation().events().stream())
                .filter(event -> event.type().equals("reply.sent")).map(event -> event.id() + " " + event.text("text")).toList();
        List<String> are = evidence.replies().stream().map(LogRecord::json)
                .map(reply -> reply.path("replyId").asText() + " " + reply.path("text").asText()).toList();
        different(due, are).forEach(difference -> found(I3, "of the replies to visitors, " + difference));
        for (LogRecord reply : evidence.replies()) {
            if (!Set.of("replyId", "conversationId", "channel", "visitorId", "text", "at").containsAll(names(reply.json()))) {
                found(I3, "a reply tells visitors too much: " + reply);
            }
        }
    }

    private static Set<String> names(JsonNode node) {
        return node.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    /// Whatever is on the log, somebody has asked for, in these words.
    private void checkWhoGaveTheCommands() {
        Map<CommandKey, List<Call>> calls = byKey();
        Map<CommandKey, List<JsonNode>> messages = new HashMap<>();
        for (LogRecord record : evidence.messages()) {
            if (!evidence.planted().contains(record.place())) {
                messages.computeIfAbsent(new CommandKey(record.key(), record.json().path("messageId").asText()), _ -> new ArrayList<>())
                        .add(record.json());
            }
        }
        taken.forEach((key, records) -> records.forEach(record -> {
            JsonNode command = record.record().json();
            JsonNode body = command.path("body");
            boolean given = switch (command.at("/actor/type").asText()) {
                case "visitor" -> messages.getOrDefault(key, List.of()).stream().anyMatch(message ->
                        message.path("text").equals(body.path("text")) && message.at("/visitor/id").equals(body.at("/visitor/id")));
                case "agent" -> calls.getOrDefault(key, List.of()).stream().anyMatch(call -> call.type().equals(body.path("type").asText())
                        && call.actor().equals(command.at("/actor/id").asText())
                        && Objects.equals(call.ifMatch(), command.path("ifMatch").isNumber() ? command.path("ifMatch").asLong() : null)
                        && Objects.equals(call.argument(), body.path("agentId").asText(body.path("text").asText(null))));
                default -> !record.answer().accepted(); // what a service asks to see whether it works changes nothing
            };
            if (!given) {
                found(I3, "a command that nobody gave: " + record.record());
            }
        }));
    }

    private void versionsAndOwners() {
        published.forEach((conversation, events) -> {
            var fold = new ReferenceConversation();
            for (ReferenceEvent event : events) {
                try {
                    fold.follow(event);
                } catch (AssertionError e) {
                    found(I4, e.getMessage() + ", after version " + fold.version());
                    return;
                }
            }
        });
        for (LogRecord record : evidence.events()) {
            if (!evidence.planted().contains(record.place()) && !Objects.equals(record.headers().get("ce_id"),
                    record.key() + ":" + record.json().path("version").asLong())) {
                found(I4, "ce_id is not its conversation and version: " + record);
            }
        }
    }

    /// For each pair of one conversation where the second on the log had been answered before the first was sent. The first to be looked
    /// for is that whose answer came earliest of all behind it.
    private void orderIsThatOfTheCallers() {
        Map<String, List<Map.Entry<Long, List<Call>>>> byConversation = new HashMap<>();
        byKey().forEach((key, calls) -> {
            if (taken.containsKey(key)) {
                byConversation.computeIfAbsent(key.conversationId(), _ -> new ArrayList<>())
                        .add(Map.entry(taken.get(key).getFirst().record().offset(), calls));
            }
        });
        byConversation.values().forEach(operations -> {
            operations.sort(Map.Entry.<Long, List<Call>>comparingByKey().reversed());
            Call earliest = null;
            for (var operation : operations) {
                Call first = operation.getValue().stream().min(Comparator.comparing(Call::beganNanos)).orElseThrow();
                if (earliest != null && earliest.endedNanos() < first.beganNanos()) {
                    found(I5, "behind " + first + " on the log, and answered before that was sent: " + earliest);
                }
                for (Call call : operation.getValue()) {
                    if (call.fate() == Call.Fate.DECIDED && (earliest == null || call.endedNanos() < earliest.endedNanos())) {
                        earliest = call;
                    }
                }
            }
        });
        checkOrderOfMessages();
    }

    /// A partition of `channel-messages` is in order; each conversation takes its messages in that order.
    private void checkOrderOfMessages() {
        Map<String, Map<Integer, Taken>> lastTaken = new HashMap<>();
        Set<CommandKey> seen = new HashSet<>();
        for (LogRecord message : byPlace(evidence.messages())) {
            if (evidence.planted().contains(message.place())) {
                continue;
            }
            CommandKey key = new CommandKey(message.key(), message.json().path("messageId").asText());
            if (!seen.add(key) || !taken.containsKey(key)) {
                continue;
            }
            Taken first = taken.get(key).getFirst();
            Taken before = lastTaken.computeIfAbsent(message.key(), _ -> new HashMap<>()).put(message.partition(), first);
            if (before != null && before.record().offset() > first.record().offset()) {
                found(I5, "the message at " + message.place() + " was taken before one that came earlier: " + first.record().place() + " and "
                        + before.record().place());
            }
        }
    }

    private void repeatedIdsHaveOneEffect() {
        published.forEach((conversation, events) -> {
            Map<String, Integer> runs = new LinkedHashMap<>();
            for (int i = 0; i < events.size(); i++) {
                if (i == 0 || !events.get(i).commandId().equals(events.get(i - 1).commandId())
                        || events.get(i).version() != events.get(i - 1).version() + 1) {
                    runs.merge(events.get(i).commandId(), 1, Integer::sum);
                }
            }
            runs.forEach((commandId, count) -> {
                long decided = taken.getOrDefault(new CommandKey(conversation, commandId), List.of()).stream()
                        .filter(record -> !record.answer().duplicate() && record.answer().accepted()).count();
                if (count > Math.max(1, decided)) { // more than one only where it was forgotten meanwhile
                    found(I6, commandId + " has had " + count + " effects in " + conversation);
                }
            });
        });
        byKey().forEach((key, calls) -> {
            List<Call> accepted = calls.stream().filter(call -> call.status() == 200).toList();
            if (accepted.stream().anyMatch(call -> !call.sameAs(accepted.getFirst()))) {
                found(I6, "two commands were accepted under one id: " + accepted);
            }
            if (accepted.stream().filter(call -> !call.body().path("duplicate").asBoolean()).count() > Math.max(1,
                    taken.getOrDefault(key, List.of()).stream().filter(record -> !record.answer().duplicate()).count())) {
                found(I6, "more than one answer says to be the first: " + accepted);
            }
        });
    }

    private void inboxIsTheFoldOfTheEvents() {
        Map<String, List<Row>> history = new HashMap<>();
        for (Read read : evidence.reads()) {
            if (read.status() == 200) {
                checkRow(I7, read.instance(), read.body(), history);
            }
        }
        Map<String, Row> rows = new TreeMap<>();
        ledgers.forEach((conversation, ledger) -> rows.put(conversation, ledger.conversation().row()));
        for (View view : evidence.views()) {
            rows.keySet().stream().filter(conversation -> !view.rows().containsKey(conversation))
                    .forEach(conversation -> found(I7, view.instance() + " does not know " + conversation));
            view.rows().forEach((conversation, row) -> {
                if (!rows.containsKey(conversation) || !same(rows.get(conversation), row)) {
                    found(I7, view.instance() + " shows " + row + " for " + rows.get(conversation));
                }
            });
            view.walks().forEach(walk -> checkWalk(view, walk, rows));
            checkCounts(view, rows.values());
        }
    }

    /// That a row is the fold of the events up to the version that it shows.
    private void checkRow(Promise promise, String instance, JsonNode row, Map<String, List<Row>> history) {
        String conversation = row.path("conversationId").asText();
        List<Row> versions = history.computeIfAbsent(conversation, _ -> {
            var fold = new ReferenceConversation();
            List<Row> rows = new ArrayList<>();
            if (ledgers.containsKey(conversation)) {
                ledgers.get(conversation).conversation().events().forEach(event -> {
                    fold.follow(event);
                    rows.add(fold.row());
                });
            }
            return rows;
        });
        long version = row.path("version").asLong();
        if (version < 1 || version > versions.size() || !same(versions.get((int) version - 1), row)) {
            found(promise, instance + " has shown " + row + " and " + (version < 1 || version > versions.size() ? "there is no such version"
                    : "that version is " + versions.get((int) version - 1)));
        }
    }

    private static boolean same(Row row, JsonNode shown) {
        return row.conversationId().equals(shown.path("conversationId").asText()) && row.version() == shown.path("version").asLong()
                && row.channel().equals(text(shown, "/channel")) && row.visitorId().equals(text(shown, "/visitor/id"))
                && Objects.equals(row.visitorName(), text(shown, "/visitor/name")) && row.status().equals(text(shown, "/status"))
                && Objects.equals(row.assignee(), text(shown, "/assignee")) && Objects.equals(row.lastFrom(), text(shown, "/lastMessage/from"))
                && Objects.equals(row.lastText(), text(shown, "/lastMessage/text"))
                && Objects.equals(row.lastActivityAt(), instant(shown, "/lastActivityAt"))
                && Objects.equals(row.waitingSince(), instant(shown, "/waitingSince"));
    }

    private void checkWalk(View view, View.Walk walk, Map<String, Row> rows) {
        String list = view.instance() + "'s list of " + walk.assignment() + ", " + walk.status() + ", " + walk.sort();
        List<String> due = rows.values().stream().filter(row -> belongs(row, walk, view.caller())).map(Row::conversationId).toList();
        List<String> are = walk.rows().stream().map(row -> row.path("conversationId").asText()).toList();
        different(due, are).forEach(difference -> found(I7, "in " + list + " " + difference));
        for (JsonNode row : walk.rows()) {
            Row wanted = rows.get(row.path("conversationId").asText());
            if (wanted != null && !same(wanted, row)) {
                found(I7, list + " shows " + row + " for " + wanted);
            }
        }
        for (int i = 1; i < walk.rows().size(); i++) {
            if (place(walk.sort(), walk.rows().get(i - 1)).compareTo(place(walk.sort(), walk.rows().get(i))) > 0) {
                found(I7, list + " is not in order at " + are.get(i));
            }
        }
    }

    private static boolean belongs(Row row, View.Walk walk, String me) {
        boolean completed = row.status().equals("completed");
        if (walk.status().equals("open") && completed || walk.status().equals("completed") && !completed) {
            return false;
        }
        return switch (walk.assignment()) {
            case null -> true;
            case "unassigned" -> row.assignee() == null && !completed;
            case "me" -> me.equals(row.assignee());
            case "others" -> row.assignee() != null && !me.equals(row.assignee());
            case String agent -> agent.equals("agent:" + row.assignee());
        };
    }

    private static Long place(String sort, JsonNode row) {
        return switch (sort) {
            case "newest" -> -instant(row, "/lastActivityAt").toEpochMilli();
            case "oldest" -> instant(row, "/lastActivityAt").toEpochMilli();
            default -> instant(row, "/waitingSince") == null ? Long.MAX_VALUE : instant(row, "/waitingSince").toEpochMilli();
        };
    }

    private void checkCounts(View view, Collection<Row> rows) {
        List<Row> open = rows.stream().filter(row -> row.status().equals("open")).toList();
        checkCount(view, "/unassigned", open.stream().filter(row -> row.assignee() == null).count());
        checkCount(view, "/mine", open.stream().filter(row -> view.caller().equals(row.assignee())).count());
        checkCount(view, "/others", open.stream().filter(row -> row.assignee() != null && !view.caller().equals(row.assignee())).count());
        checkCount(view, "/completed", rows.size() - open.size());
        Map<String, Long> byAgent = open.stream().filter(row -> row.assignee() != null)
                .collect(Collectors.groupingBy(Row::assignee, Collectors.counting()));
        view.counts().path("byAgent").properties().forEach(agent -> byAgent.putIfAbsent(agent.getKey(), 0L));
        byAgent.forEach((agent, count) -> checkCount(view, "/byAgent/" + agent, count));
    }

    private void checkCount(View view, String path, long due) {
        long is = view.counts().at(path).asLong(-1);
        if (is != due) {
            found(I7, view.instance() + " counts " + is + " for " + path + ", its list has " + due);
        }
    }

    private void readsShowWhatTheyWereAskedFor() {
        for (Read read : evidence.reads()) {
            boolean late = read.status() == 200 && read.body().path("version").asLong() < read.minVersion()
                    && !read.body().path("stale").asBoolean();
            boolean lost = read.status() == 404 && read.minVersion() > 0 && ledgers.containsKey(read.conversationId());
            if (late || lost) {
                found(I8, read.instance() + " was asked for version " + read.minVersion() + " of " + read.conversationId() + " and showed "
                        + read.body());
            }
        }
    }

    private void everybodyIsToldOnce() {
        List<Told> told = ledgers.values().stream().flatMap(ledger -> ledger.conversation().told().stream()).toList();
        List<String> are = evidence.notifications().stream().map(record -> record.json().path("eventId").asText() + " to " + record.key()
                + except(text(record.json(), "/except"))).toList();
        different(told.stream().map(one -> one.eventId() + " to " + one.recipient() + except(one.except())).toList(), are)
                .forEach(difference -> found(I9, "of the notifications, " + difference));
        Map<String, ReferenceEvent> events = ledgers.values().stream().flatMap(ledger -> ledger.conversation().events().stream())
                .collect(Collectors.toMap(ReferenceEvent::id, Function.identity()));
        evidence.feeds().forEach(feed -> checkFeed(feed, told, events));
        evidence.streams().forEach(this::checkStream);
    }

    private static String except(String agent) {
        return agent == null ? "" : " but " + agent;
    }

    private void checkFeed(Feed feed, List<Told> told, Map<String, ReferenceEvent> events) {
        Comparator<Told> newestFirst = Comparator.<Told, Instant>comparing(one -> events.get(one.eventId()).at())
                .thenComparing(one -> events.get(one.eventId()).conversationId())
                .thenComparing(one -> events.get(one.eventId()).version()).reversed();
        List<Told> due = new ArrayList<>(told.stream().filter(one -> one.recipient().equals(feed.agent())).sorted(newestFirst)
                .limit(OWN_ENTRIES_MAX).toList());
        told.stream().filter(one -> one.recipient().equals(EVERYONE)).sorted(newestFirst).limit(EVERYONES_ENTRIES_MAX)
                .filter(one -> !feed.agent().equals(one.except())).forEach(due::add);
        List<String> ids = due.stream().sorted(newestFirst).map(Told::eventId).toList();
        List<String> differences = different(ids, feed.eventIds());
        differences.forEach(difference -> found(I9, "in " + feed.agent() + "'s feed at " + feed.instance() + ", " + difference));
        if (differences.isEmpty() && !ids.equals(feed.eventIds())) {
            found(I9, feed.agent() + "'s feed at " + feed.instance() + " is not in order");
        }
    }

    private void checkStream(Stream stream) {
        List<String> due = evidence.notifications().stream().filter(stream::coversNotification)
                .filter(record -> record.key().equals(stream.agent())
                        || record.key().equals(EVERYONE) && !stream.agent().equals(text(record.json(), "/except")))
                .map(record -> record.json().path("eventId").asText()).toList();
        List<String> changes = evidence.events().stream().filter(stream::coversEvent)
                .map(record -> record.key() + ":" + record.json().path("version").asLong()).toList();
        different(due, stream.notified()).forEach(difference -> found(I9, "in " + stream.agent() + "'s stream, of the notifications " + difference));
        different(changes, stream.changed()).forEach(difference -> found(I9, "in " + stream.agent() + "'s stream, of the changes " + difference));
    }

    private void restoredIsWhatItWas() {
        for (Restored restored : evidence.restored()) {
            if (!restored.before().equals(restored.after())) {
                found(I10, restored.store() + " held " + restored.before() + " and holds " + restored.after());
            }
        }
    }

    private void everythingComesToRest() {
        restless(evidence.ending(), what -> found(I11, what));
    }

    private static void restless(Ending ending, Consumer<String> found) {
        ending.lag().forEach((group, lag) -> {
            if (lag != 0) {
                found.accept(group + " is " + lag + " records behind");
            }
        });
        ending.hangingTransactions().forEach(transaction -> found.accept("the transaction " + transaction + " hangs"));
        ending.notReady().forEach((instance, why) -> found.accept(instance + " is not ready: " + why));
        ending.openIterators().forEach((instance, open) -> {
            if (open != 0) {
                found.accept(instance + " has " + open + " open iterators");
            }
        });
        ending.heapGrown().forEach((instance, times) -> {
            if (times > HEAP_GROWN_MAX) {
                found.accept(instance + " has " + times + " times the heap in use that it began with");
            }
        });
    }

    private void nothingIsSkipped() {
        evidence.ending().dropped().forEach((instance, dropped) -> {
            if (dropped != 0) {
                found(I12, instance + " has dropped " + dropped + " records");
            }
        });
        Map<LogRecord.Place, Integer> letters = new LinkedHashMap<>();
        for (LogRecord letter : evidence.deadLetters()) {
            var origin = new LogRecord.Place(letter.headers().get("baton-origin-topic"),
                    Integer.parseInt(letter.headers().get("baton-origin-partition")),
                    Long.parseLong(letter.headers().get("baton-origin-offset")));
            letters.merge(origin, 1, Integer::sum);
            if (!evidence.planted().contains(origin)) {
                found(I12, origin + " could not be read: " + letter.headers().get("baton-reason"));
            }
        }
        // The bridge from channels carries at least once, its letters too.
        evidence.planted().forEach(place -> {
            int count = letters.getOrDefault(place, 0);
            if (count == 0 || count > 1 && !place.topic().endsWith("channel-messages")) {
                found(I12, place + " has " + count + " dead letters");
            }
        });
    }

    private void answersAreDefined() {
        for (Call call : evidence.calls()) {
            if (call.status() >= 500 && call.problem().isEmpty() || call.status() == 500) {
                found(ANSWERS, "no answer of the contract: " + call);
            }
        }
        for (Read read : evidence.reads()) {
            if (read.status() >= 500 && (read.status() != 503 || !read.body().path("type").asText().startsWith("urn:baton:problem:"))) {
                found(ANSWERS, "no answer of the contract: " + read);
            }
        }
    }

    /// What one list lacks of another, and has too much or too often; the order is not looked at.
    private static List<String> different(List<String> due, List<String> are) {
        Map<String, Integer> counts = new TreeMap<>();
        due.forEach(one -> counts.merge(one, 1, Integer::sum));
        are.forEach(one -> counts.merge(one, -1, Integer::sum));
        Set<String> known = new HashSet<>(due);
        List<String> differences = new ArrayList<>();
        counts.forEach((one, count) -> {
            if (count > 0) {
                differences.add(one + " is missing");
            } else if (count < 0) {
                differences.add(one + (known.contains(one) ? " is there more than once" : " should not be there"));
            }
        });
        return differences;
    }

    private Map<CommandKey, List<Call>> byKey() {
        Map<CommandKey, List<Call>> calls = new LinkedHashMap<>();
        evidence.calls().forEach(call -> calls.computeIfAbsent(keyOf(call), _ -> new ArrayList<>()).add(call));
        return calls;
    }

    private static CommandKey keyOf(Call call) {
        return new CommandKey(call.conversationId(), call.commandId());
    }

    private static List<LogRecord> byPlace(List<LogRecord> records) {
        return records.stream().sorted(Comparator.comparingInt(LogRecord::partition).thenComparingLong(LogRecord::offset)).toList();
    }

    private static String text(JsonNode node, String path) {
        JsonNode found = node.at(path);
        return found.isMissingNode() || found.isNull() ? null : found.asText();
    }

    private static Instant instant(JsonNode node, String path) {
        String text = text(node, path);
        return text == null ? null : Instant.parse(text);
    }
}
