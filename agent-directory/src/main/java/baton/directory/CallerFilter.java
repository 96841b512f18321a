package baton.directory;

import baton.runtime.Problem;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.order.Ordered;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import io.micronaut.http.filter.ServerFilterPhase;
import io.micronaut.security.authentication.Authentication;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Who may call what under `/api`, decided at each request from the agents as they are now: a channel may post messages and
/// nothing else; an active agent may call everything else. That there is a valid token was checked before.
@ServerFilter("/api/**")
public final class CallerFilter implements Ordered {

    /// The role in a token that makes its bearer a channel.
    public static final String CHANNEL_ROLE = "channel";
    /// The one path that channels may call.
    public static final String CHANNEL_PATH = "/api/channel-messages";

    private static final String ATTRIBUTE = "baton.caller";

    private final AgentDirectory directory;

    CallerFilter(AgentDirectory directory) {
        this.directory = directory;
    }

    @Override
    public int getOrder() {
        return ServerFilterPhase.SECURITY.after();
    }

    /// Lets the request pass or refuses it.
    @RequestFilter
    public void check(HttpRequest<?> request) {
        Authentication authentication = request.getUserPrincipal(Authentication.class).orElse(null);
        if (authentication == null) {
            return; // a path without a token is refused by the security rules, not here
        }
        boolean channel = authentication.getRoles().contains(CHANNEL_ROLE);
        boolean channelPath = isChannelPath(request.getPath());
        if (channel && !channelPath) {
            throw Problem.forbidden("A channel may only post to " + CHANNEL_PATH + ".").asException();
        }
        if (!channel && channelPath) {
            throw Problem.forbidden("Only a channel may post messages of visitors.").asException();
        }
        if (!channel) {
            request.setAttribute(ATTRIBUTE, Caller.of(authentication, directory));
        }
    }

    /// With slashes at the end too: the router takes such a path for the same endpoint.
    static boolean isChannelPath(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end).equals(CHANNEL_PATH);
    }

    /// Gives an endpoint its [Caller].
    @Singleton
    static final class Binder implements TypedRequestArgumentBinder<Caller> {
        @Override
        public Argument<Caller> argumentType() {
            return Argument.of(Caller.class);
        }

        @Override
        public BindingResult<Caller> bind(ArgumentConversionContext<Caller> context, HttpRequest<?> source) {
            Optional<Caller> caller = source.getAttribute(ATTRIBUTE, Caller.class);
            return () -> caller;
        }
    }
}
