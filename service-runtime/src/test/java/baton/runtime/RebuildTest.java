package baton.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.Rebuild.Plan;
import baton.runtime.Rebuild.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/// Which steps of a rebuild count, what is on the wire, and what belongs to which.
class RebuildTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:15:00Z");
    private static final Plan PLAN = new Plan(Map.of(0, 12L, 3, 4L), List.of("a-b"), Map.of(0, 7L), AT, "log-1");

    @Test
    void countsStepsInTheirOrderOnly() {
        Rebuild rebuild = Rebuild.NONE;
        List<RebuildStep> steps = List.of(step(1, Stage.REQUESTED), step(1, Stage.PLANNED), step(1, Stage.FOLDING), step(1, Stage.DONE));
        for (RebuildStep next : steps) {
            for (RebuildStep other : steps) {
                assertThat(rebuild.after(other).isPresent()).as("%s after %s", other.stage(), rebuild.stage()).isEqualTo(other.equals(next));
            }
            for (int number : new int[] {0, 2}) {
                Stage stage = next.stage();
                boolean furtherRequest = number == 2 && stage == Stage.REQUESTED && rebuild.number() == 1;
                assertThat(rebuild.after(step(number, stage)).isPresent()).as("%s of %s", stage, number).isEqualTo(furtherRequest);
            }
            rebuild = rebuild.after(next).orElseThrow();
            assertThat(rebuild.stage()).isEqualTo(next.stage());
            assertThat(rebuild.underWay()).isEqualTo(next.stage() != Stage.DONE);
        }
        assertThat(rebuild).isEqualTo(new Rebuild(1, Stage.DONE, AT, "sam", PLAN, AT));
    }

    /// A fold that cannot come to its end must not stand in the way of the next one, which has to know what was folded before either.
    @Test
    void mayBeAskedForAgainWhileTheLogIsFoldedAndRemembersWhatWasFoldedBefore() {
        Rebuild folding = Rebuild.NONE.after(step(1, Stage.REQUESTED)).flatMap(after -> after.after(step(1, Stage.PLANNED)))
                .flatMap(after -> after.after(step(1, Stage.FOLDING))).orElseThrow();

        Rebuild again = folding.after(step(2, Stage.REQUESTED)).orElseThrow();

        assertThat(again.number()).isEqualTo(2);
        assertThat(again.plan()).isEqualTo(PLAN);
        assertThat(again.after(step(1, Stage.DONE))).isEmpty();
    }

    /// After an end more was folded than that plan knows, and the log may be another one.
    @Test
    void forgetsWhatWasFoldedBeforeARebuildThatHasEnded() {
        Rebuild ended = new Rebuild(1, Stage.DONE, AT, "sam", PLAN, AT);

        assertThat(ended.after(step(2, Stage.REQUESTED)).orElseThrow().plan()).isEqualTo(Plan.NOTHING);
    }

    @Test
    void takesForFoldedWhatWasCommittedOrIsKnownButNoMoreThanThereIs() {
        Map<Integer, Long> ends = Map.of(0, 20L, 1, 9L, 2, 5L, 3, 4L);
        assertThat(Plan.folded("log-1", PLAN, Map.of(0, 3L, 1, 8L, 2, 6L), Reread.NONE, ends))
                .isEqualTo(Map.of(0, 12L, 1, 8L, 2, 5L, 3, 4L));
        assertThat(Plan.folded("log-2", PLAN, Map.of(0, 3L), Reread.NONE, ends)).as("of another log").isEqualTo(Map.of(0, 3L));
        assertThat(Plan.folded("log-1", Plan.NOTHING, Map.of(0, 3L, 1, 8L), new Reread("log-1", Map.of(0, 15L, 1, 7L)), ends))
                .as("not less than what had been folded when offsets were lost").isEqualTo(Map.of(0, 15L, 1, 8L));
    }

    @Test
    void isBehindUntilItHasReadAgainWhatThereWasWhenOffsetsWereLost() throws IOException {
        Reread lost = Reread.of("log-1", Set.of(0, 1, 2), Set.of(1), Map.of(0, 9L, 1, 9L, 2, 0L, 3, 9L));

        assertThat(lost.upTo()).isEqualTo(Map.of(0, 9L, 2, 0L));
        assertThat(Reread.read(lost.bytes())).isEqualTo(lost);
        assertThat(lost.behind("log-1", Map.of())).containsExactly(0);
        assertThat(lost.behind("log-1", Map.of(0, 8L))).containsExactly(0);
        assertThat(lost.behind("log-1", Map.of(0, 9L))).isEmpty();
        assertThat(lost.behind("log-2", Map.of())).as("of another log").isEmpty();
        assertThat(lost.and(new Reread("log-1", Map.of(0, 4L, 5, 2L))).upTo()).isEqualTo(Map.of(0, 9L, 2, 0L, 5, 2L));
        assertThat(lost.and(new Reread("log-2", Map.of(5, 2L)))).isEqualTo(new Reread("log-2", Map.of(5, 2L)));
    }

    @Test
    void isPlannedWithAPlanOnly() {
        Rebuild requested = Rebuild.NONE.after(step(1, Stage.REQUESTED)).orElseThrow();
        assertThat(requested.after(new RebuildStep(1, Stage.PLANNED, AT, null, null))).isEmpty();
    }

    @Test
    void writesAStepAsItReadsIt() throws IOException {
        assertThat(RebuildStep.read(step(3, Stage.PLANNED).bytes())).isEqualTo(step(3, Stage.PLANNED));
        assertThat(new String(RebuildStep.requested(3, "sam").bytes(), java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("{\"number\":3,\"stage\":\"REQUESTED\",\"at\":\"20").endsWith("Z\",\"by\":\"sam\"}");
        assertThat(RebuildStep.read("{\"number\":1,\"stage\":\"DONE\",\"at\":\"2026-11-22T10:15:00Z\",\"addedLater\":1}".getBytes()))
                .isEqualTo(new RebuildStep(1, Stage.DONE, AT, null, null));
        assertThatThrownBy(() -> RebuildStep.read("{\"number\":1}".getBytes())).isInstanceOf(IOException.class);
    }

    @Test
    void knowsWhatWasFoldedBefore() {
        FoldedBefore before = FoldedBefore.upTo(2, Map.of(0, 12L), AT);
        assertThat(before.has(at(0, 11))).isTrue();
        assertThat(before.has(at(0, 12))).isFalse();
        assertThat(before.has(at(1, 0))).isFalse();
        assertThat(before.has(Optional.empty())).isFalse();
        assertThat(before.isKept(AT)).isTrue();
        assertThat(before.isKept(AT.minusMillis(1))).isFalse();
        assertThat(FoldedBefore.nothing().has(at(0, 0))).isFalse();
        assertThat(FoldedBefore.nothing().isKept(Instant.EPOCH)).isTrue();
    }

    @Test
    void aProcessorThatIsNotAdmittedFoldsNothing() {
        FoldedBefore refused = FoldedBefore.upTo(2, Map.of(), null).admittedBy(() -> {
            throw new NotAdmitted("it is being rebuilt");
        });
        assertThatThrownBy(refused::admit).isInstanceOf(NotAdmitted.class);
    }

    @Test
    void localStoresOfAnotherRebuildAreDeletedAndOfTheSameKept(@TempDir Path folder) throws IOException {
        StateFolder state = new StateFolder(folder.resolve("state"), "view");
        Path store = folder.resolve("state/view/0_1/rocksdb/store");
        state.belongTo(0);
        write(store);
        state.belongTo(0);
        assertThat(store).exists();
        state.belongTo(2);
        assertThat(store).doesNotExist();
        write(store);
        state.belongTo(2);
        assertThat(store).exists();
        new StateFolder(folder.resolve("state"), "view").belongTo(3);
        assertThat(folder.resolve("state/view")).doesNotExist();
        write(store);
        state.belongTo(0); // as where the topics are other ones
        assertThat(store).doesNotExist();
    }

    private static void write(Path store) throws IOException {
        Files.createDirectories(store.getParent());
        Files.writeString(store, "rows");
    }

    private static RebuildStep step(int number, Stage stage) {
        return new RebuildStep(number, stage, AT, stage == Stage.REQUESTED ? "sam" : null, stage == Stage.PLANNED ? PLAN : null);
    }

    private static Optional<RecordMetadata> at(int partition, long offset) {
        return Optional.of(new RecordMetadata() {
            @Override
            public String topic() {
                return "log";
            }

            @Override
            public int partition() {
                return partition;
            }

            @Override
            public long offset() {
                return offset;
            }
        });
    }
}
