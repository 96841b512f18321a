package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The channel in three commands of docs/CHANNELS.md does what it says.
class ChannelsDocumentIT {

    @Test
    void theChannelInThreeCommandsWorks(@TempDir Path data) throws Exception {
        List<String> blocks = DocumentedCommands.of("docs/CHANNELS.md", "channel").blocks();
        assertThat(blocks).hasSize(3);
        try (Standalone baton = Standalone.start(Standalone.Options.forTests(data))) {
            baton.awaitReady();
            Client ana = Client.signIn(baton.url(), "ana", baton.password());
            assertThat(DocumentedCommands.run(baton, data, blocks.get(0))).isEmpty();
            Journey.awaitConversation(ana, "shop-17"); // a person is slower than that
            assertPrints(baton, data, blocks.get(1));
            assertThat(ana.conversation("shop-17", 3).status()).isEqualTo(200); // what the inbox shows is committed
            assertPrints(baton, data, blocks.get(2));
        }
    }

    private static void assertPrints(Standalone baton, Path data, String block) throws Exception {
        assertThat(DocumentedCommands.printedBy(block)).isNotEmpty();
        assertThat(DocumentedCommands.run(baton, data, block)).contains(DocumentedCommands.printedBy(block));
    }
}
