package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.runtime.StartRefused;
import baton.runtime.TopicKeeper;
import baton.runtime.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Topics are made as they must be, and a start on any others is refused (C1, C2); the commands have no gap in their offsets (C3).
class TopicKeeperIT {

    private final TopicKeeper keeper = Shared.baton().context().getBean(TopicKeeper.class);

    @Test
    void makesWhatIsMissingAndVerifiesWhatIsThere() throws Exception {
        var spec = new TopicSpec(Shared.fresh("made"), 3, Map.of("cleanup.policy", "delete", "retention.ms", "-1"));
        keeper.ensure(List.of(spec));
        keeper.ensure(List.of(spec));
        assertThatThrownBy(() -> keeper.ensure(List.of(new TopicSpec(spec.name(), 3, Map.of("cleanup.policy", "compact")))))
                .isInstanceOf(StartRefused.class).hasMessageContaining("cleanup.policy=delete, it needs compact");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Shared.baton().bootstrapServers()))) {
            admin.createPartitions(Map.of(spec.name(), NewPartitions.increaseTo(4))).all().get(10, TimeUnit.SECONDS);
        }
        assertThatThrownBy(() -> keeper.ensure(List.of(spec)))
                .isInstanceOf(StartRefused.class).hasMessageContaining("has 4 partitions, this deployment is set to 3");
    }

    @Test
    void theCommandsHaveNoGapSoNobodyWroteThemInATransaction() throws Exception {
        String id = Shared.conversation();
        for (int i = 0; i < 5; i++) {
            Shared.client("ana").assign(id, i % 2 == 0 ? "ana" : "ben");
        }
        List<Log.Entry> commands = Shared.log().read("conversation-commands");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Shared.baton().bootstrapServers()))) {
            for (int partition = 0; partition < 4; partition++) {
                int here = partition;
                var log = new TopicPartition("conversation-commands", partition);
                long end = admin.listOffsets(Map.of(log, OffsetSpec.latest())).partitionResult(log).get(10, TimeUnit.SECONDS).offset();
                List<Long> offsets = commands.stream().filter(command -> command.partition() == here).map(Log.Entry::offset).sorted().toList();
                assertThat(offsets).isNotEmpty();
                assertThat(offsets.getLast()).isEqualTo(offsets.size() - 1L).isLessThanOrEqualTo(end);
            }
        }
    }
}
