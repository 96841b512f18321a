package baton.webchat;

import baton.runtime.Launch;
import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;

/// Starts webchat-channel as a process of its own.
@OpenAPIDefinition(info = @Info(title = "webchat-channel", version = "1",
        description = "A chat for visitors. Errors are application/problem+json (RFC 9457).",
        license = @License(name = "Apache-2.0")))
public final class WebchatChannelMain {

    private WebchatChannelMain() {
    }

    public static void main(String[] args) {
        Launch.andStay("webchat-channel", args);
    }
}
