package baton.assignment.http;

import baton.assignment.stream.AssignmentService;
import baton.contract.Agent;
import baton.contract.Group;
import baton.contract.Role;
import baton.directory.AgentDirectory;
import baton.runtime.Service;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Writes the first agents of a deployment that has none, so that somebody can sign in: the demo's team, or one supervisor. Where there
/// is any agent already, it does nothing, ever.
@Singleton
@Requires(property = "baton.first-agents", pattern = "demo|admin")
final class FirstAgents implements Service {

    private static final long WRITTEN_WITHIN_SECONDS = 10;

    private final String which;
    private final AgentDirectory directory;
    private final AssignmentService service;
    private boolean begun;
    private volatile boolean done;

    FirstAgents(@Value("${baton.first-agents}") String which, AgentDirectory directory, AssignmentService service) {
        this.which = which;
        this.directory = directory;
        this.service = service;
    }

    @Override
    public String name() {
        return "first-agents";
    }

    @Override
    public void start() throws Exception {
        if (directory.notReadyBecause().isPresent()) {
            throw new IllegalStateException("the agents are not known yet");
        }
        if (begun || directory.agents().isEmpty()) {
            begun = true; // what could not be written whole is written again
            if (which.equals("demo")) {
                writeDemo();
            } else {
                write("admin", "Admin", Role.SUPERVISOR);
            }
        }
        done = true;
    }

    private void writeDemo() throws Exception {
        // Groups first: were this interrupted, the agents would still be missing, and the next start would write all again. Then the
        // supervisor: were it interrupted after her, she could make the others, and without her nobody could.
        write(new Group("sales", "Sales", List.of("ana", "ben")));
        write(new Group("support", "Support", List.of("chloe")));
        write("sam", "Sam", Role.SUPERVISOR);
        write("ana", "Ana", Role.AGENT);
        write("ben", "Ben", Role.AGENT);
        write("chloe", "Chloe", Role.AGENT);
    }

    private void write(String id, String name, Role role) throws Exception {
        directory.put(service.producer(), Agent.changed(null, id, name, role, true, Instant.now()))
                .get(WRITTEN_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    private void write(Group group) throws Exception {
        directory.put(service.producer(), group).get(WRITTEN_WITHIN_SECONDS, TimeUnit.SECONDS);
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
