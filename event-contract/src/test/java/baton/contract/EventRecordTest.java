package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EventRecordTest {

    private static final Event EVENT = new Event.ConversationCompleted("c-1", 8, Samples.AT, Samples.BY_ANA, "k-1");

    @Test
    void isAnEventUnderTheKeyOfItsConversationOnly() {
        assertThat(record("c-1", "c-1:8").event()).isEqualTo(EVENT);
        for (String key : new String[] {"c-2", "", null}) {
            assertThatThrownBy(() -> record(key, "c-1:8").event())
                    .isInstanceOf(Unreadable.class).hasMessage("the key is not the event's conversationId");
        }
    }

    @Test
    void saysThatItIsNextByItsIdAlone() {
        assertThat(record("c-1", "c-1:8").saysItIsNext(_ -> 7)).isTrue();
        assertThat(record("c-1", "c-1:1").saysItIsNext(_ -> 0)).isTrue();
        for (String id : new String[] {"c-1:7", "c-1:9", "c-2:8", "c-1", "", null}) {
            assertThat(record("c-1", id).saysItIsNext(_ -> 7)).as(id).isFalse();
        }
    }

    @Test
    void asksForNoVersionUnderAKeyThatIsNoId() {
        for (String key : new String[] {"c 1", "", null}) {
            assertThat(record(key, key + ":1").saysItIsNext(asked -> {
                throw new AssertionError(asked);
            })).isFalse();
        }
    }

    private static EventRecord record(String key, String id) {
        return new EventRecord(key, "conversation.completed", id, EventJson.value(EVENT));
    }
}
