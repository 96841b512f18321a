package baton.reference;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// One conversation as its events tell it: who owns it, what its row in the inbox shows, and whom each event was told.
public final class ReferenceConversation {

    private static final int PREVIEW_LENGTH_MAX = 200;

    private final List<ReferenceEvent> events = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private boolean completed;
    private String owner;
    private Instant ownedSince;
    private String channel;
    private String visitorId;
    private String visitorName;
    private String lastFrom;
    private String lastText;
    private Instant lastActivityAt;
    private Instant waitingSince;

    /// One notification.
    ///
    /// @param recipient an agent's id, or `*` for everyone
    /// @param except    who is not told although everyone is; null for nobody
    public record Told(String eventId, String recipient, String except) {
    }

    /// What a list shows. Times are the log's.
    public record Row(String conversationId, String channel, String visitorId, String visitorName, String status, String assignee,
            String lastFrom, String lastText, Instant lastActivityAt, Instant waitingSince, long version) {
    }

    /// The conversation after these events, which are the first of it.
    public static ReferenceConversation of(List<ReferenceEvent> events) {
        var conversation = new ReferenceConversation();
        events.forEach(conversation::follow);
        return conversation;
    }

    /// Takes in the next event; [AssertionError] if that one cannot follow.
    public void follow(ReferenceEvent event) {
        check(event.version() == version() + 1, event, "is not the next version");
        check(events.isEmpty() == event.type().equals("conversation.opened"), event, "must be first, and only first");
        check(events.isEmpty() || !event.at().isBefore(events.getLast().at()), event, "is earlier than the one before it");
        String everyone = "*";
        switch (event.type()) {
            case "conversation.opened" -> {
                channel = event.text("channel");
                visitor(event);
                lastActivityAt = event.at();
            }
            case "message.received" -> {
                check(!completed, event, "needs an open conversation");
                visitor(event);
                said("visitor", event);
                waitingSince = waitingSince == null ? event.at() : waitingSince;
                reopening(event).ifPresentOrElse(
                        reopened -> told.add(new Told(reopened.id(), everyone, null)),
                        () -> told.add(new Told(event.id(), owner == null ? everyone : owner, null)));
            }
            case "reply.sent" -> {
                check(!completed, event, "needs an open conversation");
                said("agent", event);
                waitingSince = null;
            }
            case "conversation.assigned" -> {
                check(!completed && Objects.equals(owner, event.text("previousAssignee")), event, "does not fit the owner " + owner);
                check(event.text("by").equals(event.actorId()), event, "names another actor");
                owner = event.text("assignee");
                ownedSince = event.at();
                if (!owner.equals(event.actorId())) {
                    told.add(new Told(event.id(), owner, null));
                }
            }
            case "conversation.unassigned" -> {
                check(owner != null && owner.equals(event.text("previousAssignee")), event, "does not fit the owner " + owner);
                owner = null;
                if (event.text("reason").equals("manual")) {
                    told.add(new Told(event.id(), everyone, event.actorId()));
                }
            }
            case "conversation.completed" -> {
                check(!completed && owner == null, event, "needs an open conversation that is nobody's");
                completed = true;
            }
            case "conversation.reopened" -> {
                check(completed, event, "needs a completed conversation");
                completed = false;
            }
            default -> throw new AssertionError("no such event: " + event);
        }
        events.add(event);
    }

    /// The event before a message, if that is the reopening which the message caused: the two are told of as one.
    private Optional<ReferenceEvent> reopening(ReferenceEvent message) {
        return Optional.of(events.getLast())
                .filter(last -> last.type().equals("conversation.reopened") && last.commandId().equals(message.commandId()));
    }

    private void visitor(ReferenceEvent event) {
        String id = event.value().at("/visitor/id").asText();
        String name = event.value().at("/visitor/name").asText(null);
        visitorName = name == null && id.equals(visitorId) ? visitorName : name;
        visitorId = id;
    }

    private void said(String from, ReferenceEvent event) {
        int[] text = event.text("text").codePoints().toArray();
        lastFrom = from;
        lastText = text.length <= PREVIEW_LENGTH_MAX ? event.text("text") : new String(text, 0, PREVIEW_LENGTH_MAX - 1) + "…";
        lastActivityAt = event.at();
    }

    private static void check(boolean holds, ReferenceEvent event, String otherwise) {
        if (!holds) {
            throw new AssertionError(event + " " + otherwise);
        }
    }

    public long version() {
        return events.size();
    }

    public boolean exists() {
        return !events.isEmpty();
    }

    public boolean completed() {
        return completed;
    }

    /// The owner's id, or null.
    public String owner() {
        return owner;
    }

    /// Since when, or null.
    public Instant ownedSince() {
        return owner == null ? null : ownedSince;
    }

    /// The first to the last.
    public List<ReferenceEvent> events() {
        return List.copyOf(events);
    }

    /// Everything that had to be told so far.
    public List<Told> told() {
        return List.copyOf(told);
    }

    /// Its row.
    public Row row() {
        return new Row(events.getFirst().conversationId(), channel, visitorId, visitorName, completed ? "completed" : "open", owner,
                lastFrom, lastText, lastActivityAt, waitingSince, version());
    }
}
