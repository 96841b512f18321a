package baton.runtime;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// What a view had folded before it was rebuilt. When that is folded again, its stores come out the same, but what it did beyond them,
/// whom it told, what it put aside as a dead letter, is in the world already and must not be done as if it were new.
public final class FoldedBefore {

    private final int rebuild;
    private final Map<Integer, Long> offsets;
    private final Instant outputSince;
    private final Runnable admission;

    private FoldedBefore(int rebuild, Map<Integer, Long> offsets, Instant outputSince, Runnable admission) {
        this.rebuild = rebuild;
        this.offsets = Map.copyOf(offsets);
        this.outputSince = outputSince;
        this.admission = admission;
    }

    /// Of a view that was never rebuilt.
    public static FoldedBefore nothing() {
        return new FoldedBefore(0, Map.of(), null, () -> { });
    }

    /// Of a view that was rebuilt, by partition of its log.
    ///
    /// @param rebuild     the number of the rebuild
    /// @param outputSince how far back the view's own topic keeps records; null for ever
    public static FoldedBefore upTo(int rebuild, Map<Integer, Long> offsets, Instant outputSince) {
        return new FoldedBefore(rebuild, offsets, outputSince, () -> { });
    }

    /// The same, for an application that `admission` admits, or refuses with [NotAdmitted].
    public FoldedBefore admittedBy(Runnable admission) {
        return new FoldedBefore(rebuild, offsets, outputSince, admission);
    }

    /// To be called by a processor that is given a partition, before it takes any record: throws [NotAdmitted] where the view is being rebuilt, or
    /// was, without this application knowing. Nobody else may have stopped to fold for less: see [ViewRunner].
    public void admit() {
        admission.run();
    }

    /// Whether this record of the log was folded before.
    public boolean has(Optional<RecordMetadata> record) {
        return record.filter(at -> at.offset() < offsets.getOrDefault(at.partition(), 0L)).isPresent();
    }

    /// The number of the rebuild; 0 for none.
    public int rebuild() {
        return rebuild;
    }

    /// Whether the view's own topic still keeps what has this time: of what was written there before, the rest is gone.
    public boolean isKept(Instant at) {
        return outputSince == null || !at.isBefore(outputSince);
    }
}
