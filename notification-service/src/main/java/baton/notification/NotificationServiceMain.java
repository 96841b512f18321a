package baton.notification;

import baton.runtime.Launch;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;

/// Starts notification-service as a process of its own.
@OpenAPIDefinition(info = @Info(title = "notification-service", version = "1",
        description = "Tells agents what happens. Errors are application/problem+json (RFC 9457).",
        license = @License(name = "Apache-2.0")))
public final class NotificationServiceMain {

    private NotificationServiceMain() {
    }

    public static void main(String[] args) {
        Launch.andStay("notification-service", args);
    }
}
