package baton.processes;

import static baton.processes.ServiceKind.ASSIGNMENT_SERVICE;

import baton.standalone.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A cluster of brokers and instances of services, each a process, as an operator would run them on several machines: instances are named,
/// know each other's addresses, and keep their folder and their port over restarts. Closing ends all of it.
///
/// ```java
/// try (var deployment = Deployment.start(3)) {
///     var first = deployment.add(ASSIGNMENT_SERVICE).start();
///     var second = deployment.add(ASSIGNMENT_SERVICE).start();
///     deployment.awaitReady();
///     first.kill();
/// }
/// ```
public final class Deployment implements AutoCloseable {

    /// Signs tokens.
    public static final String SECRET = "a-secret-for-tests-of-32-bytes-or-more";
    /// Of the demo accounts.
    public static final String PASSWORD = "a-password-for-tests";

    private final Path folder;
    private final Cluster cluster;
    private final Map<String, String> environment;
    private final List<Disk> disks = new ArrayList<>();
    private final Map<String, ServiceProcess> services = new LinkedHashMap<>();

    /// With so many brokers, which are there when this returns, and no service yet.
    public static Deployment start(int brokers) throws IOException {
        return start(brokers, Map.of(), Map.of());
    }

    /// @param brokerSettings what every broker is told beside [Cluster]'s own
    /// @param environment    what every service is told beside what it needs
    public static Deployment start(int brokers, Map<String, String> brokerSettings, Map<String, String> environment) throws IOException {
        Path folder = Files.createTempDirectory("baton-deployment");
        return new Deployment(folder, Cluster.start(folder, brokers, brokerSettings), environment);
    }

    private Deployment(Path folder, Cluster cluster, Map<String, String> environment) {
        this.folder = folder;
        this.cluster = cluster;
        this.environment = Map.copyOf(environment);
        try {
            cluster.awaitBrokers();
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /// The brokers.
    public Cluster cluster() {
        return cluster;
    }

    /// One more instance of a service; not started yet.
    public ServiceProcess add(ServiceKind kind) {
        return add(kind, Map.of());
    }

    /// @param more what this one is told beside what all are told; outranks that
    public synchronized ServiceProcess add(ServiceKind kind, Map<String, String> more) {
        String name = kind.moduleName() + "-" + (instances(kind).size() + 1);
        int port;
        try {
            port = FreePort.local();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Path state = folder.resolve(name);
        Map<String, String> variables = new HashMap<>(Map.of(
                "BATON_BOOTSTRAP_SERVERS", cluster.bootstrapServers(),
                "BATON_REPLICAS", String.valueOf(cluster.size()),
                "BATON_PORT", String.valueOf(port),
                "BATON_ADVERTISED_URL", "http://localhost:" + port,
                "BATON_INSTANCE_ID", name,
                "BATON_STATE_DIR", state.toString(),
                "BATON_JWT_SECRET", SECRET));
        if (kind == ASSIGNMENT_SERVICE) {
            variables.putAll(Map.of("BATON_DEMO", "true", "BATON_DEMO_PASSWORD", PASSWORD));
        }
        variables.putAll(environment);
        variables.putAll(more);
        ServiceProcess service = new ServiceProcess(kind, name, port, folder, Path.of(variables.get("BATON_STATE_DIR")), variables);
        services.put(name, service);
        return service;
    }

    /// All instances of a service, started or not, oldest first.
    public synchronized List<ServiceProcess> instances(ServiceKind kind) {
        return services.values().stream().filter(service -> service.kind() == kind).toList();
    }

    /// All instances of all services, started or not.
    public synchronized List<ServiceProcess> services() {
        return List.copyOf(services.values());
    }

    /// Puts a small disk under a folder that nobody uses at this moment, for as long as this deployment lasts.
    public synchronized Disk disk(Path under, int megabytes) throws IOException {
        Disk disk = Disk.under(under, megabytes);
        disks.add(disk);
        return disk;
    }

    /// Waits until all that run are ready.
    public Deployment awaitReady() {
        services().stream().filter(ServiceProcess::alive).forEach(ServiceProcess::awaitReady);
        return this;
    }

    /// Where everything is: logs, stores, what they say.
    public Path folder() {
        return folder;
    }

    /// What all of them have said, for a failure's message.
    public String output() {
        return services().stream().map(service -> "---- " + service.name() + " ----\n" + service.output()).collect(Collectors.joining("\n"))
                + "\n" + cluster.output();
    }

    /// Copies what all of them have said to another folder, for somebody who wants to know.
    public void keepOutput(Path where) throws IOException {
        Files.createDirectories(where);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(one -> one.toString().endsWith(".log")).toList()) {
                Files.copy(file, where.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /// Ends everything and deletes the folder.
    @Override
    public void close() {
        services().forEach(ServiceProcess::close);
        cluster.close();
        disks.forEach(Disk::close);
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException _) {
            // somebody has deleted it, or still writes; it is in the folder for what is temporary
        }
    }
}
