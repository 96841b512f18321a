package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.Halt;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Condition C5: the next command is exactly one further, or it is not decided.
class OffsetGuardTest {

    private KeyValueStore<String, Long> store;

    @BeforeEach
    void openStore() {
        store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("applied"), Serdes.String(), Serdes.Long())
                .withLoggingDisabled().build();
        store.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), store);
    }

    @Test
    void aNewPartitionBeginsAtOffsetZeroOnly() {
        assertThat(guard().check(0)).isEqualTo(OffsetGuard.Verdict.NEXT);
        assertThatThrownBy(() -> guard().check(1)).isInstanceOf(Halt.class).hasMessageContaining("offset 1");
    }

    @Test
    void letsOneCommandAfterTheOtherPass() {
        OffsetGuard guard = guard();
        for (long offset = 0; offset < 5; offset++) {
            assertThat(guard.check(offset)).isEqualTo(OffsetGuard.Verdict.NEXT);
            guard.applied(offset);
        }
        assertThat(store.get(OffsetGuard.KEY)).isEqualTo(4);
    }

    @Test
    void aRepeatOfWhatThisTaskHasAppliedMakesItRestore() {
        OffsetGuard guard = guard();
        guard.applied(0);
        guard.applied(1);
        assertThatThrownBy(() -> guard.check(1)).isExactlyInstanceOf(IllegalStateException.class).hasMessageContaining("restoring");
    }

    @Test
    void aRepeatThatIsStillOneAfterARestoreIsDoneAlready() {
        store.put(OffsetGuard.KEY, 7L);
        OffsetGuard restored = guard();
        assertThat(restored.check(3)).isEqualTo(OffsetGuard.Verdict.DONE_BEFORE);
        assertThat(restored.check(7)).isEqualTo(OffsetGuard.Verdict.DONE_BEFORE);
        assertThat(restored.check(8)).isEqualTo(OffsetGuard.Verdict.NEXT);
    }

    @Test
    void aGapMakesTheTaskRestoreAndAGapThatIsStillThereHalts() {
        store.put(OffsetGuard.KEY, 7L);
        OffsetGuard running = guard();
        running.check(8);
        running.applied(8);
        assertThatThrownBy(() -> running.check(10)).isExactlyInstanceOf(IllegalStateException.class);
        OffsetGuard restored = guard();
        assertThatThrownBy(() -> restored.check(10)).isInstanceOf(Halt.class).hasMessageContaining("set them to 9");
    }

    private OffsetGuard guard() {
        return new OffsetGuard(store, 0);
    }
}
