package baton.inbox;

import baton.contract.Event;
import baton.contract.Status;
import baton.inbox.domain.InboxFold;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The inbox as one would write it on a napkin: all rows in a map; a list is what is left of them, sorted.
public final class NaiveInbox {

    private final Map<String, InboxRow> rows = new TreeMap<>();

    public NaiveInbox(List<Event> events) {
        events.forEach(event -> rows.compute(event.conversationId(), (_, row) -> InboxFold.apply(row, event)));
    }

    /// What somebody ticks in the dialog; nothing ticked shows everything.
    public record Ticked(boolean unassigned, boolean others, Set<String> owners, boolean open, boolean completed) {

        static final String ME = "me";

        /// As the inbox wants it.
        public Selection selection() {
            return !unassigned && !others && owners.isEmpty()
                    ? Selection.everything(open, completed)
                    : Selection.union(owners, others, ME, unassigned, open, completed);
        }

        boolean shows(InboxRow row) {
            boolean status = row.status() == Status.OPEN ? open : completed;
            boolean nothingTicked = !unassigned && !others && owners.isEmpty();
            boolean owner = row.assignee() == null ? unassigned : owners.contains(row.assignee()) || others && !row.assignee().equals(ME);
            return status && (nothingTicked || owner);
        }
    }

    /// Every row.
    public Collection<InboxRow> rows() {
        return rows.values();
    }

    /// The whole list.
    public List<InboxRow> list(Ticked ticked, Sort sort) {
        return rows.values().stream().filter(ticked::shows).sorted(order(sort)).toList();
    }

    /// How many open conversations this owner has; null asks for nobody's.
    public int open(String owner) {
        return (int) rows.values().stream().filter(row -> row.status() == Status.OPEN && java.util.Objects.equals(row.assignee(), owner)).count();
    }

    /// Owners of open conversations.
    public Set<String> owners() {
        Set<String> owners = new HashSet<>();
        rows.values().forEach(row -> owners.add(row.assignee()));
        owners.remove(null);
        return owners;
    }

    /// How many are completed.
    public long completed() {
        return rows.values().stream().filter(row -> row.status() == Status.COMPLETED).count();
    }

    private static Comparator<InboxRow> order(Sort sort) {
        Comparator<InboxRow> byActivity = Comparator.comparing((InboxRow row) -> row.lastActivityAt().toEpochMilli());
        Comparator<InboxRow> byWaiting = Comparator.comparing(
                (InboxRow row) -> row.waitingSince() == null ? null : row.waitingSince().toEpochMilli(),
                Comparator.nullsLast(Comparator.naturalOrder()));
        return switch (sort) {
            case NEWEST -> byActivity.thenComparing(InboxRow::conversationId).reversed();
            case OLDEST -> byActivity.thenComparing(InboxRow::conversationId);
            case WAITING -> byWaiting.thenComparing(InboxRow::conversationId);
        };
    }
}
