package baton.assignment;

import baton.runtime.Launch;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;

/// Starts assignment-service as a process of its own.
@OpenAPIDefinition(info = @Info(title = "assignment-service", version = "1",
        description = "Turns commands into events. Errors are application/problem+json (RFC 9457).",
        license = @License(name = "Apache-2.0")))
public final class AssignmentServiceMain {

    private AssignmentServiceMain() {
    }

    public static void main(String[] args) {
        Launch.andStay("assignment-service", args);
    }
}
