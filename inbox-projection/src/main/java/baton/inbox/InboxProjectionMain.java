package baton.inbox;

import baton.runtime.Launch;
import baton.runtime.SessionCookie;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeIn;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;

/// Starts inbox-projection as a process of its own.
@OpenAPIDefinition(info = @Info(title = "inbox-projection", version = "1",
        description = "Folds events into the inbox. Errors are application/problem+json (RFC 9457).",
        license = @License(name = "Apache-2.0")),
        security = {@SecurityRequirement(name = "bearer"), @SecurityRequirement(name = "session")})
@SecurityScheme(name = "bearer", type = SecuritySchemeType.HTTP, scheme = "bearer", bearerFormat = "JWT")
@SecurityScheme(name = "session", type = SecuritySchemeType.APIKEY, in = SecuritySchemeIn.COOKIE, paramName = SessionCookie.NAME,
        description = "From POST /session of assignment-service; what changes something must come from this origin. Over https its name is "
                + SessionCookie.SECURE_NAME)
public final class InboxProjectionMain {

    private InboxProjectionMain() {
    }

    public static void main(String[] args) {
        Launch.andStay("inbox-projection", args);
    }
}
