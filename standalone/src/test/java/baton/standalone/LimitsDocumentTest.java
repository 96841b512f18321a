package baton.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// docs/LIMITS.md names every bound that is in the code, with the value that it has there, and only tests that exist.
class LimitsDocumentTest {

    private static final Path ROOT = Path.of(System.getProperty("basedir", "."), "..");
    private static final List<String> MODULES = List.of("event-contract", "service-runtime", "agent-directory", "assignment-service", "inbox-projection",
            "notification-service", "webchat-channel");
    private static final Pattern ROW = Pattern.compile("^\\| ([^|]+) \\| ([^|]+) \\| ([^|]*) \\| ([^|]*) \\|([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern CONSTANT = Pattern.compile("`([A-Z]\\w+)\\.([A-Z_]+)`");
    private static final Pattern SETTING = Pattern.compile("`(BATON_[A-Z_]+|micronaut[a-z.-]+)`");
    private static final Pattern VALUE = Pattern.compile("^([0-9 ]+?) ?(characters|KB|MB|ms|s|min)?$");
    private static final Pattern TEST = Pattern.compile("[A-Z][A-Za-z]+(?:Test|IT)");
    /// What a bound is called in the code.
    private static final Pattern BOUND = Pattern.compile("static final (?:int|long|Duration) (\\w+_(?:MAX|WITHIN|WITHIN_SECONDS|WITHIN_MILLIS|MILLIS_MAX))\\b");

    private record Row(String what, String bound, String namedIn, String tests) {
    }

    private static String document() throws IOException {
        return Files.readString(ROOT.resolve("docs/LIMITS.md"));
    }

    private static List<Row> rows() throws IOException {
        List<Row> rows = ROW.matcher(document()).results().map(row -> new Row(row.group(1), row.group(2).strip(), row.group(3), row.group(5)))
                .filter(row -> !row.what().equals("what") && !row.what().startsWith("---")).toList();
        assertThat(rows).hasSizeGreaterThan(60);
        return rows;
    }

    @Test
    void everyConstantHasTheValueThatThePageSays() throws Exception {
        int checked = 0;
        for (Row row : rows()) {
            for (MatchResult named : CONSTANT.matcher(row.namedIn()).results().toList()) {
                Field field = type(named.group(1)).getDeclaredField(named.group(2));
                field.setAccessible(true);
                assertThat(value(field.get(null), field.getName())).as("%s: %s", row.what(), named.group()).isEqualTo(value(row));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(50);
    }

    @Test
    void everySettingHasTheDefaultThatThePageSays() throws Exception {
        Map<String, Object> defaults = defaults();
        int checked = 0;
        for (Row row : rows()) {
            for (MatchResult named : SETTING.matcher(row.namedIn()).results().toList()) {
                String key = named.group(1).startsWith("BATON_") ? named.group(1).toLowerCase(Locale.ROOT).replace('_', '-') : named.group(1);
                Object found = defaults.entrySet().stream().filter(one -> one.getKey().replace('.', '-').equals(key.replace('.', '-')))
                        .map(Map.Entry::getValue).findFirst().orElseGet(() -> fail(named.group(1) + " is no setting"));
                assertThat(value(String.valueOf(found))).as("%s: %s", row.what(), named.group(1)).isEqualTo(value(row));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(15);
    }

    @Test
    void everyBoundOfTheCodeIsOnThePage() throws IOException {
        String document = document();
        List<String> missing = new ArrayList<>();
        for (Path file : sources()) {
            String type = file.getFileName().toString().replace(".java", "");
            BOUND.matcher(Files.readString(file)).results().map(bound -> type + "." + bound.group(1)).filter(name -> !document.contains("`" + name + "`"))
                    .forEach(missing::add);
        }
        // The same bound under another name, or a part of one.
        missing.removeAll(List.of("DirectoryWriter.SEEN_WITHIN"));
        assertThat(missing).isEmpty();
    }

    @Test
    void everySettingThatBoundsSomethingIsOnThePage() throws IOException {
        String document = document();
        List<String> missing = defaults().keySet().stream().filter(key -> key.startsWith("baton.") && (key.endsWith("-max") || key.endsWith("-within")))
                .map(key -> key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_')).filter(name -> !document.contains("`" + name + "`")).toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Set<String> present;
        try (Stream<Path> files = Files.walk(ROOT)) {
            present = files.filter(file -> file.toString().contains("src" + File.separator + "test"))
                    .map(file -> file.getFileName().toString().replace(".java", "")).collect(Collectors.toSet());
        }
        for (Row row : rows()) {
            Matcher tests = TEST.matcher(row.tests());
            while (tests.find()) {
                assertThat(present).as(row.what()).contains(tests.group());
            }
        }
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static Class<?> type(String simpleName) throws IOException, ClassNotFoundException {
        for (Path file : sources()) {
            String path = file.toString();
            if (path.endsWith(File.separator + simpleName + ".java")) {
                String name = path.substring(path.indexOf("src" + File.separator + "main" + File.separator + "java") + "src/main/java/".length());
                return Class.forName(name.replace(".java", "").replace(File.separatorChar, '.'));
            }
        }
        throw new AssertionError("no class " + simpleName);
    }

    private static Map<String, Object> defaults() throws IOException {
        Map<String, Object> defaults = new HashMap<>();
        for (String module : MODULES) {
            Path file = ROOT.resolve(module).resolve("src/main/resources").resolve(module + ".yml");
            if (Files.exists(file)) {
                flatten("", new Yaml().load(Files.readString(file)), defaults);
            }
        }
        return defaults;
    }

    private static void flatten(String prefix, Map<String, Object> from, Map<String, Object> into) {
        from.forEach((key, value) -> {
            if (value instanceof Map<?, ?> deeper) {
                @SuppressWarnings("unchecked")
                Map<String, Object> more = (Map<String, Object>) deeper;
                flatten(prefix + key + ".", more, into);
            } else {
                into.put(prefix + key, value);
            }
        });
    }

    /// A number; of a time, its milliseconds.
    private static long value(Row row) {
        Matcher value = VALUE.matcher(row.bound());
        assertThat(value.matches()).as("a number with its unit: " + row.bound()).isTrue();
        return scaled(Long.parseLong(value.group(1).replace(" ", "")), value.group(2) == null ? "" : value.group(2));
    }

    private static long value(Object constant, String name) {
        return switch (constant) {
            case Duration duration -> duration.toMillis();
            case Number number -> number.longValue() * (name.endsWith("SECONDS") || name.equals("SECONDS_REMEMBERED") ? 1_000 : 1);
            default -> throw new AssertionError(name);
        };
    }

    private static long value(String setting) {
        Matcher value = Pattern.compile("(\\d+)(\\w*)").matcher(setting);
        assertThat(value.matches()).as(setting).isTrue();
        return scaled(Long.parseLong(value.group(1)), value.group(2));
    }

    private static long scaled(long number, String unit) {
        return switch (unit) {
            case "", "characters", "ms" -> number;
            case "KB" -> number << 10;
            case "MB" -> number << 20;
            case "s" -> number * 1_000;
            case "min" -> number * 60_000;
            default -> throw new AssertionError(unit);
        };
    }
}
