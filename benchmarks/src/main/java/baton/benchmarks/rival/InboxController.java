package baton.benchmarks.rival;

import baton.benchmarks.rival.Inbox.Cursor;
import baton.benchmarks.rival.Inbox.Selection;
import baton.benchmarks.rival.Inbox.Sort;
import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Reason;
import baton.contract.Status;
import baton.contract.Visitor;
import baton.runtime.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lists, counts, conversations and threads. A version that does not show yet is waited for; where commands write what is read here, what was
/// answered shows already.
@Controller("/api/inbox")
@ExecuteOn(TaskExecutors.BLOCKING)
class InboxController {

    private static final Duration SEEN_WITHIN = Duration.ofSeconds(2);
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final Pattern VERSION = Pattern.compile("(" + Ids.PATTERN + ")@(\\d{1,18})");

    private final Inbox inbox;
    private final Threads threads;
    private final Agents agents;
    private final Timer pages;
    private final Timer counts;

    InboxController(Inbox inbox, Threads threads, Agents agents, MeterRegistry registry) {
        this.inbox = inbox;
        this.threads = threads;
        this.agents = agents;
        this.pages = timer(registry, "page");
        this.counts = timer(registry, "counts");
    }

    /// As inbox-projection measures itself, without HTTP.
    private static Timer timer(MeterRegistry registry, String read) {
        return Timer.builder("baton.inbox.reads").tag("read", read).publishPercentileHistogram().minimumExpectedValue(Duration.ofNanos(100))
                .maximumExpectedValue(Duration.ofSeconds(6)).register(registry);
    }

    /// What was last said.
    @Introspected
    record LastMessage(Actor.Type from, String text, Instant at) {
    }

    /// A row of a list.
    @Introspected
    record Item(String conversationId, String channel, Visitor visitor, Status status, String assignee, LastMessage lastMessage,
            Instant lastActivityAt, Instant waitingSince, long version) {
        static Item of(ConversationRow row) {
            return new Item(row.id(), row.channel(), row.visitor(), row.status(), row.assignee(),
                    new LastMessage(row.lastFrom(), row.lastText(), row.lastActivityAt()), row.lastActivityAt(), row.waitingSince(), row.version());
        }
    }

    /// A row, alone.
    @Introspected
    record View(String conversationId, String channel, Visitor visitor, Status status, String assignee, LastMessage lastMessage,
            Instant lastActivityAt, Instant waitingSince, long version, boolean stale) {
        static View of(Item item, boolean stale) {
            return new View(item.conversationId, item.channel, item.visitor, item.status, item.assignee, item.lastMessage, item.lastActivityAt,
                    item.waitingSince, item.version, stale);
        }
    }

    /// A list.
    @Introspected
    record Listed(List<Item> items, String nextCursor, List<Integer> partitionsMissing, boolean stale) {
    }

    /// Counts.
    @Introspected
    record Counts(int unassigned, int mine, int others, int completed, Map<String, Integer> byAgent, Map<String, Integer> byGroup,
            List<Integer> partitionsMissing, boolean stale) {
    }

    /// Who caused an entry.
    @Introspected
    record ActorView(Actor.Type type, String id, String name) {
    }

    /// An entry of a thread.
    sealed interface EntryView {
    }

    /// What was said.
    @Introspected
    record SaidView(String kind, long version, Instant at, ActorView actor, String commandId, String text) implements EntryView {
    }

    /// A status message.
    @Introspected
    record StatusView(String kind, long version, Instant at, ActorView actor, String commandId, String type, String by, String assignee,
            String previousAssignee, Reason reason) implements EntryView {
    }

    /// A part of a thread.
    @Introspected
    record ThreadView(List<EntryView> entries, Long nextBefore, boolean stale) {
    }

    @Get
    Listed list(Caller caller, @Nullable @QueryValue List<String> assignment, @QueryValue(defaultValue = "open") String status,
            @QueryValue(defaultValue = "newest") String sort, @QueryValue(defaultValue = "50") @Min(1) @Max(200) int limit,
            @Nullable @QueryValue String cursor, @Nullable @QueryValue String after) throws SQLException {
        Sort order = oneOf("sort", sort, Map.of("newest", Sort.NEWEST, "oldest", Sort.OLDEST, "waiting", Sort.WAITING));
        Selection selection = selection(assignment == null ? List.of() : assignment, status, caller.id());
        Cursor from = cursor == null ? null : Cursor.parse(cursor, order);
        boolean seen = seen(after);
        Timer.Sample sample = Timer.start();
        Inbox.Page page = inbox.page(selection, order, from, limit);
        sample.stop(pages);
        return new Listed(page.rows().stream().map(Item::of).toList(), page.next() == null ? null : page.next().text(), List.of(), !seen);
    }

    @Get("/counts")
    Counts counts(Caller caller, @Nullable @QueryValue String after) throws SQLException {
        boolean seen = seen(after);
        Timer.Sample sample = Timer.start();
        Map<String, Integer> counts = inbox.counts();
        sample.stop(this.counts);
        int unassigned = counts.getOrDefault(ConversationRow.NOBODY, 0);
        int completed = counts.getOrDefault(ConversationRow.COMPLETED, 0);
        int mine = counts.getOrDefault(caller.id(), 0);
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        Map<String, Integer> byAgent = new TreeMap<>();
        agents.all().keySet().forEach(id -> byAgent.put(id, counts.getOrDefault(id, 0)));
        Map<String, Integer> byGroup = new TreeMap<>();
        agents.groups().forEach((id, members) -> byGroup.put(id, members.stream().mapToInt(member -> counts.getOrDefault(member, 0)).sum()));
        return new Counts(unassigned, mine, all - unassigned - completed - mine, completed, byAgent, byGroup, List.of(), !seen);
    }

