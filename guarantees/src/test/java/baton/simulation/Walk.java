package baton.simulation;

import static baton.simulation.Happening.PAGE_READ;
import static baton.simulation.Happening.PARTITION_WAS_MISSING;
import static baton.simulation.Happening.WALK_ENDED;
import static baton.simulation.Happening.WALK_ENDED_WHILE_ROWS_MOVED;

import baton.contract.Status;
import baton.inbox.domain.Cursor;
import baton.inbox.domain.InboxRow;
import baton.inbox.domain.Page;
import baton.inbox.domain.Selection;
import baton.inbox.domain.Sort;
import baton.inbox.stream.InboxShards;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Somebody who pages through a list, over all instances that answer, while other things happen. I7: what does not move is found exactly
/// once, in order; if nothing moves, nothing else is found; what could not be asked is named.
final class Walk {

    private final World world;
    private final Set<String> owners;
    private final boolean unassigned;
    private final boolean open;
    private final boolean completed;
    private final Sort sort;
    private final int limit;
    private final Map<String, InboxRow> still;
    private final List<InboxRow> found = new ArrayList<>();
    private boolean moved;
    private Cursor cursor;

    Walk(World world) {
        this.world = world;
        Chance chance = world.chance();
        this.owners = chance.oneIn(2) ? null : new TreeSet<>(List.of(chance.of(Callers.AGENTS), chance.of(Callers.AGENTS)));
        this.unassigned = owners == null || chance.oneIn(2);
        this.open = !chance.oneIn(4);
        this.completed = !open || chance.oneIn(2);
        this.sort = chance.of(List.of(Sort.values()));
        this.limit = chance.oneIn(2) ? 1 : chance.between(2, 4);
        this.still = matching();
    }

    private List<Instance> asked() {
        return world.instances().stream()
                .filter(instance -> instance.isAlive() && !instance.isSlow() && !instance.worker(world.inbox()).isCutOff()).toList();
    }

    private Map<String, InboxRow> matching() {
        Map<String, InboxRow> rows = new LinkedHashMap<>();
        for (String id : world.conversations()) {
            asked().stream().map(instance -> InboxAudit.row(instance, id)).flatMap(Optional::stream).filter(this::matches)
                    .forEach(row -> rows.put(id, row));
        }
        return rows;
    }

    private boolean matches(InboxRow row) {
        boolean rightStatus = row.status() == Status.OPEN ? open : completed;
        return rightStatus && (row.assignee() == null ? unassigned : owners == null || owners.contains(row.assignee()));
    }

    /// Reads the next page; whether it was the last.
    boolean readOn() {
        Map<String, InboxRow> now = matching();
        moved |= !now.equals(still);
        still.entrySet().removeIf(row -> !row.getValue().equals(now.get(row.getKey())));

        List<Instance> asked = asked();
        List<InboxShards.Listing> listings = asked.stream().map(instance ->
                instance.shards().page(new Selection(owners, null, unassigned, open, completed), sort, cursor, limit)).toList();
        judgeMissing(asked, listings);
        Page page = Page.merge(listings.stream().map(listing -> listing.page().rows().iterator()).toList(), sort, limit);
        found.addAll(page.rows());
        world.count(PAGE_READ);
        boolean more = page.next() != null || listings.stream().anyMatch(listing -> listing.page().next() != null);
        if (more && !page.rows().isEmpty()) {
            cursor = Cursor.parse(new Cursor(sort, sort.place(page.rows().getLast())).text(), sort);
            return false;
        }
        judge();
        return true;
    }

    private void judgeMissing(List<Instance> asked, List<InboxShards.Listing> listings) {
        Set<Integer> missing = new HashSet<>(new InboxShards(world.topics().partitions()).missing());
        listings.forEach(listing -> missing.retainAll(listing.missing()));
        for (int partition = 0; partition < world.topics().partitions(); partition++) {
            int here = partition;
            boolean shown = asked.stream().anyMatch(instance -> !instance.shards().missing().contains(here));
            if (shown == missing.contains(partition)) {
                throw new Breach("I7", "partition " + partition + " is " + (shown ? "" : "not ") + "shown, and " + missing + " are said to be missing");
            }
        }
        if (!missing.isEmpty()) {
            world.count(PARTITION_WAS_MISSING);
        }
    }

    private void judge() {
        world.count(moved ? WALK_ENDED_WHILE_ROWS_MOVED : WALK_ENDED);
        Comparator<InboxRow> order = sort.order();
        for (int i = 1; i < found.size(); i++) {
            if (order.compare(found.get(i - 1), found.get(i)) >= 0) {
                throw new Breach("I7", "a walk by " + sort + " finds " + found.get(i - 1) + " before " + found.get(i));
            }
        }
        still.values().forEach(row -> {
            long times = found.stream().filter(row::equals).count();
            if (times != 1) {
                throw new Breach("I7", "a walk by " + sort + " in pages of " + limit + " finds " + times + " times " + row);
            }
        });
        if (!moved && found.size() != still.size()) {
            throw new Breach("I7", "a walk in which nothing moved finds " + found + " where there is " + still.values());
        }
    }
}
