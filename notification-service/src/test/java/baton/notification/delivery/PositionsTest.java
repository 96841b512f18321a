package baton.notification.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import baton.notification.delivery.Positions.Slot;
import baton.runtime.RuntimeSettings;
import org.junit.jupiter.api.Test;

/// The ids of live events.
class PositionsTest {

    /// What HTTP servers and proxies take of headers, unless they are told otherwise.
    private static final int HEADERS_LENGTH_MAX = 8_192;
    /// For the token or the cookie, and what a browser says of itself.
    private static final int OTHER_HEADERS_LENGTH = 1_200;

    @Test
    void areFitForAHeaderHoweverManyPartitionsThereAre() {
        Positions positions = Positions.none();
        for (int partition = 0; partition < RuntimeSettings.PARTITIONS_MAX; partition++) {
            positions = positions.with(new Slot('c', partition), 99_999_999).with(new Slot('n', partition), 99_999_999);
        }
        assertThat(positions.text().length()).isLessThan(HEADERS_LENGTH_MAX - OTHER_HEADERS_LENGTH);
        assertThat(Positions.parse(positions.text())).contains(positions);
    }
}
