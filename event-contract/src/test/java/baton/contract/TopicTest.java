package baton.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicTest {

    @ParameterizedTest
    @EnumSource(value = Topic.class, names = {"CONVERSATION_COMMANDS", "CONVERSATION_EVENTS"})
    void keepsTheLogsForEver(Topic topic) {
        assertThat(topic.config())
                .containsEntry("cleanup.policy", "delete").containsEntry("retention.ms", "-1").containsEntry("retention.bytes", "-1");
    }

    @ParameterizedTest
    @EnumSource(Topic.class)
    void saysOfEveryTopicWhetherItIsCompactedOrHowLongItIsKept(Topic topic) {
        String policy = topic.config().get("cleanup.policy");

        assertThat(policy).isIn("compact", "delete");
        assertThat(topic.config().containsKey("retention.ms")).isEqualTo(policy.equals("delete"));
    }

    @Test
    void ordersCommandsByTheTimeOfTheLog() {
        assertThat(Topic.CONVERSATION_COMMANDS.config()).containsEntry("message.timestamp.type", "LogAppendTime");
    }

    @Test
    void putsThePrefixBeforeTheName() {
        assertThat(Topic.CONVERSATION_EVENTS.name("eu-")).isEqualTo("eu-conversation-events");
    }
}
