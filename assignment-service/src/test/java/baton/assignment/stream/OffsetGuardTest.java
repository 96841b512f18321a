package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.Halt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Condition C5: the next command is exactly one further, or it is not decided.
class OffsetGuardTest {

    private KeyValueStore<String, Long> store;

    private final OffsetGuard.Gaps gaps = new OffsetGuard.Gaps();

    @BeforeEach
    void openStore() {
        store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("applied"), Serdes.String(), Serdes.Long())
                .withLoggingDisabled().build();
        store.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), store);
    }

    @Test
    void aNewPartitionBeginsAtOffsetZeroOnly() throws Exception {
        assertThat(guard().check(0)).isEqualTo(OffsetGuard.Verdict.NEXT);
        assertThatThrownBy(() -> guard().check(1)).isExactlyInstanceOf(IllegalStateException.class);
        onAnotherThread(() -> assertThatThrownBy(() -> guard().check(1)).isInstanceOf(Halt.class).hasMessageContaining("offset 1"));
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
    void aGapMakesTheTaskRestoreAndAGapThatIsStillThereForANewConsumerHalts() throws Exception {
        store.put(OffsetGuard.KEY, 7L);
        OffsetGuard running = guard();
        running.check(8);
        running.applied(8);
        assertThatThrownBy(() -> running.check(10)).isExactlyInstanceOf(IllegalStateException.class);
        // Kafka Streams revives a task on the same thread, whose consumer may have dropped what it had read.
        assertThatThrownBy(() -> guard().check(10)).isExactlyInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> guard().check(10)).isExactlyInstanceOf(IllegalStateException.class);
        onAnotherThread(() -> assertThatThrownBy(() -> guard().check(10)).isInstanceOf(Halt.class).hasMessageContaining("set them to 9"));
    }

    @Test
    void anotherGapIsNotTheSameGap() throws Exception {
        assertThatThrownBy(() -> guard().check(3)).isExactlyInstanceOf(IllegalStateException.class);
        onAnotherThread(() -> assertThatThrownBy(() -> guard().check(2)).isExactlyInstanceOf(IllegalStateException.class));
        assertThat(guard().check(0)).isEqualTo(OffsetGuard.Verdict.NEXT);
    }

    private static void onAnotherThread(Runnable asserts) throws Exception {
        CompletableFuture.runAsync(asserts, Thread::startVirtualThread).get(10, TimeUnit.SECONDS);
    }

    private OffsetGuard guard() {
        return new OffsetGuard(store, 0, gaps);
    }
}
