package baton.notification.delivery;

import baton.contract.Agent;
import baton.contract.Json;
import baton.runtime.Frame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The newest events of the live stream, encoded once, in one order, and cursors that read them.
///
/// A cursor is only a place in the ring: a slow reader costs nothing but itself. One that falls behind the oldest entry, and one
/// that wants to resume where the ring no longer or not yet is, is told to `resync` and goes on at the newest. One thread
/// appends, any thread reads; appending and opening a cursor exclude each other, so nothing falls in between.
final class EventRing {

    /// Why a reader has to ask anew for everything it shows.
    enum Resync {
        /// What it wants to resume from is no position of these logs.
        UNKNOWN_POSITION("unknown-position"),
        /// What it wants to resume from is further than this instance has read.
        AHEAD("ahead"),
        /// What it wants to resume from has left the ring.
        TOO_OLD("too-old"),
        /// It read slower than the ring turned.
        TOO_SLOW("too-slow"),
        /// Records were deleted from the log before they could be read.
        GAP("gap"),
        /// What it shows was rebuilt meanwhile.
        REBUILT("rebuilt");

        private final String wireName;

        Resync(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }

        private Frame frame(Positions at) {
            return Frame.event(at.text(), "resync", Json.write(Map.of("reason", wireName)));
        }
    }

    /// @param slot  null for an announcement
    /// @param frame with the positions of all logs behind it, in the order of this ring
    private record Entry(long number, Positions.Slot slot, long offset, Predicate<Agent> audience, Frame frame) {
    }

    /// @param number of the next entry
    private record Tip(long number, Positions positions) {
    }

    private final AtomicReferenceArray<Entry> entries;
    private final Consumer<Resync> onResync;
    private Positions oldest = Positions.none();
    private Positions rebuiltAt; // null for never
    private volatile Tip tip = new Tip(0, Positions.none());

    EventRing(int entriesMax, Consumer<Resync> onResync) {
        this.entries = new AtomicReferenceArray<>(entriesMax);
        this.onResync = onResync;
    }

    /// A log is read from this offset on. Where it was read before, what lies between is lost, and that is announced.
    synchronized void beginsAt(Positions.Slot slot, long offset) {
        OptionalLong before = tip.positions.next(slot);
        oldest = oldest.with(slot, offset);
        Positions after = tip.positions.with(slot, offset);
        if (before.isEmpty() || before.getAsLong() == offset) {
            tip = new Tip(tip.number, after);
        } else {
            announce(Resync.GAP, after);
        }
    }

    /// Whoever has been here before has to ask anew: those who are connected, and those who come back.
    synchronized void rebuilt() {
        if (!tip.positions.isEmpty()) { // else nobody has been here
            rebuiltAt = tip.positions;
            announce(Resync.REBUILT, tip.positions);
        }
    }

    /// Whether who has seen this has been told of the last rebuild; one who has seen all that came before it, and nothing since, may not have.
    private boolean knowsRebuilt(Positions seen) {
        return rebuiltAt == null || rebuiltAt.sameSlots(seen) && seen.reaches(rebuiltAt) && !seen.equals(rebuiltAt);
    }

    private void announce(Resync reason, Positions after) {
        onResync.accept(reason);
        put(new Entry(tip.number, null, 0, _ -> true, reason.frame(after)), after);
    }

    /// Adds an event for those agents whom `audience` includes; the audience is kept as long as the event. An offset that was passed is a
    /// repeat and is dropped.
    synchronized void append(Positions.Slot slot, long offset, Predicate<Agent> audience, String name, byte[] data) {
        if (tip.positions.covers(slot, offset)) {
            return;
        }
        Positions after = tip.positions.with(slot, offset + 1);
        put(new Entry(tip.number, slot, offset, audience, Frame.event(after.text(), name, data)), after);
    }

    /// What stands there is no news: who goes on elsewhere, or comes from there, need not hear of it.
    synchronized void passed(Positions.Slot slot, long offset) {
        if (!tip.positions.covers(slot, offset)) {
            tip = new Tip(tip.number, tip.positions.with(slot, offset + 1));
        }
    }

