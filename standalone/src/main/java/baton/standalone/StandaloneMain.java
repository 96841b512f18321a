package baton.standalone;

import baton.runtime.RuntimeSettings;
import baton.runtime.StartRefused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Exit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./baton`: reads the flags, starts [Standalone], says where to look, and stops cleanly.
@Command(name = "./baton", sortOptions = false, usageHelpAutoWidth = true, mixinStandardHelpOptions = false,
        synopsisSubcommandLabel = "[COMMAND]", subcommands = RebuildCommand.class, versionProvider = StandaloneMain.Version.class,
        description = {"Runs Baton in one process: an embedded Kafka broker and all services.", ""},
        footer = {"", "Everything is kept in the data folder and is there again at the next start. Ctrl-C stops cleanly.",
            "BATON_DEMO_PASSWORD sets the password of the accounts, which the data folder keeps; without it a random one is made at first start.",
            "BATON_JAVA_OPTIONS are further options for Java, such as -Xmx1g; docs/OPERATING.md has all other settings.",
            "./baton bench measures Baton against what people would pick instead, see docs/PERFORMANCE.md."})
public final class StandaloneMain implements Callable<Integer> {

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8080", description = "HTTP port (default: ${DEFAULT-VALUE}; 0: any free one)")
    private int port;

    @Option(names = "--kafka-port", paramLabel = "PORT", defaultValue = "9092", description = "Kafka port (default: ${DEFAULT-VALUE}; 0: any free one)")
    private int kafkaPort;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "localhost",
            description = "Address to listen on (default: ${DEFAULT-VALUE}, so this machine only)")
    private String host;

    @Option(names = "--data", paramLabel = "FOLDER", defaultValue = DATA_DEFAULT, description = "Data folder (default: ./${DEFAULT-VALUE})")
    private Path data;

    @Option(names = "--partitions", paramLabel = "N", description = "Partitions, at the first start only (default: 4; at most "
            + RuntimeSettings.PARTITIONS_MAX + "); never changed afterwards")
    private Integer partitions;

    @Option(names = "--no-demo", description = "No demo team: one supervisor, admin, and the channel webchat; at the first start only")
    private boolean noDemo;

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT",
            description = "Use this Kafka cluster, of three brokers or more, and start none; for fewer, set BATON_REPLICAS")
    private String bootstrapServers;

    @Option(names = "--visitors", paramLabel = "N", defaultValue = "0",
            description = {"Let N simulated visitors talk through the web chat, 0 to " + Visitors.COUNT_MAX + " (default: ${DEFAULT-VALUE}).",
                "Each waits until she is answered or gives up, and begins at most " + Visitors.CONVERSATIONS_EACH_MAX + " conversations per start"})
    private int visitors;

    @Option(names = "--rehearse", hidden = true, description = "Start, use everything once, stop: what a start cache is made from")
    private boolean rehearse;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Show the version and exit")
    private boolean version;

    static final String DATA_DEFAULT = "data";
    static final String BOOTSTRAP_SERVERS_WRONG = "--bootstrap-servers must be HOST:PORT, or several with commas between them, it is ";

    private static final String PARTITIONS_VARIABLE = "BATON_PARTITIONS";

    private static final int PORT_MAX = 65_535;
    private static final Duration SAY_EVERY = Duration.ofMinutes(2);

    /// The same visitors at every start.
    private static final long VISITORS_SEED = 1;

    private final Map<String, String> environment;
    private volatile boolean refused;
    private volatile boolean stopping;
    private volatile Visitors simulated;

    private StandaloneMain(Map<String, String> environment) {
        this.environment = environment;
    }

    /// As Maven has written it into the jar; a build that was never packaged has none.
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            Properties built = new Properties();
            try (InputStream written = StandaloneMain.class.getResourceAsStream("/META-INF/maven/baton/standalone/pom.properties")) {
                if (written != null) {
                    built.load(written);
                }
            }
            return new String[] {"Baton " + built.getProperty("version", "(not packaged)") + ", Kafka " + AppInfoParser.getVersion() + ", Java "
                    + Runtime.version()};
        }
    }

    public static void main(String[] args) {
        // A broker that has lost its disk ends the process: somebody has to be told in words of this program's.
        Exit.setHaltProcedure((status, _) -> {
            System.err.println("Baton stops: its broker cannot write to the data folder any more. Make room or mend the disk, and start again;"
                    + " what was acknowledged and reached the disk is there.");
            Runtime.getRuntime().halt(status == 0 ? 1 : status);
        });
        System.exit(commandLine(System.getenv()).execute(args));
    }

    /// The flags and the commands.
    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine commandLine = new CommandLine(new StandaloneMain(environment));
        commandLine.setParameterExceptionHandler((wrong, _) -> {
            System.err.println(wrong.getMessage().replaceFirst("is not an? int$", "is not a number") + ". "
                    + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help explains the flags.");
            return CommandLine.ExitCode.USAGE;
        });
        return commandLine;
    }

    @Override
    public Integer call() throws InterruptedException {
        String wrong = wrongFlag();
        if (wrong == null) {
            wrong = takePartitionsOfEnvironment();
        }
        if (wrong != null) {
            System.err.println("Baton cannot start: " + wrong + ".");
            return CommandLine.ExitCode.USAGE;
        }
        long began = System.nanoTime();
        CompletableFuture<Standalone> started = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started), "stop"));
        Standalone baton;
        try {
            baton = Standalone.start(new Standalone.Options(data.toAbsolutePath().normalize(), host, port, kafkaPort, partitions,
                    !noDemo, bootstrapServers, environment.get("BATON_DEMO_PASSWORD"), Map.of()));
            started.complete(baton);
            if (baton.begins() && !rehearse) {
                System.out.println("Baton begins with a new data folder, " + data.toAbsolutePath().normalize() + ".");
            } else if (baton.wasKilled()) {
                System.out.println("Baton was not stopped cleanly the last time: its views are being restored from the log. Nothing that was acknowledged is lost.");
            }
            while (!baton.awaitReady(SAY_EVERY)) { // a long restore, a recovery after a kill: to give up would only begin it again
                System.err.println("Baton is still starting: " + baton.notReadyBecause());
            }
            if (rehearse) {
                Rehearsal.play(baton);
                return 0;
            }
        } catch (RuntimeException e) {
            started.completeExceptionally(e); // unless it has started: then the hook closes it
            if (stopping) {
                Thread.currentThread().join(); // what is stopped in the middle of its start cannot start, which is no news
            }
            refused = true;
            if (!(e instanceof StartRefused)) {
                throw e;
            }
            System.err.println("Baton cannot start: " + e.getMessage() + ".");
            return 1;
        }
        System.out.printf("""

                Baton is ready after %.1f s.

                  HTTP       %2$s            OpenAPI under %2$s/openapi/
                  Chat       %2$s/webchat, for visitors%7$s
                  Kafka      %3$s
                  Health     %2$s/health
                  Data       %4$s
                  Sign in    %5$s
                  Password   %6$s

                Ctrl-C stops it.
                """, (System.nanoTime() - began) / 1e9, baton.url(), baton.bootstrapServers(), data.toAbsolutePath().normalize(),
                baton.demo() ? "ana, ben, chloe (agents); sam (supervisor); webchat (channel)" : "admin (supervisor); webchat (channel)",
                baton.password(), visitors == 0 ? "" : " (" + visitors + " simulated)");
        simulated = Visitors.start(baton.url(), visitors, VISITORS_SEED, Visitors.Pace.HUMAN);
        Thread.currentThread().join();
        return 0;
    }

    /// What is wrong with the flags, or null: said before anything is touched.
    private String wrongFlag() {
        if (isNoPort(port)) {
            return "--port must be 0 to " + PORT_MAX + ", it is " + port;
        }
        if (isNoPort(kafkaPort)) {
            return "--kafka-port must be 0 to " + PORT_MAX + ", it is " + kafkaPort;
        }
        if (port != 0 && port == kafkaPort && bootstrapServers == null) {
            return "--port and --kafka-port must differ, both are " + port;
        }
        if (data.toString().isEmpty()) {
            return "--data must name a folder, it is empty";
        }
        if (partitions != null && isNoPartitions(partitions)) {
            return "--partitions must be 1 to " + RuntimeSettings.PARTITIONS_MAX + ", it is " + partitions;
        }
        if (bootstrapServers != null && !RuntimeSettings.isBrokers(bootstrapServers)) {
            return BOOTSTRAP_SERVERS_WRONG + bootstrapServers;
        }
        if (visitors < 0 || visitors > Visitors.COUNT_MAX) {
            return "--visitors must be 0 to " + Visitors.COUNT_MAX + ", it is " + visitors;
        }
        return null;
    }

    /// As all services take it, where there is no flag; returns what is wrong with it, or null.
    private String takePartitionsOfEnvironment() {
        String wanted = environment.getOrDefault(PARTITIONS_VARIABLE, "").strip();
        if (partitions != null || wanted.isEmpty()) {
            return null;
        }
        if (!wanted.matches("[0-9]{1,9}") || isNoPartitions(Integer.parseInt(wanted))) {
            return PARTITIONS_VARIABLE + " must be 1 to " + RuntimeSettings.PARTITIONS_MAX + ", it is " + wanted;
        }
        partitions = Integer.valueOf(wanted);
        return null;
    }

    private static boolean isNoPartitions(int partitions) {
        return partitions < 1 || partitions > RuntimeSettings.PARTITIONS_MAX;
    }

    private static boolean isNoPort(int port) {
        return port < 0 || port > PORT_MAX;
    }

    private void stop(CompletableFuture<Standalone> started) {
        stopping = true;
        if (!refused) {
            System.out.println("Baton stops.");
        }
        Thread.ofPlatform().daemon().name("stop-deadline").start(() -> {
            try {
                Thread.sleep(45_000);
            } catch (InterruptedException _) {
                return;
            }
            System.err.println("Baton did not stop within 45 s and is ended; nothing that was acknowledged is lost.");
            Runtime.getRuntime().halt(1);
        });
        try {
            Standalone baton = started.join();
            if (simulated != null) {
                simulated.close();
            }
            if (!baton.isBrokerBroken()) {
                baton.close();
            }
        } catch (CompletionException _) {
            // it has never started
        }
        if (refused) {
            // A broker that failed to start leaves threads that nothing but the end of the process removes.
            Runtime.getRuntime().halt(1);
        }
    }
}
