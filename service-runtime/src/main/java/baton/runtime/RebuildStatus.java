package baton.runtime;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import java.time.Instant;

/// How far the last rebuild of a view has come, as an operator sees it.
///
/// @param number     1, 2, 3 …; 0 where there was none
/// @param stage      `none`, `requested`, `planned`, `folding`, `done`
/// @param by         who asked for it
/// @param folded     offsets of the log that were folded again, of `toFold`, which had been folded before
/// @param waitingFor what it waits for, or what is in its way; null for nothing
@Introspected
public record RebuildStatus(String view, int number, String stage, @Nullable Instant requestedAt, @Nullable String by, @Nullable Instant endedAt,
        long folded, long toFold, @Nullable String waitingFor) {
}
