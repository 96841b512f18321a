package baton.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AccountTest {

    private static final String BEFORE = """
            # TYPE baton_inbox_reads_seconds histogram
            baton_inbox_reads_seconds_bucket{read="counts",le="1.0E-5"} 900
            baton_inbox_reads_seconds_bucket{read="counts",le="+Inf"} 900
            baton_inbox_reads_seconds_bucket{read="page",le="1.0E-4"} 7
            baton_inbox_reads_seconds_bucket{read="page",le="2.0E-4"} 7
            baton_inbox_reads_seconds_bucket{read="page",le="4.0E-4"} 7
            baton_inbox_reads_seconds_bucket{read="page",le="+Inf"} 9
            """;
    private static final String AFTER = """
            baton_inbox_reads_seconds_bucket{read="counts",le="1.0E-5"} 5000
            baton_inbox_reads_seconds_bucket{read="page",le="1.0E-4"} 17
            baton_inbox_reads_seconds_bucket{read="page",le="2.0E-4"} 47
            baton_inbox_reads_seconds_bucket{read="page",le="4.0E-4"} 57
            """;

    @Test
    void theMedianOfWhatWasReadMeanwhileIsTakenFromTheBucketsOfThatRead() {
        Account.Reads before = Account.reads(BEFORE, "page");

        // Of 50, 10 in the first 100 µs, and 30 in the next: the 25th is half of the way through those.
        assertThat(Account.reads(AFTER, "page").medianMicrosSince(before)).hasValueCloseTo(150.0, within(0.001));
    }

    @Test
    void nothingReadIsNoTime() {
        Account.Reads before = Account.reads(BEFORE, "page");

        assertThat(before.medianMicrosSince(before)).isEmpty();
        assertThatThrownBy(() -> Account.reads("# nothing", "page")).hasMessageContaining("no times of reads");
    }
}