    @Get("/conversations/{id}")
    View conversation(Caller caller, @PathVariable String id, @Nullable @QueryValue @Min(0) Long minVersion) throws SQLException {
        boolean seen = seen(id, minVersion == null ? 0 : minVersion);
        return View.of(Item.of(existing(id)), !seen);
    }

    @Get("/conversations/{id}/thread")
    ThreadView thread(Caller caller, @PathVariable String id, @QueryValue(defaultValue = "50") @Min(1) @Max(200) int limit,
            @Nullable @QueryValue @Min(1) Long before, @Nullable @QueryValue @Min(0) Long minVersion) throws SQLException {
        boolean seen = seen(id, minVersion == null ? 0 : minVersion);
        ConversationRow conversation = existing(id);
        List<EventRow> rows = threads.newest(id, before == null ? Long.MAX_VALUE : before, limit + 1);
        boolean more = rows.size() > limit;
        List<EventRow> shown = more ? rows.subList(1, rows.size()) : rows;
        return new ThreadView(shown.stream().map(row -> view(row, conversation)).toList(), more ? shown.getFirst().version() : null, !seen);
    }

    private EntryView view(EventRow row, ConversationRow conversation) {
        boolean byAgent = row.actorType() == Actor.Type.AGENT;
        ActorView actor = new ActorView(row.actorType(), row.actorId(), byAgent ? agents.nameOf(row.actorId()) : visitorName(row, conversation));
        return switch (row.event()) {
            case Event.MessageReceived e -> new SaidView("message", e.version(), e.at(), actor, e.commandId(), e.text());
            case Event.ReplySent e -> new SaidView("reply", e.version(), e.at(), actor, e.commandId(), e.text());
            case Event.ConversationOpened _, Event.ConversationAssigned _, Event.ConversationUnassigned _, Event.ConversationCompleted _,
                 Event.ConversationReopened _ -> new StatusView("status", row.version(), row.at(), actor, row.commandId(), row.type().wireName(),
                    byAgent ? row.actorId() : null, row.assignee(), row.previousAssignee(), row.reason());
        };
    }

    private static String visitorName(EventRow row, ConversationRow conversation) {
        return row.visitorName() == null && row.actorId().equals(conversation.visitorId()) ? conversation.visitorName() : row.visitorName();
    }

    private ConversationRow existing(String id) throws SQLException {
        return inbox.conversation(id).orElseThrow(() -> Problem.notFound("conversation", id).asException());
    }

    private Selection selection(List<String> assignments, String status, String me) {
        boolean open = oneOf("status", status, Map.of("open", true, "completed", false, "all", true));
        Set<String> owners = new HashSet<>();
        boolean nobody = assignments.isEmpty();
        for (String assignment : assignments) {
            switch (assignment) {
                case "unassigned" -> nobody = true;
                case "me" -> owners.add(me);
                case "others" -> agents.all().keySet().stream().filter(id -> !id.equals(me)).forEach(owners::add);
                case String agent when agent.startsWith("agent:") -> owners.add(agents.agent(idIn(agent)).map(Agents.Agent::id)
                        .orElseThrow(() -> notFound("agent", idIn(agent))));
                case String group when group.startsWith("group:") -> owners.addAll(Optional.ofNullable(agents.groups().get(idIn(group)))
                        .orElseThrow(() -> notFound("group", idIn(group))));
                default -> throw unknownAssignment();
            }
        }
        if (assignments.isEmpty()) {
            owners.addAll(agents.all().keySet());
        }
        if (nobody) {
            owners.add(ConversationRow.NOBODY);
        }
        // What is completed is nobody's.
        return new Selection(open ? owners : Set.of(), !status.equals("open") && nobody);
    }

    private static String idIn(String assignment) {
        String id = assignment.substring(assignment.indexOf(':') + 1);
        if (!Ids.isId(id)) {
            throw unknownAssignment();
        }
        return id;
    }

    private static RuntimeException notFound(String kind, String id) {
        return Problem.notFound(kind, id).with("field", "assignment").asException();
    }

    private static InvalidField unknownAssignment() {
        return new InvalidField("assignment", "must be unassigned, me, others, agent:<id> or group:<id>");
    }

    private static <T> T oneOf(String field, String value, Map<String, T> choices) {
        T choice = choices.get(value);
        if (choice == null) {
            throw new InvalidField(field, "must be one of " + new TreeMap<>(choices).keySet());
        }
        return choice;
    }

    private boolean seen(String after) throws SQLException {
        if (after == null) {
            return true;
        }
        Matcher version = VERSION.matcher(after);
        if (!version.matches()) {
            throw new InvalidField("after", "must be <conversationId>@<version>");
        }
        return seen(version.group(1), Long.parseLong(version.group(2)));
    }

    private boolean seen(String id, long version) throws SQLException {
        Ids.require(id, "conversationId");
        long deadline = System.nanoTime() + SEEN_WITHIN.toNanos();
        while (version > 0 && inbox.conversation(id).map(ConversationRow::version).orElse(0L) < version) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
