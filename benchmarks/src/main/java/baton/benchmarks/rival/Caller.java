package baton.benchmarks.rival;

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

/// The agent who makes a request: active, with the role that the directory gives her at this moment.
record Caller(Agents.Agent agent) {

    private static final String ATTRIBUTE = "caller";
    /// The role in a token that makes its bearer a channel.
    static final String CHANNEL_ROLE = "channel";
    /// The one path that channels may call.
    static final String CHANNEL_PATH = "/api/channel-messages";

    String id() {
        return agent.id();
    }

    /// Who may call what under `/api`: a channel may post messages and nothing else, an active agent everything else.
    @ServerFilter("/api/**")
    static final class Filter implements Ordered {
        private final Agents agents;

        Filter(Agents agents) {
            this.agents = agents;
        }

        @Override
        public int getOrder() {
            return ServerFilterPhase.SECURITY.after();
        }

        @RequestFilter
        void check(HttpRequest<?> request) {
            Authentication token = request.getUserPrincipal(Authentication.class).orElse(null);
            if (token == null) {
                return; // refused by the security rules
            }
            boolean channel = token.getRoles().contains(CHANNEL_ROLE);
            if (channel != request.getPath().equals(CHANNEL_PATH)) {
                throw Problem.forbidden(channel ? "A channel may only post to " + CHANNEL_PATH + "." : "Only a channel may post messages of visitors.")
                        .asException();
            }
            if (!channel) {
                if (agents.notReadyBecause().isPresent()) {
                    throw Problem.unavailable("The agents are not known yet.").asException();
                }
                Agents.Agent agent = agents.agent(token.getName()).orElseThrow(() -> Problem.forbidden("There is no agent " + token.getName() + ".").asException());
                if (!agent.active()) {
                    throw Problem.forbidden("The agent " + agent.id() + " is deactivated.").asException();
                }
                request.setAttribute(ATTRIBUTE, new Caller(agent));
            }
        }
    }

    /// Gives an endpoint its caller.
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
