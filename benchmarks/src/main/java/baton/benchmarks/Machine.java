package baton.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What it was measured on.
final class Machine {

    private Machine() {
    }

    /// In words, by what is described.
    static Map<String, String> described(Path data) throws IOException {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("processor", first("/proc/cpuinfo", "model name") + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        words.put("memory", first("/proc/meminfo", "MemTotal"));
        words.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        words.put("disk", Files.getFileStore(data).type());
        words.put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        words.put("busy with other things before the run", load() + " processes on average");
        words.put("Java options of all sides beside those of `./baton`", Side.moreJavaOptions().isEmpty() ? "none" : String.join(" ", Side.moreJavaOptions()));
        return words;
    }

    private static String load() throws IOException {
        Path average = Path.of("/proc/loadavg");
        return Files.isReadable(average) ? Files.readString(average).split(" ")[0] : "an unknown number of";
    }

    private static String first(String file, String name) throws IOException {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            return "unknown";
        }
        try (var lines = Files.lines(path)) {
            return lines.filter(line -> line.startsWith(name)).map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("unknown");
        }
    }
}
