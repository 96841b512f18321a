package baton.standalone;

import baton.runtime.RebuildStatus;
import baton.runtime.RuntimeSettings;
import baton.runtime.StartRefused;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/// `./baton rebuild`: has the inbox and the notifications thrown away and folded again from the log, by the process that has the data
/// folder, or by one that it starts for it; says how far it is, and returns when it is done.
@Command(name = "rebuild", sortOptions = false, usageHelpAutoWidth = true,
        description = {"Throws away what the inbox and the notifications keep, and makes it again from the log.", ""},
        footer = {"", "Commands go on meanwhile where Baton runs; where it does not, it is started for this, on free ports, and stopped.",
            "Nobody is told anything again; what was read stays read. Interrupted, it goes on by itself, at the next start at the latest."})
final class RebuildCommand implements Callable<Integer> {

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);
    private static final String BY = "./baton rebuild";
    private static final String DATA = "--data";
    private static final String BOOTSTRAP_SERVERS = "--bootstrap-servers";

    @Option(names = DATA, paramLabel = "FOLDER", description = "Data folder (default: ./" + StandaloneMain.DATA_DEFAULT + ")")
    private Path data;

    @Option(names = BOOTSTRAP_SERVERS, paramLabel = "HOST:PORT", description = "As Baton is run with; of use only where it does not run")
    private String bootstrapServers;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this and exit")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private volatile boolean stopping;

    /// The two views, and what people call them.
    enum Derived {
        INBOX("The inbox"),
        NOTIFICATIONS("The notifications");

        private final String title;

        Derived(String title) {
            this.title = title;
        }
    }

    /// A rebuild that is under way.
    ///
    /// @param by who has asked for it
    record Begun(int number, String by) {
    }

    /// Whoever rebuilds.
    interface Rebuilder {
        /// Begins a rebuild, or finds one that is under way. Throws [StartRefused] with what is in the way.
        Begun begin(Derived view) throws InterruptedException;

        /// How far the last rebuild has come.
        RebuildStatus status(Derived view) throws InterruptedException;
    }

    @Override
    public Integer call() throws InterruptedException {
        takeOver(spec.parent().commandLine().getParseResult());
        if (data.toString().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--data must name a folder, it is empty");
        }
        if (bootstrapServers != null && !RuntimeSettings.isBrokers(bootstrapServers)) {
            throw new ParameterException(spec.commandLine(), StandaloneMain.BOOTSTRAP_SERVERS_WRONG + bootstrapServers);
        }
        Path folder = data.toAbsolutePath().normalize();
        try {
            DataFolder.require(folder);
            if (DataFolder.isInUse(folder)) {
                rebuild(RunningBaton.of(folder, BY));
            } else {
                rebuildHere(folder);
            }
            return 0;
        } catch (StartRefused e) {
            System.err.println("Baton cannot rebuild: " + e.getMessage() + ".");
            return 1;
        }
    }

    /// Flags that stand before the command count as those behind it: else `./baton --data other rebuild` would throw away another folder's
    /// views than the one that it names. What only a start can use is refused.
    private void takeOver(ParseResult before) {
        for (OptionSpec flag : before.matchedOptions()) {
            OptionSpec mine = spec.findOption(flag.longestName());
            if (mine == null) {
                throw new ParameterException(spec.commandLine(), flag.longestName() + " is for a start of Baton, rebuild does not take it");
            }
            if (mine.getValue() != null) {
                throw new ParameterException(spec.commandLine(), flag.longestName() + " is there twice, before rebuild and behind it");
            }
            mine.setValue(flag.getValue());
        }
        if (data == null) {
            data = Path.of(StandaloneMain.DATA_DEFAULT);
        }
    }

    private void rebuildHere(Path folder) throws InterruptedException {
        System.out.println("Baton does not run on " + folder + ": it is started for this, and stopped.");
        Standalone baton = Standalone.start(new Standalone.Options(folder, "localhost", 0, 0, null, true, bootstrapServers, null,
                Map.of("baton.first-agents", ""))); // who is to be written first is for the first real start to say
        Thread stop = new Thread(() -> {
            stopping = true;
            baton.close();
        }, "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            rebuild(new RebuilderHere(baton, BY));
        } catch (RuntimeException e) {
            if (stopping) {
                Thread.currentThread().join(); // the process ends
            }
            if (baton.isBrokerBroken()) {
                System.err.println("Baton cannot rebuild: " + e.getMessage() + ".");
                Runtime.getRuntime().halt(1); // it leaves threads that nothing but the end of the process removes
            }
            Runtime.getRuntime().removeShutdownHook(stop);
            baton.close();
            throw e;
        }
        Runtime.getRuntime().removeShutdownHook(stop);
        baton.close();
    }

    /// Begins both, follows those that have begun, and throws what was in the way of the others.
    private static void rebuild(Rebuilder rebuilder) throws InterruptedException {
        Set<Derived> left = EnumSet.noneOf(Derived.class);
        StartRefused refused = null;
        for (Derived view : Derived.values()) {
            try {
                Begun begun = rebuilder.begin(view);
                System.out.println(view.title + ": rebuild " + begun.number() + ", which " + begun.by() + " has asked for.");
                left.add(view);
            } catch (StartRefused e) {
                refused = e;
            }
        }
        long saidAt = System.nanoTime();
        while (!left.isEmpty()) {
            boolean say = System.nanoTime() - saidAt > SAY_EVERY.toNanos();
            saidAt = say ? System.nanoTime() : saidAt;
            for (Derived view : Set.copyOf(left)) {
                RebuildStatus status = rebuilder.status(view);
                if (status.stage().equals("done")) {
                    left.remove(view);
                    System.out.printf("%s: rebuilt after %.1f s, from %d offsets of the log.%n", view.title,
                            Duration.between(status.requestedAt(), status.endedAt()).toMillis() / 1e3, status.toFold());
                } else if (status.waitingFor() != null && status.waitingFor().startsWith("halted")) {
                    throw new StartRefused(status.view() + " has " + status.waitingFor());
                } else if (say) {
                    System.out.println(view.title + ": " + (status.toFold() == 0 ? 0 : 100 * status.folded() / status.toFold()) + " %"
                            + (status.waitingFor() == null ? "" : "; " + status.waitingFor()));
                }
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY.toMillis());
        }
        if (refused != null) {
            throw refused;
        }
    }
}
