package baton.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the system and `jcmd` say of another JVM: processor time as a whole and by groups of threads, heap, and how it was started.
record JvmProcess(long pid) {

    private static final int ANSWERED_WITHIN_SECONDS = 60;
    /// Source: proc(5), `sysconf(_SC_CLK_TCK)`, which is 100 wherever Linux runs on what Baton runs on.
    private static final double TICKS_PER_SECOND = 100;
    /// Of the fields of /proc/&lt;pid&gt;/stat, counted from the one behind the name.
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;
    private static final Pattern THREAD = Pattern.compile("^\"(.*)\".* cpu=([0-9.]+)ms ", Pattern.MULTILINE);
    /// A line for each generation, or one for all; those of their parts, and of what is not the heap, have no total.
    private static final Pattern HEAP = Pattern.compile("^.* total .* used ([0-9]+)([KMG])", Pattern.MULTILINE);
    private static final Pattern HEAP_MAX = Pattern.compile("-Xmx\\S+");

    /// Which threads do one thing together, by how their names begin; the first that fits.
    private enum Threads {
        EVENT_LOOPS("HTTP: event loops", ".*EventLoopGroup.*"),
        DECIDE("assignment-service: decides", "assignment-service-.*StreamThread.*"),
        FOLD("inbox-projection: folds", "inbox-projection-.*StreamThread.*"),
        TELL("notification-service: tells", "notification-service-.*StreamThread.*"),
        BRIDGE("assignment-service: carries messages", "channel-bridge.*"),
        TAILS("readers of whole topics: streams, feeds, agents", "(tail|live)-.*"),
        PRODUCERS("Kafka clients: producers", "kafka-producer-network-thread.*"),
        CLIENTS("Kafka clients: everything else", "kafka-(coordinator|admin-client|consumer).*|.*(StateUpdater|TaskExecutor|GlobalStreamThread|CleanupThread).*"),
        REQUESTS("broker: request handlers", "data-plane-kafka-request-handler.*"),
        NETWORK("broker: network threads", "data-plane-kafka-(network|socket).*"),
        BROKER("broker: everything else", "kafka-.*|.*-plane-kafka-.*|raft-.*|.*(log-cleaner|Reaper|controller|quorum|coordinator-event|broker-).*|(group|transaction|share)-.*"),
        COLLECT("JVM: garbage collection and other stops", "VM Thread|GC Thread.*|G1 .*"),
        COMPILE("JVM: compilers", "C[12] CompilerThread.*"),
        VIRTUAL("virtual threads", "ForkJoinPool-.*"),
        REST("everything else", ".*");

        private final String words;
        private final Pattern names;

        Threads(String words, String names) {
            this.words = words;
            this.names = Pattern.compile(names);
        }

        static Threads of(String name) {
            for (Threads threads : values()) {
                if (threads.names.matcher(name).matches()) {
                    return threads;
                }
            }
            throw new IllegalStateException("the last takes every name");
        }
    }

    /// Seconds of processor time since it began, its own and the system's for it.
    double processorSeconds() throws IOException {
        return processorSeconds(Files.readString(Path.of("/proc/" + pid + "/stat")));
    }

    static double processorSeconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" "); // the name may have spaces and parentheses
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND;
    }

    /// The same in milliseconds, by what the threads do that are there at this moment.
    Map<String, Double> processorMillisByThreads() throws IOException, InterruptedException {
        return processorMillisByThreads(jcmd("Thread.print"));
    }

    static Map<String, Double> processorMillisByThreads(String print) {
        Map<Threads, Double> millis = new TreeMap<>();
        Matcher thread = THREAD.matcher(print);
        while (thread.find()) {
            millis.merge(Threads.of(thread.group(1)), Double.parseDouble(thread.group(2)), Double::sum);
        }
        Map<String, Double> words = new LinkedHashMap<>();
        millis.forEach((threads, sum) -> words.put(threads.words, sum));
        return words;
    }

    /// Bytes of the heap in use after a collection of all of it.
    long heapBytes() throws IOException, InterruptedException {
        jcmd("GC.run");
        return heapBytes(jcmd("GC.heap_info"));
    }

    static long heapBytes(String info) {
        Matcher used = HEAP.matcher(info);
        long bytes = 0;
        boolean found = false;
        while (used.find()) {
            found = true;
            bytes += Long.parseLong(used.group(1)) << switch (used.group(2)) {
                case "K" -> 10;
                case "M" -> 20;
                default -> 30;
            };
        }
        if (!found) {
            throw new IllegalStateException("how much of the heap is used is not said: " + info);
        }
        return bytes;
    }

    /// The option that bounds its heap.
    String heapMax() throws IOException {
        return heapMax(Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' '));
    }

    static String heapMax(String commandLine) {
        return HEAP_MAX.matcher(commandLine).results().map(MatchResult::group).reduce((_, last) -> last).orElse("the JVM's own choice");
    }

    private String jcmd(String what) throws IOException, InterruptedException {
        Path said = Files.createTempFile("baton-bench-jcmd", ".txt");
        try {
            Process asking = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid), what)
                    .redirectErrorStream(true).redirectOutput(said.toFile()).start();
            if (!asking.waitFor(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                asking.destroyForcibly();
                throw new IllegalStateException("jcmd " + what + " is not answered within " + ANSWERED_WITHIN_SECONDS + " s");
            }
            String text = Files.readString(said, StandardCharsets.UTF_8);
            if (asking.exitValue() != 0) {
                throw new IllegalStateException("jcmd " + what + ": " + text);
            }
            return text;
        } finally {
            Files.delete(said);
        }
    }
}
