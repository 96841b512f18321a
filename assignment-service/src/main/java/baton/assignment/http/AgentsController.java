package baton.assignment.http;

import baton.assignment.stream.AssignmentSettings;
import baton.contract.Agent;
import baton.contract.Group;
import baton.contract.Ids;
import baton.contract.InvalidField;
import baton.contract.Limits;
import baton.contract.Ownership;
import baton.contract.Role;
import baton.directory.AgentDirectory;
import baton.directory.Caller;
import baton.directory.DirectoryWriter;
import baton.runtime.Problem;
import io.micronaut.core.annotation.Introspected;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;

/// Agents and groups: who they are, and changing them (supervisors). A change is answered when this instance sees it.
@Controller("/api")
@Tag(name = "agents and groups")
public final class AgentsController {

    private final AssignmentSettings settings;
    private final AgentDirectory directory;
    private final DirectoryWriter writer;

    AgentsController(AssignmentSettings settings, AgentDirectory directory, DirectoryWriter writer) {
        this.settings = settings;
        this.directory = directory;
        this.writer = writer;
    }

    /// An agent, as others see her.
    @Introspected
    public record AgentView(String id, String name, Role role, boolean active) {
        static AgentView of(Agent agent) {
            return new AgentView(agent.id(), agent.name(), agent.role(), agent.active());
        }
    }

    /// What a supervisor says of an agent.
    @Introspected
    public record AgentChange(String name, Role role, Boolean active) {
    }

    /// What a supervisor says of a group.
    @Introspected
    public record GroupChange(String name, List<String> members) {
    }

    /// A list; an object, so that it can grow.
    @Introspected
    public record Items<T>(List<T> items) {
    }

    /// The caller, and the rule of ownership in force.
    ///
    /// @param expiresAt when her token or session ends; null if it has no end
    @Introspected
    public record Me(String id, String name, Role role, Ownership ownership, @Nullable Instant expiresAt) {
    }

    /// Who the caller is.
    @Get("/me")
    @Operation(summary = "The calling agent and the deployment's rule of ownership")
    public Me me(@Parameter(hidden = true) Caller caller) {
        return new Me(caller.id(), caller.agent().name(), caller.agent().role(), settings.ownership(), caller.expiresAt());
    }

    /// All agents, deactivated ones too.
    @Get("/agents")
    @Operation(summary = "All agents")
    public Items<AgentView> agents(@Parameter(hidden = true) Caller caller) {
        return new Items<>(directory.agents().stream().map(AgentView::of).toList());
    }

    /// Makes or changes an agent. One at a time in the deployment: the change starts from how she was.
    @Put("/agents/{id}")
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Create or change an agent (supervisors)")
    public AgentView putAgent(@PathVariable String id, @Body AgentChange change, @Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        if (change.active() == null) {
            throw new InvalidField("active", "is missing");
        }
        return writer.change(changes -> {
            Agent before = directory.agent(id).orElse(null);
            if (before == null) {
                requireRoom(directory.agents().size(), Limits.AGENTS_MAX, "agents (deactivated ones count)");
            }
            Agent agent = Agent.changed(before, id, change.name(), change.role(), change.active(), Instant.now());
            boolean supervisorLeft = agent.active() && agent.supervisor()
                    || directory.agents().stream().anyMatch(other -> !other.id().equals(id) && other.active() && other.supervisor());
            if (!supervisorLeft) {
                throw new InvalidField(change.active() ? "role" : "active", "would leave no active supervisor");
            }
            changes.put(agent);
            return AgentView.of(agent);
        });
    }

    /// All groups.
    @Get("/groups")
    @Operation(summary = "All groups")
    public Items<Group> groups(@Parameter(hidden = true) Caller caller) {
        return new Items<>(directory.groups());
    }

    /// Makes or changes a group.
    @Put("/groups/{id}")
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Create or change a group (supervisors)")
    public Group putGroup(@PathVariable String id, @Body GroupChange change, @Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        Group group = new Group(id, change.name(), change.members());
        return writer.change(changes -> {
            if (directory.group(id).isEmpty()) {
                requireRoom(directory.groups().size(), Limits.GROUPS_MAX, "groups");
            }
            for (String member : group.members()) {
                if (directory.agent(member).isEmpty()) {
                    throw Problem.notFound("agent", member).with("field", "members").asException();
                }
            }
            changes.put(group);
            return group;
        });
    }

    private static void requireRoom(int present, int max, String what) {
        if (present >= max) {
            throw new InvalidField("id", "would be a new one, and there are " + max + " " + what + " already");
        }
    }

    /// Removes a group; its members stay.
    @Delete("/groups/{id}")
    @ExecuteOn(TaskExecutors.BLOCKING)
    @Operation(summary = "Remove a group (supervisors)")
    public HttpResponse<Void> deleteGroup(@PathVariable String id, @Parameter(hidden = true) Caller caller) {
        caller.requireSupervisor();
        Ids.require(id, "id");
        return writer.change(changes -> {
            if (directory.group(id).isEmpty()) {
                throw Problem.notFound("group", id).asException();
            }
            changes.removeGroup(id);
            return HttpResponse.noContent();
        });
    }
}
