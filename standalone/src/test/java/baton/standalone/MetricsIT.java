package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What operators watch, as they are told to.
class MetricsIT {

    private static final Pattern NAMED = Pattern.compile("`((?:baton|kafka)_[a-z_]+)`");

    /// From the start on: what is absent until it first counts cannot be seen to rise.
    @Test
    void everyMetricThatOperatingNamesIsThereBeforeAnythingHasHappenedToIt() throws Exception {
        String operating = Files.readString(Path.of(System.getProperty("basedir", "."), "..", "docs", "OPERATING.md"));
        List<String> named = NAMED.matcher(operating).results().map(result -> result.group(1)).distinct().toList();
        assertThat(named).hasSizeGreaterThanOrEqualTo(12).contains("baton_messages_waiting");

        List<String> there = Shared.client("sam").get("/prometheus").raw().body().lines().filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]")[0]).distinct().toList();

        assertThat(there).containsAll(named);
    }
}
