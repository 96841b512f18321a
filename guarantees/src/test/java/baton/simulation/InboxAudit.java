package baton.simulation;

import baton.contract.Status;
import baton.inbox.domain.InboxRow;
import baton.inbox.stream.InboxShards;
import baton.reference.ReferenceConversation;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// I7 and I10: each row of each instance is the fold of the events at the version that it shows, and counters equal rows.
final class InboxAudit {

    private final World world;
    private final EventAudit events;

    InboxAudit(World world, EventAudit events) {
        this.world = world;
        this.events = events;
    }

    void judge() {
        for (Instance instance : world.instances()) {
            if (instance.isAlive() && instance.rowsMoved()) {
                judge(instance);
            }
        }
    }

    private void judge(Instance instance) {
        int unassigned = 0;
        long completed = 0;
        Map<String, Integer> byOwner = new HashMap<>();
        for (String id : world.conversations()) {
            Optional<InboxRow> row = row(instance, id);
            if (row.isPresent()) {
                judge(instance, row.get());
                if (row.get().status() == Status.COMPLETED) {
                    completed++;
                } else if (row.get().assignee() == null) {
                    unassigned++;
                } else {
                    byOwner.merge(row.get().assignee(), 1, Integer::sum);
                }
            }
        }
        InboxShards.Counts counts = instance.shards().counts();
        if (counts.unassigned() != unassigned || counts.completed() != completed || !counts.byOwner().equals(byOwner)) {
            throw new Breach("I7", instance + " counts " + counts + " but has " + unassigned + " unassigned, " + completed + " completed and " + byOwner);
        }
    }

    /// A row is what the events make of the conversation up to the row's version.
    void judge(Instance instance, InboxRow row) {
        EventAudit.Published conversation = events.published().get(row.conversationId());
        ReferenceConversation.Row right = conversation == null ? null : conversation.row(row.version());
        if (right == null || !right.equals(asReference(row))) {
            throw new Breach("I7", instance + " shows " + row + " where the events make " + right);
        }
    }

    private static ReferenceConversation.Row asReference(InboxRow row) {
        InboxRow.LastMessage last = row.lastMessage();
        return new ReferenceConversation.Row(row.conversationId(), row.channel(), row.visitor().id(), row.visitor().name(),
                row.status().name().toLowerCase(Locale.ROOT), row.assignee(),
                last == null ? null : last.from().name().toLowerCase(Locale.ROOT), last == null ? null : last.text(),
                row.lastActivityAt(), row.waitingSince(), row.version());
    }

    /// The row that an instance shows; empty if it has none, or not the partition.
    static Optional<InboxRow> row(Instance instance, String conversationId) {
        try {
            return instance.shards().row(conversationId);
        } catch (InboxShards.PartitionMissing _) {
            return Optional.empty();
        }
    }

    /// All conversations are shown by somebody, at their last version.
    void judgeEnd() {
        events.published().forEach((id, conversation) -> {
            long shown = world.instances().stream().map(instance -> row(instance, id)).flatMap(Optional::stream)
                    .peek(row -> {
                        if (!Objects.equals(asReference(row), conversation.last())) {
                            throw new Breach("I7", row + " is shown when all is drained, where the events make " + conversation.last());
                        }
                    }).count();
            if (shown != 1) {
                throw new Breach("I7", id + " is shown by " + shown + " instances when all is drained");
            }
        });
    }
}
