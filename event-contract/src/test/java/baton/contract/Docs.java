package baton.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.regex.RegularExpression;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The committed documents of the contract, found from wherever the tests run.
final class Docs {

    static final Path FOLDER = find();
    static final Path ASYNCAPI = FOLDER.resolve("asyncapi.yaml");
    static final Path SCHEMAS = FOLDER.resolve("schemas");

    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .formatAssertionsEnabled(true).regularExpressionFactory(Docs::ecmaScript).build();

    private Docs() {
    }

    static JsonSchema schema(String name) {
        return FACTORY.getSchema(SchemaLocation.of(SCHEMAS.resolve(name + ".json").toUri().toString()), CONFIG);
    }

    /// A schema that stands inside another document, whose relative references it follows.
    static JsonSchema schema(Path document, JsonNode schema) {
        return FACTORY.getSchema(SchemaLocation.of(document.toUri().toString()), schema, CONFIG);
    }

    static JsonNode asyncApi() {
        return read(ASYNCAPI);
    }

    static Set<Path> schemas() {
        try (Stream<Path> files = Files.list(SCHEMAS)) {
            return files.map(Path::normalize).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// YAML or JSON, which is YAML too.
    static JsonNode read(Path file) {
        try {
            return new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Schemas use the expressions of ECMAScript, where a dollar is the end; Java's stands before a last line break too.
    private static RegularExpression ecmaScript(String regex) {
        return Pattern.compile(regex.replaceAll("\\$$", "\\\\z")).asPredicate()::test;
    }

    private static Path find() {
        Path start = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("docs/asyncapi.yaml"))) {
                return folder.resolve("docs").normalize();
            }
        }
        throw new IllegalStateException("there is no docs/asyncapi.yaml above " + start);
    }
}
