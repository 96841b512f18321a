package baton.benchmarks.axon;

import baton.benchmarks.rival.PublicLog;
import baton.contract.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/// Puts events on Kafka. A batch is sent as it is read, and its token stored when all of it is acknowledged: in order, because one thread
/// sends; at least once, because a crash between the acknowledgement and the commit sends again, which readers recognise by the version.
@ProcessingGroup(KafkaPublisher.NAME)
final class KafkaPublisher {

    /// Of the processor and its token.
    static final String NAME = "publisher";

    private final PublicLog log;
    private final EventStore events;

    KafkaPublisher(PublicLog log, EventStore events) {
        this.log = log;
        this.events = events;
    }

    @EventHandler
    void on(Event event, UnitOfWork<?> batch) {
        List<Future<RecordMetadata>> sent = batch.getOrComputeResource(NAME, _ -> {
            List<Future<RecordMetadata>> unacknowledged = new ArrayList<>();
            batch.onPrepareCommit(_ -> await(unacknowledged));
            return unacknowledged;
        });
        sent.add(log.send(event));
        if (event instanceof Event.ReplySent reply) {
            var opened = (Event.ConversationOpened) events.readEvents(event.conversationId(), 0).next().getPayload();
            sent.add(log.send(reply, opened.channel(), opened.visitor().id()));
        }
    }

    private static void await(List<Future<RecordMetadata>> sent) {
        try {
            PublicLog.await(sent);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("events could not be published", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("ended before events were published", e);
        }
    }
}
