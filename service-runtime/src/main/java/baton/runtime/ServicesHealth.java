package baton.runtime;

import io.micronaut.health.HealthStatus;
import io.micronaut.management.health.indicator.HealthIndicator;
import io.micronaut.management.health.indicator.HealthResult;
import io.micronaut.management.health.indicator.annotation.Readiness;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/// UP when every service of the process can do its work, and otherwise DOWN with each one's reason.
@Singleton
@Readiness
public final class ServicesHealth implements HealthIndicator {

    private final Boot boot;

    ServicesHealth(Boot boot) {
        this.boot = boot;
    }

    @Override
    public Publisher<HealthResult> getResult() {
        return Mono.fromSupplier(() -> {
            Map<String, String> reasons = boot.notReadyBecause();
            Map<String, String> details = new LinkedHashMap<>();
            boot.serviceNames().forEach(name -> details.put(name, reasons.getOrDefault(name, "ready")));
            return HealthResult.builder("services", reasons.isEmpty() ? HealthStatus.UP : HealthStatus.DOWN)
                    .details(details)
                    .build();
        });
    }
}
