package baton.assignment.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.contract.Command;
import baton.contract.CommandEnvelope;
import baton.contract.Ownership;
import baton.contract.Unreadable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a record of a channel has to be.
class ChannelBridgeTest {

    private static final AssignmentSettings SETTINGS = new AssignmentSettings(Ownership.OWNER, Duration.ofSeconds(10), 100, Duration.ZERO);

    @Test
    void carriesAMessage() {
        assertThat(command("Where is my parcel?").body()).isInstanceOfSatisfying(Command.ReceiveMessage.class,
                message -> assertThat(message.text()).isEqualTo("Where is my parcel?"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\u200b", " \\ufeff\\n"})
    void doesNotCarryAMessageThatNobodyCanSee(String text) {
        assertThatThrownBy(() -> command(text)).isInstanceOf(Unreadable.class).hasMessage("text must not be empty, nothing of it can be seen");
    }

    private static CommandEnvelope command(String text) {
        String value = "{\"messageId\":\"m-1\",\"channel\":\"web\",\"visitor\":{\"id\":\"vera\"},\"text\":\"" + text + "\"}";
        return ChannelBridge.command(new ConsumerRecord<>("channel-messages", 0, 0, "c-1".getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8)), SETTINGS);
    }
}
