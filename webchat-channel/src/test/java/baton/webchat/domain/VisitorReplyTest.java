package baton.webchat.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.InvalidField;
import baton.contract.SentReply;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VisitorReplyTest {

    private static final Instant AT = Instant.parse("2026-11-22T10:15:00Z");

    @Test
    void resumesBehindAReplyOfTheSameConversation() {
        assertThat(VisitorReply.versionOf("c-1:42", "c-1", "after")).isEqualTo(42);
        assertThat(VisitorReply.versionOf(null, "c-1", "after")).isZero();
        assertThat(VisitorReply.versionOf("", "c-1", "after")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"c-2:42", "c-1", "c-1:", "c-1:x", "c-1:-1", "c-1:1234567890123456789", "42", "c-1:٣"})
    void refusesTheIdOfAnythingElse(String id) {
        assertThatThrownBy(() -> VisitorReply.versionOf(id, "c-1", "after")).isInstanceOf(InvalidField.class).hasMessageContaining("after");
    }

    @Test
    void refusesAReplyWhoseIdIsNotOfItsConversation() {
        assertThat(VisitorReply.of(new SentReply("c-1:3", "c-1", "webchat", "vera", "hello", AT)).version()).isEqualTo(3);
        assertThatThrownBy(() -> VisitorReply.of(new SentReply("c-2:3", "c-1", "webchat", "vera", "hello", AT)))
                .isInstanceOf(InvalidField.class);
    }
}
