package baton.runtime;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the process's services side by side as soon as there is a context, and closes them with it.
@Singleton
public final class Boot implements ApplicationEventListener<StartupEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(Boot.class);
    private static final long RETRY_MILLIS_MAX = 2_000;

    private final List<Service> services;
    private final RuntimeSettings settings;
    private final Map<Service, Starting> starting = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<String> refusal = new CompletableFuture<>();

    private record Starting(boolean done, String failure, boolean refused) {
    }

    Boot(List<Service> services, RuntimeSettings settings) {
        this.services = List.copyOf(services);
        this.settings = settings;
    }

    @Override
    public void onApplicationEvent(StartupEvent event) {
        services.forEach(service -> Thread.ofVirtual().name("start-" + service.name()).start(() -> start(service)));
    }

    /// Why this process is not ready, by service; empty when all are.
    public Map<String, String> notReadyBecause() {
        Map<String, String> reasons = new java.util.TreeMap<>();
        services.forEach(service -> notReadyBecause(service).ifPresent(reason -> reasons.put(service.name(), reason)));
        return reasons;
    }

    /// The names of the services of this process.
    public List<String> serviceNames() {
        return services.stream().map(Service::name).sorted().toList();
    }

    /// Whether a service can never become ready without somebody changing something, and why.
    public Optional<String> refusedBecause() {
        return starting.values().stream().filter(Starting::refused).map(Starting::failure).findFirst();
    }

    /// Waits, for ever if need be, until a service can never become ready without somebody changing something; returns its name and why.
    public String awaitRefusal() throws InterruptedException {
        try {
            return refusal.get();
        } catch (ExecutionException e) {
            throw new AssertionError("nothing fails this future", e);
        }
    }

    private Optional<String> notReadyBecause(Service service) {
        Starting state = starting.get(service);
        if (state == null) {
            return Optional.of("not started");
        }
        return state.done() ? service.notReadyBecause() : Optional.ofNullable(state.failure()).or(() -> Optional.of("starting"));
    }

    private void start(Service service) {
        long began = System.nanoTime();
        long pauseMillis = 50;
        boolean said = false;
        while (closing.getCount() > 0) {
            try {
                service.start();
                starting.put(service, new Starting(true, null, false));
                LOG.info("{} started after {} ms", service.name(), Duration.ofNanos(System.nanoTime() - began).toMillis());
                return;
            } catch (StartRefused e) {
                LOG.error("{} refuses to start: {}", service.name(), e.getMessage());
                starting.put(service, new Starting(false, e.getMessage(), true));
                refusal.complete(service.name() + ": " + e.getMessage());
                return;
            } catch (Exception | Error e) {
                starting.put(service, new Starting(false, "cannot start yet: " + Outage.reason(e), false));
                LOG.debug("{} cannot start yet", service.name(), e);
                if (!said && System.nanoTime() - began > settings.startWithin().toNanos()) {
                    said = true;
                    LOG.warn("{} cannot start yet and goes on trying, with the brokers at {}: {}", service.name(), settings.bootstrapServers(),
                            Outage.reason(e), Outage.trace(e));
                }
            }
            try {
                if (closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            pauseMillis = Math.min(RETRY_MILLIS_MAX, pauseMillis * 2);
        }
    }

    @PreDestroy
    void close() {
        closing.countDown();
        List<Thread> closers = services.stream()
                .map(service -> Thread.ofPlatform().name("close-" + service.name()).start(() -> {
                    try {
                        service.close();
                    } catch (RuntimeException e) {
                        LOG.warn("{} did not close cleanly", service.name(), e);
                    }
                }))
                .toList();
        for (Thread closer : closers) {
            try {
                closer.join(Duration.ofSeconds(20));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
