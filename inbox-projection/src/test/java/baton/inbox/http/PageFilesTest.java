package baton.inbox.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageFilesTest {

    private final PageFiles files = new PageFiles(new ObjectMapper());

    @Test
    void findsThePagesOwnFilesAndThoseOfTheLibrariesItNames() {
        String page = new String(files.index().content(), StandardCharsets.UTF_8);
        Matcher module = Pattern.compile("src=\"(/modules/[^\"]+)\"").matcher(page);
        assertThat(module.find()).isTrue();
        assertThat(files.find(module.group(1))).hasValueSatisfying(file -> {
            assertThat(file.type()).isEqualTo("text/javascript; charset=utf-8");
            assertThat(file.forEver()).isFalse();
        });
        assertThat(files.find("/webjars/lit/3.3.2/index.js")).hasValueSatisfying(file -> assertThat(file.forEver()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/modules/../index.html", "/modules/%2e%2e/index.html", "/modules/..%2findex.html", "/modules\\..\\index.html", "/index.html\n",
        "/modules/", "/modules", "/modules/nowhere.js", "/modules/.hidden.js", "", "/",
        "/../logback.xml", "/../agent-inbox/index.html", "/webjars/../../../logback.xml", "/webjars/lit/3.3.2/../../../../../logback.xml",
        "/webjars/./lit/3.3.2/index.js", "/webjars//lit/3.3.2/index.js", "/webjars/lit/3.3.2/../3.3.2/index.js", "/webjars/lit/3.3.2/index.js/",
        "/webjars/lit/3.3.1/index.js", "/webjars/lit/index.js", "/webjars/lit/3.3.2/LICENSE", "/webjars/swagger-ui/1.0.0/index.js",
        "/../baton/inbox/http/PageFiles.class"})
    void findsNothingElse(String path) {
        assertThat(files.find(path)).isEmpty();
    }

    @Test
    void tagsAFileByItsContent() {
        String one = files.find("/webjars/lit/3.3.2/index.js").orElseThrow().tag();
        assertThat(one).startsWith("W/\"").endsWith("\"").isEqualTo(files.find("/webjars/lit/3.3.2/index.js").orElseThrow().tag());
        assertThat(files.find("/webjars/lit/3.3.2/html.js").orElseThrow().tag()).isNotEqualTo(one);
    }

    @Test
    void forbidsWhateverThePageDoesNotNeed() {
        assertThat(files.policy()).startsWith("default-src 'none';").contains("frame-ancestors 'none'").contains("connect-src 'self';")
                .doesNotContain("unsafe").doesNotContain("*").doesNotContain("http:").doesNotContain("https:");
    }
}
