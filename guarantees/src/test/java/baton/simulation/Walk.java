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
    private final List<InboxRow> found = new ArrayList<>();
    private Map<String, InboxRow> still;
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
    }

    /// Who answers a page for which partitions: whoever is asked, for those that it has; for the rest their owners, where they answer.
    private Map<Instance, Set<Integer>> answering() {
        Map<Instance, Set<Integer>> answering = new LinkedHashMap<>();
        List<Instance> alive = world.instances().stream().filter(Instance::isAlive).toList();
        if (alive.isEmpty()) {
            return answering;
        }
        Instance asked = world.chance().of(alive);
        Set<Integer> here = asked.shards().here();
        answering.put(asked, here);
        for (int partition = 0; partition < world.inbox().partitions(); partition++) {
            Instance owner = world.inbox().owner(partition).instance();
            if (!here.contains(partition) && owner != asked && owner.isAlive() && !owner.isSlow()) {
                answering.computeIfAbsent(owner, _ -> new TreeSet<>()).add(partition);
            }
        }
        return answering;
    }

    /// The rows of the list, each asked for by itself.
    private Map<String, InboxRow> matching(Map<Instance, Set<Integer>> answering) {
        Map<String, InboxRow> rows = new LinkedHashMap<>();
        answering.forEach((instance, partitions) -> world.conversations().stream()
                .filter(id -> partitions.contains(instance.shards().partition(id)))
                .map(id -> InboxAudit.row(instance, id)).flatMap(Optional::stream)
                .filter(this::matches)
                .forEach(row -> rows.put(row.conversationId(), row)));
        return rows;
    }

    private boolean matches(InboxRow row) {
        boolean rightStatus = row.status() == Status.OPEN ? open : completed;
        return rightStatus && (row.assignee() == null ? unassigned : owners == null || owners.contains(row.assignee()));
    }

    /// Reads the next page; whether it was the last.
    boolean readOn() {
        Map<Instance, Set<Integer>> answering = answering();
        Map<String, InboxRow> now = matching(answering);
        still = still == null ? now : still;
        moved |= !now.equals(still);
        still.entrySet().removeIf(row -> !row.getValue().equals(now.get(row.getKey())));

        List<Page> parts = new ArrayList<>();
        answering.forEach((instance, partitions) -> parts.add(part(instance, partitions)));
        Page page = Page.join(parts, sort, limit);
        found.addAll(page.rows());
        world.count(PAGE_READ);
        if (page.next() != null) {
            cursor = Cursor.parse(page.next().text(), sort);
            return false;
        }
        judge();
        return true;
    }

    private Page part(Instance instance, Set<Integer> partitions) {
        InboxShards.Listing listing = instance.shards()
                .page(partitions, new Selection(owners, null, unassigned, open, completed), sort, cursor, limit);
        Set<Integer> missing = new TreeSet<>(partitions);
        missing.removeAll(instance.shards().here());
        if (!missing.equals(new TreeSet<>(listing.missing()))) {
            throw new Breach("I7", instance + " says that " + listing.missing() + " are missing, but " + missing + " are");
        }
        if (!missing.isEmpty()) {
            world.count(PARTITION_WAS_MISSING);
        }
        if (!listing.page().follows(cursor, sort, limit)) {
            throw new Breach("I7", instance + " gives " + listing.page() + " for the page behind " + cursor);
        }
        return listing.page();
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
