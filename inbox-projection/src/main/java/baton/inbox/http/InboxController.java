package baton.inbox.http;

import baton.contract.Actor;
import baton.contract.Agent;
import baton.contract.Group;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Reason;
import baton.contract.Status;
import baton.contract.Visitor;
import baton.directory.AgentDirectory;
import baton.directory.Caller;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.domain.ThreadEntry;
import baton.inbox.stream.InboxService;
import baton.inbox.stream.InboxShards;
import baton.runtime.Problem;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lists, counts, conversations and threads. Reads only; how new they are is said by the versions in them.
@Controller("/api/inbox")
@ExecuteOn(TaskExecutors.BLOCKING)
@Tag(name = "inbox")
public class InboxController {

    private static final String ASSIGNMENT = "assignment";
    private static final Pattern VERSION = Pattern.compile("(" + Ids.PATTERN + ")@(\\d{1,18})");
    /// Conversations of one read.
    private static final int CONVERSATIONS_MAX = 100;

    private final WholeInbox inbox;
    private final InboxShards shards;
    private final AgentDirectory directory;

    InboxController(WholeInbox inbox, InboxService service, AgentDirectory directory) {
        this.inbox = inbox;
        this.shards = service.shards();
        this.directory = directory;
    }

    /// One conversation, as a list shows it.
    @Introspected
    public record ConversationView(String conversationId, String channel, Visitor visitor, Status status, String assignee,
            InboxRow.LastMessage lastMessage, Instant lastActivityAt, Instant waitingSince, long version, boolean stale) {
        static ConversationView of(InboxRow row, boolean stale) {
            return new ConversationView(row.conversationId(), row.channel(), row.visitor(), row.status(), row.assignee(),
                    row.lastMessage(), row.lastActivityAt(), row.waitingSince(), row.version(), stale);
        }
    }

    /// Who caused an entry, with the name to show.
    @Introspected
    public record ActorView(Actor.Type type, String id, String name) {
    }

    /// An entry of a thread: what was said, or a change of ownership.
    public sealed interface EntryView {
    }

    /// A visitor's message (`message`) or an agent's answer (`reply`).
    @Introspected
    public record SaidView(String kind, long version, Instant at, ActorView actor, String commandId, String text) implements EntryView {
    }

    /// A status message: for agents only.
    @Introspected
    public record StatusView(String kind, long version, Instant at, ActorView actor, String commandId, String type, String by,
            String assignee, String previousAssignee, Reason reason) implements EntryView {
    }

    /// A part of a thread, oldest entry first.
    ///
    /// @param nextBefore what to send as `before` for the entries before these; null if there are none
    @Introspected
    public record ThreadView(List<EntryView> entries, Long nextBefore, boolean stale) {
    }

    /// A list.
    @Get
    @Operation(summary = "One page of the inbox")
    public InboxPage list(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Caller caller,
            @Parameter(description = "unassigned, me, others, agent:<id>, group:<id>; may repeat and means the union; none means all")
            @Nullable @QueryValue List<String> assignment,
            @Parameter(description = "open, completed or all") @QueryValue(defaultValue = "open") String status,
            @Parameter(description = "newest, oldest or waiting") @QueryValue(defaultValue = "newest") String sort,
            @QueryValue(defaultValue = "50") @Min(1) @Max(200) int limit,
            @Nullable @QueryValue String cursor,
            @Parameter(description = "<conversationId>@<version>: wait until the list shows that version") @Nullable @QueryValue String after) {
        Sort order = oneOf("sort", sort, Map.of("newest", Sort.NEWEST, "oldest", Sort.OLDEST, "waiting", Sort.WAITING));
        Selection selection = selection(assignment == null ? List.of() : assignment, status, caller.id());
        Cursor from = cursor == null ? null : Cursor.parse(cursor, order);
        return inbox.page(request, selection, order, from, limit, versions(after));
    }

    /// Counts.
    @Get("/counts")
    @Operation(summary = "How many conversations the lists hold", description = "From counters, equal to what the lists hold.")
    public InboxCounts counts(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Caller caller,
            @Parameter(description = "<conversationId>@<version>: wait until the counts include that version") @Nullable @QueryValue String after) {
        WholeInbox.Counted counted = inbox.counts(request, versions(after));
        InboxShards.Counts counts = counted.counts();
        Map<String, Integer> byAgent = new TreeMap<>();
        directory.agents().forEach(agent -> byAgent.put(agent.id(), 0));
        byAgent.putAll(counts.byOwner());
        Map<String, Integer> byGroup = new TreeMap<>();
        for (Group group : directory.groups()) {
            byGroup.put(group.id(), group.members().stream().mapToInt(member -> counts.byOwner().getOrDefault(member, 0)).sum());
        }
        int mine = counts.byOwner().getOrDefault(caller.id(), 0);
        int assigned = counts.byOwner().values().stream().mapToInt(Integer::intValue).sum();
        return new InboxCounts(counts.unassigned(), mine, assigned - mine, counts.completed(), byAgent, byGroup, counts.missing(),
                counted.stale());
    }

    /// One conversation.
    @Get("/conversations/{id}")
    @Operation(summary = "One conversation, as a list shows it")
    public ConversationView conversation(@Parameter(hidden = true) Caller caller, @PathVariable String id,
            @Parameter(description = "Wait until the view has reached this version") @Nullable @QueryValue @Min(0) Long minVersion) {
        boolean seen = seen(id, minVersion);
        return ConversationView.of(existing(id), !seen);
    }

