package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowsTest {

    @Test
    void aFoldIsDividedByItsTimeAndByItsProcessorTime() {
        var fold = new FoldRow.Fold(1_000, 2, 4);
        assertThat(fold.perSecond()).isEqualTo(500);
        assertThat(fold.perProcessorSecond()).isEqualTo(250);
        assertThat(fold.tells()).isTrue();
        assertThat(new FoldRow.Fold(1_000, 2, -0.1).tells()).isFalse();
    }

    @Test
    void whatWasNotMeasuredHasGoalsAndNoTable() {
        for (Row row : List.of(new FoldRow(FoldRow.QUICK))) {
            assertThat(row.table()).as(row.number()).isEmpty();
            assertThat(row.goals()).as(row.number()).allSatisfy(goal -> {
                assertThat(goal.row()).isEqualTo(row.number());
                assertThat(goal.met()).isEmpty();
            });
        }
    }
}
