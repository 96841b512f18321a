package baton.inbox.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micronaut.context.annotation.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The agents' page and its files, as the module agent-inbox has them on the class path, and of the WebJars those versions that the
/// page's import map names. Made at start, so that a page that would not work is noticed there.
///
/// A path is looked up only if it is made of plain names and ends in a known extension: there is nothing else to be had.
@Context
final class PageFiles {

    private static final Pattern PLAIN = Pattern.compile("(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+\\.([a-z]+)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "json", "application/json",
            "map", "application/json",
            "webmanifest", "application/manifest+json",
            "svg", "image/svg+xml",
            "png", "image/png");
    private static final Pattern INLINE_SCRIPT = Pattern.compile("<script(?![^>]*\\ssrc=)([^>]*)>(.*?)</script>", Pattern.DOTALL);
    private static final String WEBJARS = "/webjars/";
    /// The folder of a WebJar's one version.
    private static final Pattern VERSION = Pattern.compile(WEBJARS + "[^/]+/[^/]+/");

    private final PageFile index;
    private final String policy;
    private final Set<String> libraries;

    /// A file as it is sent.
    ///
    /// @param tag     its entity tag, made from its content. Weak, because it is sent compressed as well
    /// @param forEver whether its path has its version in it, so that it never changes
    record PageFile(byte[] content, String type, String tag, boolean forEver) {
    }

    PageFiles(ObjectMapper json) {
        this.index = read("agent-inbox/index.html", "html", false)
                .orElseThrow(() -> new IllegalStateException("agent-inbox is not on the class path"));
        String importMap = importMap(new String(index.content(), StandardCharsets.UTF_8));
        this.policy = policy(importMap);
        this.libraries = libraries(json, importMap);
    }

    /// The page itself.
    PageFile index() {
        return index;
    }

    /// What the page may do: load its own files and talk to its own origin, nothing else. The import map is the only inline script, known
    /// by its hash; Lit is the only one that may make HTML of a string, and makes it of templates in the source.
    String policy() {
        return policy;
    }

    /// The file at a path of this origin, such as `/modules/baton-app.js`.
    Optional<PageFile> find(String path) {
        Matcher plain = PLAIN.matcher(path);
        if (!plain.matches() || !TYPES.containsKey(plain.group(1))) {
            return Optional.empty();
        }
        if (path.startsWith(WEBJARS)) {
            return libraries.stream().anyMatch(path::startsWith) ? read("META-INF/resources" + path, plain.group(1), true) : Optional.empty();
        }
        return read("agent-inbox" + path, plain.group(1), false);
    }

    private static Optional<PageFile> read(String resource, String extension, boolean forEver) {
        try (InputStream stream = PageFiles.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) {
                return Optional.empty();
            }
            byte[] content = stream.readAllBytes();
            return Optional.of(new PageFile(content, TYPES.get(extension), "W/\"" + hash(content) + "\"", forEver));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String importMap(String page) {
        Matcher script = INLINE_SCRIPT.matcher(page);
        if (!script.find() || !script.group(1).strip().equals("type=\"importmap\"")) {
            throw new IllegalStateException("the first inline script of agent-inbox/index.html must be its import map");
        }
        String importMap = script.group(2);
        if (script.find()) {
            throw new IllegalStateException("agent-inbox/index.html has another inline script than its import map: no browser would run it");
        }
        return importMap;
    }

    private static String policy(String importMap) {
        // A browser hashes what its parser has made of the text, and that ends every line with a line feed.
        byte[] text = importMap.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8);
        return "default-src 'none'; script-src 'self' 'sha256-" + hash(text) + "'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                + "font-src 'none'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
                + "require-trusted-types-for 'script'; trusted-types lit-html";
    }

    private static Set<String> libraries(ObjectMapper json, String importMap) {
        try {
            Set<String> folders = new TreeSet<>();
            for (JsonNode address : json.readTree(importMap).path("imports")) {
                Matcher version = VERSION.matcher(address.asText());
                if (version.lookingAt()) {
                    folders.add(version.group());
                }
            }
            return folders;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the import map of agent-inbox/index.html is not JSON", e);
        }
    }

    private static String hash(byte[] content) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
