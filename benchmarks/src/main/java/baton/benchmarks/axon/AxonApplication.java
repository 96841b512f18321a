package baton.benchmarks.axon;

import baton.benchmarks.rival.Database;
import baton.benchmarks.rival.PublicLog;
import baton.contract.Json;
import baton.runtime.Service;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.axonframework.commandhandling.gateway.IntervalRetryScheduler;
import org.axonframework.common.transaction.TransactionManager;
import org.axonframework.config.AggregateConfigurer;
import org.axonframework.config.Configuration;
import org.axonframework.config.Configurer;
import org.axonframework.config.DefaultConfigurer;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackingEventProcessorConfiguration;
import org.axonframework.eventhandling.tokenstore.jdbc.JdbcTokenStore;
import org.axonframework.eventhandling.tokenstore.jdbc.PostgresTokenTableFactory;
import org.axonframework.eventsourcing.AggregateSnapshotter;
import org.axonframework.eventsourcing.EventCountSnapshotTriggerDefinition;
import org.axonframework.eventsourcing.Snapshotter;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.eventsourcing.eventstore.jdbc.JdbcEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jdbc.PostgresEventTableFactory;
import org.axonframework.eventsourcing.eventstore.jpa.SQLStateResolver;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.serialization.json.JacksonSerializer;

/// Axon Framework, set up: event store, tokens, processors, the aggregate with its cache and snapshots.
///
/// For one instance: a conversation that is in memory is taken for what it is. More of them would need Axon's distributed command bus, by which
/// each conversation has its place; a cache without it would refuse by what was so once.
@Singleton
final class AxonApplication implements Service {

    /// In memory: some 10 kB each, most of it the answers that are remembered.
    private static final int CONVERSATIONS_CACHED_MAX = 4_096;
    private static final int SNAPSHOT_EVERY_EVENTS = 100;
    /// Of a processor: what one transaction and one wait for Kafka are shared by.
    private static final int BATCH_EVENTS_MAX = 500;
    private static final int RETRIES_MAX = 5;
    private static final int RETRY_AFTER_MILLIS = 10;

    private final Database database;
    private final Transactions transactions;
    private final PublicLog log;
    private final ScheduledExecutorService background = Executors.newScheduledThreadPool(2, Thread.ofPlatform().daemon().name("axon-", 0).factory());
    private volatile Configuration configuration;
    private volatile boolean started;

    AxonApplication(Database database, Transactions transactions, PublicLog log) {
        this.database = database;
        this.transactions = transactions;
        this.log = log;
    }

    /// Takes commands; known once this is ready.
    CommandGateway commands() {
        return configuration.commandGateway();
    }

    /// What has happened.
    EventStore events() {
        return configuration.eventStore();
    }

    @Override
    public String name() {
        return "axon";
    }

    @Override
    public void start() throws Exception {
        if (database.notReadyBecause().isPresent()) {
            throw new IllegalStateException("the tables are not there yet");
        }
        end();
        log.open();
        var serializer = JacksonSerializer.builder().objectMapper(Json.MAPPER.copy()).build();
        var engine = JdbcEventStorageEngine.builder().connectionProvider(transactions).transactionManager(transactions).eventSerializer(serializer)
                .snapshotSerializer(serializer).persistenceExceptionResolver(new SQLStateResolver(Database.UNIQUE_VIOLATION)).build();
        engine.createSchema(PostgresEventTableFactory.INSTANCE);
        var tokens = JdbcTokenStore.builder().connectionProvider(transactions).serializer(serializer).build();
        tokens.createSchema(PostgresTokenTableFactory.INSTANCE);
        // Not what the class path offers: among that is a look for newer versions, over the network.
        Configurer configurer = DefaultConfigurer.defaultConfiguration(false)
                .configureSerializer(_ -> serializer)
                .registerComponent(TransactionManager.class, _ -> transactions)
                .configureEmbeddedEventStore(_ -> engine)
                .registerComponent(CommandGateway.class, this::gateway)
                .registerComponent(Snapshotter.class, this::snapshotter)
                .configureAggregate(aggregate());
        // Tracking, not pooled, processors: each follows the event store's tail on a thread of its own and wakes with it; a pooled one looks every
        // tenth of a second. One segment each: a batch is one write, and two threads would wait for each other at the counters.
        configurer.eventProcessing().registerTokenStore(_ -> tokens)
                .usingTrackingEventProcessors()
                .registerTrackingEventProcessorConfiguration(_ -> TrackingEventProcessorConfiguration.forSingleThreadedProcessing().andBatchSize(BATCH_EVENTS_MAX))
                .registerDefaultListenerInvocationErrorHandler(_ -> PropagatingErrorHandler.instance())
                .registerEventHandler(built -> new KafkaPublisher(log, built.eventStore()))
                .registerEventHandler(_ -> new InboxProjection(transactions));
        configuration = configurer.buildConfiguration();
        configuration.start();
        started = true;
    }

    private static AggregateConfigurer<Conversation> aggregate() {
        return AggregateConfigurer.defaultConfiguration(Conversation.class)
                .configureCache(_ -> new RecentConversations(CONVERSATIONS_CACHED_MAX))
                .configureSnapshotTrigger(built -> new EventCountSnapshotTriggerDefinition(built.snapshotter(), SNAPSHOT_EVERY_EVENTS));
    }

    /// Another instance has appended to the same conversation, as one that is just being replaced might: the command is decided again, on what is so now.
    private CommandGateway gateway(Configuration built) {
        return DefaultCommandGateway.builder().commandBus(built.commandBus())
                .retryScheduler(IntervalRetryScheduler.builder().retryExecutor(background).retryInterval(RETRY_AFTER_MILLIS).maxRetryCount(RETRIES_MAX)
                        .nonTransientFailurePredicate(failure -> !(failure instanceof ConcurrencyException)).build())
                .build();
    }

    /// In the background: no command waits for a snapshot.
    private Snapshotter snapshotter(Configuration built) {
        return AggregateSnapshotter.builder().eventStore(built.eventStore()).executor(background).transactionManager(transactions)
                .aggregateFactories(built.aggregateFactory(Conversation.class)).repositoryProvider(built::repository)
                .parameterResolverFactory(built.parameterResolverFactory()).handlerDefinition(built.handlerDefinition(Conversation.class)).build();
    }

    @Override
    public Optional<String> notReadyBecause() {
        return started ? Optional.empty() : Optional.of("the event store is not open yet");
    }

    private void end() {
        started = false;
        Configuration open = configuration;
        if (open != null) {
            open.shutdown();
        }
    }

    @Override
    public void close() {
        end();
        background.shutdownNow();
        log.close();
    }
}
