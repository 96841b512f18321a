package baton.inbox;

import baton.runtime.Launch;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;

/// Starts inbox-projection as a process of its own.
@OpenAPIDefinition(info = @Info(title = "inbox-projection", version = "1",
        description = "Folds events into the inbox. Errors are application/problem+json (RFC 9457).",
        license = @License(name = "Apache-2.0")))
public final class InboxProjectionMain {

    private InboxProjectionMain() {
    }

    public static void main(String[] args) {
        Launch.andStay("inbox-projection", args);
    }
}
