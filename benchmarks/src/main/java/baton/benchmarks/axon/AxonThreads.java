package baton.benchmarks.axon;

import baton.benchmarks.rival.EventRow;
import baton.benchmarks.rival.Threads;
import baton.contract.Event;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/// Reads threads from the event store, which has them already; all of a conversation, whatever part is shown.
@Singleton
final class AxonThreads implements Threads {

    private final AxonApplication axon;

    AxonThreads(AxonApplication axon) {
        this.axon = axon;
    }

    @Override
    public List<EventRow> newest(String conversationId, long before, int limit) {
        List<EventRow> shown = axon.events().readEvents(conversationId, 0).asStream()
                .flatMap(message -> message.getPayload() instanceof Event event ? Stream.of(event) : Stream.empty())
                .filter(event -> !(event instanceof Event.ConversationOpened) && event.version() < before)
                .map(EventRow::of).toList();
        return shown.subList(Math.max(0, shown.size() - limit), shown.size());
    }
}
