package baton.benchmarks.rival;

import baton.contract.Ownership;
import baton.contract.Role;
import io.micronaut.context.annotation.Value;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/// Who is calling; and the floor that any Micronaut service stands on: a constant, on the event loop, to anybody.
@Controller
class MeController {

    private final Ownership ownership;

    MeController(@Value("${baton.ownership}") Ownership ownership) {
        this.ownership = ownership;
    }

    /// An agent, to herself.
    @Introspected
    record Me(String id, String name, Role role, Ownership ownership) {
    }

    @Get("/api/me")
    Me me(Caller caller) {
        return new Me(caller.id(), caller.agent().name(), caller.agent().supervisor() ? Role.SUPERVISOR : Role.AGENT, ownership);
    }

    @Get("/constant")
    String constant() {
        return "{\"answer\":42}";
    }
}