    /// Opens a cursor behind what its reader has seen.
    ///
    /// @param lastEventId the id of the last event that it got, or null to begin with what comes from now on
    synchronized Cursor open(String lastEventId) {
        if (lastEventId == null || lastEventId.isEmpty()) {
            return new Cursor(tip, Frame.ready(tip.positions.text()));
        }
        Positions seen = Positions.parse(lastEventId).filter(positions -> positions.sameSlots(tip.positions)).orElse(null);
        if (seen == null) {
            return resynced(Resync.UNKNOWN_POSITION);
        }
        if (!tip.positions.reaches(seen)) {
            return resynced(Resync.AHEAD);
        }
        if (!knowsRebuilt(seen)) {
            return resynced(Resync.REBUILT);
        }
        return seen.reaches(oldest) ? new Cursor(tip, seen, Math.max(0, tip.number - entries.length())) : resynced(Resync.TOO_OLD);
    }

    /// One block: a reader who knew the new position without having been told to resync would resume there, and never know of the gap.
    private Cursor resynced(Resync reason) {
        onResync.accept(reason);
        return new Cursor(tip, Frame.readyWith(reason.frame(tip.positions)));
    }

    private void put(Entry entry, Positions after) {
        int at = (int) (entry.number % entries.length());
        Entry evicted = entries.get(at);
        if (evicted != null && evicted.slot != null && !oldest.covers(evicted.slot, evicted.offset)) {
            oldest = oldest.with(evicted.slot, evicted.offset + 1);
        }
        entries.set(at, entry);
        tip = new Tip(entry.number + 1, after); // published last: a reader sees only what is there
    }

    /// A reader's place. Used by one thread at a time.
    final class Cursor {

        private final Deque<Frame> first = new ArrayDeque<>();
        private long number;
        // While it replays: where it is in the logs, which is not where the ring was at the time, and the entry to stop before.
        private Positions replayed;
        private long replayUntil;

        private Cursor(Tip from, Frame... first) {
            this.number = from.number;
            this.first.addAll(java.util.List.of(first));
        }

        private Cursor(Tip until, Positions seen, long oldestNumber) {
            this.number = oldestNumber;
            this.replayed = seen;
            this.replayUntil = until.number;
            this.first.add(Frame.ready(seen.text()));
        }

        /// The next bytes for this agent, or empty if there is nothing more at this moment.
        Optional<Frame> next(Agent agent) {
            if (!first.isEmpty()) {
                return Optional.of(first.poll());
            }
            Tip end = tip;
            while (number < end.number) {
                Entry entry = entries.get((int) (number % entries.length()));
                if (entry.number != number) {
                    if (skipsOnlyWhatWasSeen()) {
                        continue;
                    }
                    return Optional.of(overrun());
                }
                number++;
                Frame frame = replayed != null && entry.number < replayUntil ? replay(entry, agent) : live(entry, agent);
                if (frame != null) {
                    return Optional.of(frame);
                }
            }
            return Optional.empty();
        }

        /// Goes on at the oldest entry that is left, if its reader has seen all that is gone: it began at the oldest of the whole ring, which leaves
        /// with the next event. Announcements have no place in the logs, so none that came after it was opened may be among what is gone.
        private boolean skipsOnlyWhatWasSeen() {
            synchronized (EventRing.this) {
                long first = tip.number - entries.length();
                if (replayed == null || first > replayUntil || !replayed.reaches(oldest)) {
                    return false;
                }
                number = first;
                return true;
            }
        }

        private Frame live(Entry entry, Agent agent) {
            replayed = null;
            return entry.audience.test(agent) ? entry.frame : null;
        }

        private Frame replay(Entry entry, Agent agent) {
            if (entry.slot == null || replayed.covers(entry.slot, entry.offset)) {
                return null;
            }
            replayed = replayed.with(entry.slot, entry.offset + 1);
            return entry.audience.test(agent) ? entry.frame.withId(replayed.text()) : null;
        }

        private Frame overrun() {
            onResync.accept(Resync.TOO_SLOW);
            Tip newest = tip;
            number = newest.number;
            replayed = null;
            return Resync.TOO_SLOW.frame(newest.positions);
        }
    }
}
