package baton.benchmarks.rival;

import baton.contract.Actor;
import baton.contract.Event;
import baton.contract.Status;
import baton.contract.Texts;
import baton.contract.Visitor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;

/// A row of `conversations`: what the rules need and what a list shows. The components are the columns.
///
/// @param owner the owner's id; [#NOBODY] for none
/// @param since since when she owns it, or null
public record ConversationRow(String id, long version, Instant at, String owner, Instant since, boolean completed, String channel,
        String originVisitorId, String visitorId, String visitorName, Actor.Type lastFrom, String lastText, Instant lastActivityAt,
        Instant waitingSince) {

    /// The owner of what is nobody's, and the list that it is in.
    public static final String NOBODY = "";
    /// The list of what is put away.
    public static final String COMPLETED = "/completed";
    /// The columns, as [#of(ResultSet)] reads them.
    public static final String COLUMNS = "c.id, c.version, c.at, c.owner, c.since, c.completed, c.channel, c.origin_visitor_id, c.visitor_id, "
            + "c.visitor_name, c.last_from, c.last_text, c.last_activity_at, c.waiting_since";

    /// Writes rows, new or changed. Parameter: [Rows#json(java.util.List)] of them.
    public static final String UPSERT = """
            INSERT INTO conversations SELECT * FROM jsonb_populate_recordset(NULL::conversations, ?::jsonb)
              ON CONFLICT (id) DO UPDATE SET version = excluded.version, at = excluded.at, owner = excluded.owner, since = excluded.since,
                completed = excluded.completed, visitor_id = excluded.visitor_id, visitor_name = excluded.visitor_name,
                last_from = excluded.last_from, last_text = excluded.last_text, last_activity_at = excluded.last_activity_at,
                waiting_since = excluded.waiting_since
            """;

    /// The row that a result set stands on.
    public static ConversationRow of(ResultSet row) throws SQLException {
        return new ConversationRow(row.getString(1), row.getLong(2), instant(row, 3), row.getString(4), instant(row, 5), row.getBoolean(6),
                row.getString(7), row.getString(8), row.getString(9), row.getString(10), actorType(row.getString(11)),
                row.getString(12), instant(row, 13), instant(row, 14));
    }

    /// The kind of actor that a column names.
    public static Actor.Type actorType(String wireName) {
        return Actor.Type.valueOf(wireName.toUpperCase(Locale.ROOT));
    }

    /// A time, or null.
    public static Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /// The row after an event; `before` is null before the first.
    public static ConversationRow apply(ConversationRow before, Event event) {
        return switch (event) {
            case Event.ConversationOpened e -> new ConversationRow(e.conversationId(), e.version(), e.at(), NOBODY, null, false, e.channel(),
                    e.visitor().id(), e.visitor().id(), e.visitor().name(), Actor.Type.VISITOR, "", e.at(), null);
            case Event.MessageReceived e -> {
                boolean sameNamed = e.visitor().name() == null && e.visitor().id().equals(before.visitorId);
                yield new ConversationRow(before.id, e.version(), e.at(), before.owner, before.since, before.completed, before.channel,
                        before.originVisitorId, e.visitor().id(), sameNamed ? before.visitorName : e.visitor().name(), Actor.Type.VISITOR,
                        Texts.preview(e.text()), e.at(), before.waitingSince == null ? e.at() : before.waitingSince);
            }
            case Event.ReplySent e -> new ConversationRow(before.id, e.version(), e.at(), before.owner, before.since, before.completed, before.channel,
                    before.originVisitorId, before.visitorId, before.visitorName, Actor.Type.AGENT, Texts.preview(e.text()), e.at(), null);
            case Event.ConversationAssigned e -> before.owned(e, e.assignee(), e.at(), false);
            case Event.ConversationUnassigned e -> before.owned(e, NOBODY, null, before.completed);
            case Event.ConversationCompleted e -> before.owned(e, NOBODY, null, true);
            case Event.ConversationReopened e -> before.owned(e, NOBODY, null, false);
        };
    }

    private ConversationRow owned(Event event, String newOwner, Instant ownedSince, boolean nowCompleted) {
        return new ConversationRow(id, event.version(), event.at(), newOwner, ownedSince, nowCompleted, channel, originVisitorId, visitorId,
                visitorName, lastFrom, lastText, lastActivityAt, waitingSince);
    }

    /// The list that counts it.
    public String list() {
        return completed ? COMPLETED : owner;
    }

    /// Its owner's id, or null.
    public String assignee() {
        return owner.equals(NOBODY) ? null : owner;
    }

    /// Whether it is put away.
    public Status status() {
        return completed ? Status.COMPLETED : Status.OPEN;
    }

    /// Who wrote last.
    public Visitor visitor() {
        return new Visitor(visitorId, visitorName);
    }
}
