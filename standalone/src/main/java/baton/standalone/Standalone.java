package baton.standalone;

import baton.runtime.Boot;
import baton.runtime.Launch;
import baton.runtime.StartRefused;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Baton in one process: start it, use its ports, close it. The broker and the services start side by side.
public final class Standalone implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofMinutes(2);
    private static final int PASSWORD_LENGTH_MIN = 8;
    private static final int BROKER_WITHIN_SECONDS = 30;

    private final DataFolder data;
    private final CompletableFuture<EmbeddedBroker> broker;
    private final ApplicationContext context;
    private final Boot boot; // which answers while the context is being closed, too
    private final String bootstrapServers;
    private final String password;

    /// How to start.
    ///
    /// @param host             address to listen on, for HTTP and Kafka
    /// @param port             of HTTP; 0 for a free one
    /// @param kafkaPort        of the embedded broker; 0 for a free one
    /// @param partitions       at a first start; null for 4
    /// @param demo             true: a first start writes the demo's team, a later one goes on with whom the folder has; false: a first
    ///                         start writes one supervisor `admin`, and a folder that has the demo's team is refused
    /// @param bootstrapServers a cluster to use instead of an embedded broker, or null
    /// @param password         of the local accounts; null for the one that is kept in the folder
    /// @param more             further properties, which outrank all others
    public record Options(Path data, String host, int port, int kafkaPort, Integer partitions, boolean demo,
            String bootstrapServers, String password, Map<String, Object> more) {
        /// On free ports of the loopback, with a demo team.
        public static Options forTests(Path data) {
            return new Options(data, "localhost", 0, 0, null, true, null, null, Map.of());
        }

        /// With one more property.
        public Options with(String name, Object value) {
            Map<String, Object> properties = new HashMap<>(more);
            properties.put(name, value);
            return new Options(data, host, port, kafkaPort, partitions, demo, bootstrapServers, password, properties);
        }
    }

    private Standalone(DataFolder data, CompletableFuture<EmbeddedBroker> broker, ApplicationContext context, String bootstrapServers,
            String password) {
        this.data = data;
        this.broker = broker;
        this.context = context;
        this.boot = context.getBean(Boot.class);
        this.bootstrapServers = bootstrapServers;
        this.password = password;
    }

    /// Starts; returns when it is under way. [#awaitReady()] tells when it can be used. Throws [StartRefused] with what is in the way.
    public static Standalone start(Options options) {
        if (options.password() != null && options.password().length() < PASSWORD_LENGTH_MIN) {
            throw new StartRefused("BATON_DEMO_PASSWORD must have " + PASSWORD_LENGTH_MIN + " characters or more");
        }
        DataFolder.requireNotInUse(options.data()); // who starts the same twice has taken its ports too, which is not what to tell
        int port = free(options.host(), options.port(), "--port");
        boolean embedded = options.bootstrapServers() == null;
        int kafkaPort = embedded ? free(options.host(), options.kafkaPort(), "--kafka-port") : 0;
        DataFolder data = DataFolder.open(options.data(), options.partitions(), options.demo());
        CompletableFuture<EmbeddedBroker> broker = CompletableFuture.completedFuture(null);
        try {
            if (embedded) {
                broker = startBroker(data.path("kafka"), options.host(), kafkaPort);
            }
            String bootstrapServers = embedded
                    ? (isEverywhere(options.host()) ? "localhost" : options.host()) + ":" + kafkaPort
                    : options.bootstrapServers();
            String password = data.secret("password", options.password());

            Map<String, Object> properties = new HashMap<>();
            properties.put("micronaut.application.name", "baton");
            properties.put("micronaut.server.host", options.host());
            properties.put("micronaut.server.port", port);
            properties.put("baton.bootstrap-servers", bootstrapServers);
            properties.put("baton.partitions", data.partitions());
            properties.put("baton.state-dir", data.path("state").toString());
            properties.put("baton.jwt-secret", data.secret("signing-key", null));
            properties.put("baton.first-agents", data.demo() ? "demo" : "admin");
            properties.put("baton.accounts.password", password);
            properties.put("baton.accounts.agents", data.demo() ? "ana,ben,chloe,sam" : "admin");
            properties.put("baton.accounts.channels", "webchat");
            properties.put("micronaut.security.endpoints.login.enabled", true);
            if (embedded) {
                properties.put("baton.replicas", 1); // there is one broker; on a cluster BATON_REPLICAS counts
                properties.put("baton.instance-id", "standalone"); // the folder's lock makes it the only one
                properties.put("baton.standbys", 0); // which would be other instances'
            }
            properties.putAll(options.more());
            ApplicationContext context = Launch.start(properties, new String[0], "assignment-service", "inbox-projection",
                    "notification-service", "webchat-channel");
            var started = new Standalone(data, broker, context, bootstrapServers, password);
            try {
                data.announce(new DataFolder.Running(started.url(), data.demo() ? "sam" : "admin"));
            } catch (StartRefused e) {
                context.close();
                throw e;
            }
            return started;
        } catch (RuntimeException e) {
            try {
                closeBroker(broker);
            } finally {
                data.close();
            }
            throw e;
        }
    }

    private static CompletableFuture<EmbeddedBroker> startBroker(Path folder, String host, int port) {
        CompletableFuture<EmbeddedBroker> started = new CompletableFuture<>();
        Thread.ofPlatform().name("start-broker").start(() -> {
            try {
                started.complete(EmbeddedBroker.start(folder, host, port));
            } catch (Throwable e) {
                started.completeExceptionally(e);
            }
        });
        return started;
    }

    /// As [#awaitReady(Duration)], and throws [StartRefused] with the reasons if that takes longer than two minutes.
    public void awaitReady() throws InterruptedException {
        if (!awaitReady(READY_WITHIN)) {
            throw new StartRefused("not ready after " + READY_WITHIN.toSeconds() + " s: " + notReadyBecause());
        }
    }

    /// Why it cannot be used yet, by service; empty when it can.
    public Map<String, String> notReadyBecause() {
        return boot.notReadyBecause();
    }

    /// Whether the broker cannot start: then it has left threads that only the end of the process removes.
    boolean isBrokerBroken() {
        return broker.isCompletedExceptionally();
    }

    /// Waits until commands can be decided, views read and notifications sent; false if the time is over before. Throws [StartRefused]
    /// with the reason if it can never be.
    public boolean awaitReady(Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (true) {
            if (notReadyBecause().isEmpty()) {
                return true;
            }
            requireStartable();
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /// Throws [StartRefused] with the reason if it can never be ready.
    void requireStartable() {
        if (broker.isCompletedExceptionally()) {
            throw new StartRefused("the embedded broker cannot start: " + reason(broker));
        }
        boot.refusedBecause().ifPresent(reason -> {
            throw new StartRefused(reason);
        });
    }

    private static String reason(CompletableFuture<?> failed) {
        try {
            failed.join();
            return "";
        } catch (CompletionException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return root.toString();
        }
    }

    /// Where HTTP is served, without a slash at the end.
    public String url() {
        EmbeddedServer server = context.getBean(EmbeddedServer.class);
        return "http://" + (isEverywhere(server.getHost()) ? "localhost" : server.getHost()) + ":" + server.getPort();
    }

    /// Where Kafka clients of this machine connect.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /// The local accounts' password.
    public String password() {
        return password;
    }

    /// Whether the accounts are the demo's, or else one supervisor `admin` and the channel.
    public boolean demo() {
        return data.demo();
    }

    /// Whether the data folder has been made by this start.
    public boolean begins() {
        return data.begins();
    }

    /// Whether the process that had the data folder before this one was killed, or its machine was.
    public boolean wasKilled() {
        return data.wasKilled();
    }

    /// For tests that have to look inside.
    public ApplicationContext context() {
        return context;
    }

    private static boolean isEverywhere(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress();
        } catch (IOException _) {
            return false;
        }
    }

    /// The port, or a free one for 0; refuses one that is in use, and says with which flag to choose another.
    private static int free(String host, int port, String flag) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (port == 0) {
                return FreePort.on(address);
            }
            FreePort.requireFree(address, port);
            return port;
        } catch (BindException e) {
            throw new StartRefused("port " + port + " of " + host + " cannot be used (" + e.getMessage() + "): choose another with " + flag);
        } catch (IOException e) {
            throw new StartRefused("the address " + host + " cannot be used: " + e.getMessage());
        }
    }

    /// Stops the services, then the broker; everything acknowledged is kept. The folder is free afterwards, whatever went wrong.
    @Override
    public void close() {
        try {
            context.close();
        } finally {
            try {
                closeBroker(broker);
            } finally {
                data.close();
            }
        }
    }

    private static void closeBroker(CompletableFuture<EmbeddedBroker> starting) {
        try {
            EmbeddedBroker started = starting.get(BROKER_WITHIN_SECONDS, TimeUnit.SECONDS);
            if (started != null) {
                started.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException _) {
            // it never came up: there is nothing to close
        }
    }
}
