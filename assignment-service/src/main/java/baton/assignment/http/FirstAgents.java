package baton.assignment.http;

import baton.contract.Agent;
import baton.contract.Group;
import baton.contract.Role;
import baton.directory.AgentDirectory;
import baton.directory.DirectoryWriter;
import baton.runtime.Service;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Writes the first agents of a deployment that has none, so that somebody can sign in: the demo's team, or one supervisor. Where there
/// is any agent already, it does nothing, ever.
@Singleton
@Requires(property = "baton.first-agents", pattern = "demo|admin")
final class FirstAgents implements Service {

    private final String which;
    private final AgentDirectory directory;
    private final DirectoryWriter writer;
    private volatile boolean done;

    FirstAgents(@Value("${baton.first-agents}") String which, AgentDirectory directory, DirectoryWriter writer) {
        this.which = which;
        this.directory = directory;
        this.writer = writer;
    }

    @Override
    public String name() {
        return "first-agents";
    }

    @Override
    public void start() {
        if (directory.notReadyBecause().isPresent()) {
            throw new IllegalStateException("the agents are not known yet");
        }
        writer.change(changes -> {
            if (directory.agents().isEmpty()) {
                if (which.equals("demo")) {
                    writeDemo(changes);
                } else {
                    write(changes, "admin", "Admin", Role.SUPERVISOR);
                }
            }
            return null;
        });
        done = true;
    }

    private static void writeDemo(DirectoryWriter.Changes changes) {
        write(changes, "sam", "Sam", Role.SUPERVISOR);
        write(changes, "ana", "Ana", Role.AGENT);
        write(changes, "ben", "Ben", Role.AGENT);
        write(changes, "chloe", "Chloe", Role.AGENT);
        changes.put(new Group("sales", "Sales", List.of("ana", "ben")));
        changes.put(new Group("support", "Support", List.of("chloe")));
    }

    private static void write(DirectoryWriter.Changes changes, String id, String name, Role role) {
        changes.put(Agent.changed(null, id, name, role, true, Instant.now()));
    }

    @Override
    public Optional<String> notReadyBecause() {
        return done ? Optional.empty() : Optional.of("the first agents are not written yet");
    }

    @Override
    public void close() {
        // nothing is open
    }
}
