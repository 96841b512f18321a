package baton.runtime;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The last rebuild of a view, and how far it has come: a fold over the [steps][RebuildStep] on the log of rebuilds. Immutable.
///
/// A step counts only where it follows the one before. So of several instances that take the same step at once, one does, and
/// all of them see which.
///
/// @param number      1, 2, 3 …; 0 for a view that was never rebuilt
/// @param requestedAt null where there was none
/// @param by          who asked for it; null where nobody did
/// @param plan        what is thrown away; null before that is known
/// @param endedAt     null before
public record Rebuild(int number, Stage stage, Instant requestedAt, String by, Plan plan, Instant endedAt) {

    /// Of a view that was never rebuilt.
    public static final Rebuild NONE = new Rebuild(0, Stage.DONE, null, null, Plan.NOTHING, null);

    /// How far it has come.
    public enum Stage {
        /// Somebody wants it: every instance stops folding.
        REQUESTED,
        /// Nobody folds any more, and what is thrown away is written down.
        PLANNED,
        /// It is thrown away, and the log is folded again from its beginning.
        FOLDING,
        /// Everything has been folded again that had been folded before.
        DONE
    }

    /// What a view had when it was stopped.
    ///
    /// @param foldedBefore up to which offset of its log it had folded, by partition
    /// @param changelogs   the ids of its changelogs, not their names: whoever deletes them late does not meet the new ones
    /// @param outputEnds   where what it had written ended, by partition of the topic that it alone writes; empty without one
    /// @param outputSince  how far back that topic keeps records; null for ever
    /// @param log          the id of the log whose offsets these are: they say nothing of one that was made anew under the same name
    public record Plan(Map<Integer, Long> foldedBefore, List<String> changelogs, Map<Integer, Long> outputEnds, Instant outputSince, String log) {

        static final Plan NOTHING = new Plan(Map.of(), List.of(), Map.of(), null, null);

        /// Freezes what it has.
        public Plan {
            foldedBefore = Map.copyOf(foldedBefore);
            changelogs = List.copyOf(changelogs);
            outputEnds = Map.copyOf(outputEnds);
        }

        /// Up to where a view has folded its log, when nobody folds any more: what was committed; before the end of a rebuild, what had been
        /// folded before it; where offsets were lost, all that there was then. Never more than there is: a log may have lost its end.
        ///
        /// @param before    of the rebuild that has not come to its end
        /// @param committed the group's offsets
        /// @param ends      where the log ends
        static Map<Integer, Long> folded(String log, Plan before, Map<Integer, Long> committed, Reread reread, Map<Integer, Long> ends) {
            Map<Integer, Long> folded = new HashMap<>(before.foldedBeforeOf(log));
            committed.forEach((partition, offset) -> folded.merge(partition, offset, Math::max));
            reread.behind(log, committed).forEach(partition -> folded.merge(partition, reread.upTo().get(partition), Math::max));
            folded.replaceAll((partition, offset) -> Math.min(offset, ends.getOrDefault(partition, 0L)));
            return folded;
        }

        /// What had been folded of the log that has this id.
        Map<Integer, Long> foldedBeforeOf(String id) {
            return id.equals(log) ? foldedBefore : Map.of();
        }
    }

    /// Whether the view is being rebuilt.
    public boolean underWay() {
        return stage != Stage.DONE;
    }

    /// Whether the log may be folded.
    public boolean folds() {
        return stage == Stage.FOLDING || stage == Stage.DONE;
    }

    /// What it is after a step; empty for a step that does not follow, and so does not count. A further rebuild may be asked for while
    /// the log is folded again: that fold may never come to its end. Only then is the plan before still of use, until there is a new one;
    /// after an end, what was folded is what was committed since.
    Optional<Rebuild> after(RebuildStep step) {
        boolean follows = switch (step.stage()) {
            case REQUESTED -> folds() && step.number() == number + 1;
            case PLANNED -> stage == Stage.REQUESTED && step.number() == number && step.plan() != null;
            case FOLDING -> stage == Stage.PLANNED && step.number() == number;
            case DONE -> stage == Stage.FOLDING && step.number() == number;
        };
        if (!follows) {
            return Optional.empty();
        }
        return Optional.of(switch (step.stage()) {
            case REQUESTED -> new Rebuild(step.number(), step.stage(), step.at(), step.by(), underWay() ? plan : Plan.NOTHING, null);
            case PLANNED -> new Rebuild(number, step.stage(), requestedAt, by, step.plan(), null);
            case FOLDING -> new Rebuild(number, step.stage(), requestedAt, by, plan, null);
            case DONE -> new Rebuild(number, step.stage(), requestedAt, by, plan, step.at());
        });
    }
}