    /// Several conversations.
    @Get("/conversations")
    @Operation(summary = "Several conversations, as a list shows them",
            description = "For whoever follows the live stream and asks for all that has changed at once.")
    public ConversationsView conversations(@Parameter(hidden = true) HttpRequest<?> request, @Parameter(hidden = true) Caller caller,
            @Parameter(description = "<conversationId>, or <conversationId>@<version> to wait until the view has reached that version; 1 to "
                    + CONVERSATIONS_MAX + " of them")
            @Nullable @QueryValue List<String> id) {
        if (id == null || id.isEmpty() || id.size() > CONVERSATIONS_MAX) {
            throw new InvalidField("id", "must be given 1 to " + CONVERSATIONS_MAX + " times");
        }
        Map<String, Long> versions = new LinkedHashMap<>();
        id.forEach(one -> {
            int at = one.indexOf('@');
            Version asked = at < 0 ? new Version(Ids.require(one, "id"), 0) : Version.parse("id", one);
            versions.merge(asked.conversationId(), asked.version(), Math::max);
        });
        return inbox.conversations(request, versions);
    }

    /// A thread.
    @Get("/conversations/{id}/thread")
    @Operation(summary = "What was said in a conversation, and who owned it", description = "For agents only. The newest entries, oldest first.")
    public ThreadView thread(@Parameter(hidden = true) Caller caller, @PathVariable String id,
            @QueryValue(defaultValue = "50") @Min(1) @Max(200) int limit,
            @Parameter(description = "Entries before this version only") @Nullable @QueryValue @Min(1) Long before,
            @Parameter(description = "Wait until the view has reached this version") @Nullable @QueryValue @Min(0) Long minVersion) {
        boolean seen = seen(id, minVersion);
        existing(id);
        List<ThreadEntry> entries = shards.thread(id, before == null ? Long.MAX_VALUE : before, limit + 1);
        boolean more = entries.size() > limit;
        List<ThreadEntry> shown = more ? entries.subList(1, entries.size()) : entries;
        return new ThreadView(shown.stream().map(this::view).toList(), more ? shown.getFirst().version() : null, !seen);
    }

    private InboxRow existing(String id) {
        return shards.row(id).orElseThrow(() -> Problem.notFound("conversation", id).asException());
    }

    private EntryView view(ThreadEntry entry) {
        String name = entry.actor().type() == Actor.Type.AGENT ? directory.nameOf(entry.actor().id()) : entry.name();
        ActorView actor = new ActorView(entry.actor().type(), entry.actor().id(), name);
        String kind = entry.kind().name().toLowerCase(Locale.ROOT);
        return switch (entry.kind()) {
            case MESSAGE, REPLY -> new SaidView(kind, entry.version(), entry.at(), actor, entry.commandId(), entry.text());
            case STATUS -> new StatusView(kind, entry.version(), entry.at(), actor, entry.commandId(), entry.type().wireName(), entry.by(),
                    entry.assignee(), entry.previousAssignee(), entry.reason());
        };
    }

    private Selection selection(List<String> assignments, String status, String me) {
        boolean open = oneOf("status", status, Map.of("open", true, "completed", false, "all", true));
        boolean completed = !status.equals("open");
        if (assignments.isEmpty()) {
            return Selection.everything(open, completed);
        }
        Set<String> owners = new HashSet<>();
        boolean unassigned = false;
        boolean others = false;
        for (String assignment : assignments) {
            switch (assignment) {
                case "unassigned" -> unassigned = true;
                case "me" -> owners.add(me);
                case "others" -> others = true;
                case String agent when agent.startsWith("agent:") -> owners.add(directory.agent(idIn(agent)).map(Agent::id)
                        .orElseThrow(() -> notFound("agent", idIn(agent))));
                case String group when group.startsWith("group:") -> owners.addAll(directory.group(idIn(group)).map(Group::members)
                        .orElseThrow(() -> notFound("group", idIn(group))));
                default -> throw unknownAssignment();
            }
        }
        return Selection.union(owners, others, me, unassigned, open, completed);
    }

    private static String idIn(String assignment) {
        String id = assignment.substring(assignment.indexOf(':') + 1);
        if (!Ids.isId(id)) {
            throw unknownAssignment();
        }
        return id;
    }

    private static RuntimeException notFound(String kind, String id) {
        return Problem.notFound(kind, id).with("field", ASSIGNMENT).asException();
    }

    private static InvalidField unknownAssignment() {
        return new InvalidField(ASSIGNMENT, "must be unassigned, me, others, agent:<id> or group:<id>");
    }

    private static <T> T oneOf(String field, String value, Map<String, T> choices) {
        T choice = choices.get(value);
        if (choice == null) {
            throw new InvalidField(field, "must be one of " + new TreeMap<>(choices).keySet());
        }
        return choice;
    }

    /// A version of a conversation, as `after` and `id` name it: `<conversationId>@<version>`.
    private record Version(String conversationId, long version) {
        static Version parse(String field, String text) {
            Matcher version = VERSION.matcher(text);
            if (!version.matches()) {
                throw new InvalidField(field, "must be <conversationId>@<version>");
            }
            return new Version(version.group(1), Long.parseLong(version.group(2)));
        }
    }

    private static Map<String, Long> versions(String after) {
        if (after == null) {
            return Map.of();
        }
        Version version = Version.parse("after", after);
        return Map.of(version.conversationId(), version.version());
    }

    private boolean seen(String conversationId, Long version) {
        Ids.require(conversationId, "conversationId");
        return version == null || version == 0 || shards.reached(conversationId, version, WholeInbox.SEEN_WITHIN).join();
    }
}
